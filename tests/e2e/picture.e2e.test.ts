import { readFile } from 'node:fs/promises';

import type { Browser, BrowserContextOptions, Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { button, createScene, install, launchBrowser, openShelf, type Scene } from './scene';

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

/** The benchmarks with one measured model: the demo that comes with the app. */
async function measured(options: BrowserContextOptions = {}): Promise<Page> {
  const context = await scene.context(browser, {
    viewport: { width: 1280, height: 900 },
    ...options,
  });
  const page = await context.newPage();
  await openShelf(page, scene);
  await install(page, 'Tiny demo');
  await page.goto(`${scene.url}/settings/benchmarks`);
  await button(page, 'Benchmark Tiny demo').click();
  await button(page, 'Copy as picture').waitFor({ timeout: 60_000 });
  return page;
}

interface Ink {
  width: number;
  height: number;
  /** Dark pixels in the place of the first number of the first row, and in the empty margin beside the table. */
  number: number;
  margin: number;
}

/** What is in a picture, by its pixels. */
function inkOf(page: Page, address: string): Promise<Ink> {
  return page.evaluate(async (from) => {
    // The page's policy lets it fetch no such address.
    const bytes = Uint8Array.from(atob(from.split(',')[1] ?? ''), (letter) => letter.charCodeAt(0));
    const picture = await createImageBitmap(new Blob([bytes]));
    const { width, height } = picture;
    const context = new OffscreenCanvas(width, height).getContext('2d');
    context?.drawImage(picture, 0, 0);
    const dark = (x: number, y: number, w: number, h: number) => {
      const { data = new Uint8ClampedArray() } = context?.getImageData(x, y, w, h) ?? {};
      let count = 0;
      for (let at = 0; at < data.length; at += 4) if ((data[at] ?? 255) < 100) count += 1;
      return count;
    };
    // The first column ends 32 + 300 + 132 units from the left, the first row begins 124 from the top; two pixels each.
    return { width, height, number: dark(700, 270, 228, 60), margin: dark(0, 0, 60, height) };
  }, address);
}

it('copies the comparison as a picture with its numbers', async () => {
  const page = await measured({ permissions: ['clipboard-read', 'clipboard-write'] });
  await button(page, 'Copy as picture').click();
  await page.getByText('The picture is in the clipboard').waitFor();
  const address = await page.evaluate(async () => {
    const [item] = await navigator.clipboard.read();
    const blob = await item?.getType('image/png');
    return new Promise<string>((resolve) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result as string);
      reader.readAsDataURL(blob ?? new Blob());
    });
  });
  const ink = await inkOf(page, address);
  expect([ink.width, ink.height]).toEqual([2 * (64 + 300 + 5 * 132), 2 * (124 + 60 + 56)]);
  expect(ink.number).toBeGreaterThan(100);
  expect(ink.margin).toBe(0);
});

it('saves the picture as a file where the browser’s clipboard takes none', async () => {
  const page = await measured();
  await page.evaluate(() => {
    navigator.clipboard.write = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
  });
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    button(page, 'Copy as picture').click(),
  ]);
  expect(download.suggestedFilename()).toBe('benchmarks.png');
  const bytes = await readFile(await download.path());
  expect([...bytes.subarray(1, 4)].map((code) => String.fromCharCode(code)).join('')).toBe('PNG');
  await page.getByText(/was saved as a file/).waitFor();
});

it('is printed whole, dark on white, without buttons', async () => {
  const page = await measured({ colorScheme: 'dark' });
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  for (const name of ['Copy as picture', 'Print', 'Benchmark Tiny demo']) {
    expect(
      await page
        .getByRole('button', { name, exact: true, includeHidden: true })
        .first()
        .isVisible(),
    ).toBe(false);
  }
  expect(await page.getByRole('banner', { includeHidden: true }).isVisible()).toBe(false);
  const number = page.getByRole('table').getByRole('cell').first();
  expect(await number.evaluate((cell) => getComputedStyle(cell).color)).toBe('rgb(0, 0, 0)');
  const isWhole = await page.evaluate(() => {
    const bottom = document.querySelector('[role=table]')?.getBoundingClientRect().bottom ?? 0;
    return document.documentElement.scrollHeight >= bottom + scrollY;
  });
  expect(isWhole).toBe(true);
});
