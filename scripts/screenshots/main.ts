/** `pnpm screenshots`: pictures of the app for its manifest, which a browser shows before somebody installs the app. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright';
import type { Browser } from 'playwright';
import { buildApp } from '../build/buildApp';
import { PROJECT_ROOT } from '../build/projectRoot';
import { CHROMIUM_FLAGS, findBrowser } from '../checks/browser';
import { startServer } from '../serve/server';

/** As `public/manifest.webmanifest` states them. */
const SIZES = { narrow: { width: 412, height: 824 }, wide: { width: 1280, height: 800 } };

const { folder } = await buildApp(() => console.error('Building the web app.'));
const server = await startServer({ folder, port: 0 });
const executablePath = findBrowser(console.error).path;
const browser = await chromium.launch({ executablePath, args: CHROMIUM_FLAGS });
try {
  const target = join(PROJECT_ROOT, 'public', 'screenshots');
  await mkdir(target, { recursive: true });
  for (const [name, viewport] of Object.entries(SIZES)) {
    await writeFile(join(target, `${name}.webp`), await picture(browser, viewport));
  }
} finally {
  await browser.close();
  await server.close();
}

async function picture(on: Browser, viewport: (typeof SIZES)['wide']): Promise<Buffer> {
  const context = await on.newContext({ viewport, serviceWorkers: 'block', locale: 'en' });
  const page = await context.newPage();
  await page.goto(`${server.url}/settings/models`);
  await page.getByRole('group', { name: 'Tiny demo', exact: true }).waitFor();
  const session = await context.newCDPSession(page);
  // Playwright writes no WebP, which is a third of a PNG's size.
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 80 });
  await context.close();
  return Buffer.from(data, 'base64');
}
