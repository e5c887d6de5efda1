/** The page that an Expo example was exported to, over a local hub. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { startHub, type Hub } from '../hub/server';
import { REPO } from './exampleModel';
import { onPage, openBrowser, serveFolder } from './page';

export async function onExpoPage(
  dist: string,
  test: (page: Page, hub: Hub) => Promise<void>,
): Promise<void> {
  const hub = await startHub({ repos: [REPO] });
  await writeFile(join(dist, 'config.json'), JSON.stringify({ hfEndpoint: hub.endpoint }));
  const server = await serveFolder(dist);
  const browser = await openBrowser();
  try {
    await onPage(browser, server.url, (page) => test(page, hub));
  } finally {
    await browser.close();
    await server.close();
    await hub.close();
  }
}
