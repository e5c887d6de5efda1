import type { Browser, BrowserContext } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { forgottenWords } from '../../lib/components/words/words';
import { button, card, createScene, install, launchBrowser, openShelf, type Scene } from './scene';

let browser: Browser;
let scene: Scene;
beforeAll(async () => {
  browser = await launchBrowser();
  scene = await createScene();
});
afterAll(async () => {
  await browser.close();
  await scene.close();
});

const ISOLATING = ['cross-origin-opener-policy', 'cross-origin-embedder-policy'];
const DEMO = 'Tiny demo';

/** As behind a server that doesn't send the two headers: SQLite's files then lie in a pool of its own. */
async function plainContext(): Promise<BrowserContext> {
  const context = await scene.context(browser);
  await context.route(`${scene.url}/**`, async (route) => {
    // A connection that the server closed in the moment of its reuse is no answer, as it is none to a browser.
    const response = await route.fetch({ maxRetries: 3 });
    const headers = Object.entries(response.headers()).filter(
      ([name]) => !ISOLATING.includes(name),
    );
    await route.fulfill({ response, headers: Object.fromEntries(headers) });
  });
  return context;
}

it('B2: a page that isn’t isolated puts a damaged database aside, says so once, and keeps the models', async () => {
  const context = await plainContext();
  const page = await context.newPage();
  await openShelf(page, scene);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
  await install(page, DEMO);
  await page.close();

  const next = await context.newPage();
  await next.goto(`${scene.url}/catalog.json`);
  expect(await next.evaluate(spoilPool)).toBeGreaterThan(0);
  await openShelf(next, scene);
  await next.getByText(forgottenWords()).waitFor();
  await button(card(next, DEMO), 'Select').waitFor();

  await openShelf(next, scene);
  await button(card(next, DEMO), 'Select').waitFor();
  expect(await next.getByText(forgottenWords()).count()).toBe(0);
  await context.close();
});

/** In the page: noise over every file of the pool that holds a database; resolves with how many there were. */
async function spoilPool(): Promise<number> {
  // What the pool notes about a file stands before its content.
  const CONTENT_STARTS = 4096;
  const root = await navigator.storage.getDirectory();
  const pool = await root.getDirectoryHandle('modelshelf-database');
  const folder = await pool.getDirectoryHandle('.opaque');
  let spoiled = 0;
  for await (const file of (
    folder as unknown as { values(): AsyncIterable<FileSystemFileHandle> }
  ).values()) {
    const { size } = await file.getFile();
    if (size <= CONTENT_STARTS) continue;
    const writable = await file.createWritable({ keepExistingData: true });
    await writable.write({
      type: 'write',
      position: CONTENT_STARTS,
      data: crypto.getRandomValues(new Uint8Array(Math.min(65_536, size - CONTENT_STARTS))),
    });
    await writable.close();
    spoiled += 1;
  }
  return spoiled;
}
