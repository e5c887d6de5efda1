import { describe, expect, it, onTestFinished, vi } from 'vitest';

import { createScene } from '../scene';
import { NO_WEBKITGTK, openInWebKitGtk } from './webKitGtk';

const why = NO_WEBKITGTK === undefined ? '' : `: skipped, ${NO_WEBKITGTK}`;

describe.skipIf(NO_WEBKITGTK !== undefined)(`in WebKitGTK${why}`, () => {
  it('the page opens, says in a sentence what the browser lacks, and lists the shelf', async () => {
    const scene = await createScene();
    onTestFinished(() => scene.close());
    const page = await openInWebKitGtk(`${scene.url}/settings/models`);
    onTestFinished(() => page.close());
    expect(await page.read('navigator.userAgent')).toContain('AppleWebKit/605');
    await vi.waitFor(
      async () => {
        const text = await page.read('document.body.innerText');
        expect(text).toContain('This browser gives the app no private file storage');
        expect(text).toContain('Tiny demo');
      },
      { timeout: 30_000, interval: 200 },
    );
    const card = `[...document.querySelectorAll('[role=group]')].find((group) => group.ariaLabel === 'Tiny demo')`;
    expect(await page.read(`${card}.innerText`)).toContain('Can’t be used here');
    const named =
      '[...document.querySelectorAll("[role=button]")].map((button) => button.ariaLabel)';
    const names = (await page.read(named)) as string[];
    expect(names.filter((name) => /download/i.test(name))).toEqual([]);
    await page.read(`${card}.querySelector('[role=button]').click()`);
    await vi.waitFor(
      async () => {
        const details = await page.read('document.querySelector("[role=dialog]").innerText');
        expect(details).toContain('Licence');
      },
      { timeout: 10_000, interval: 100 },
    );
  });
});
