import { describe, expect, it, onTestFinished, vi } from 'vitest';

import { createScene } from '../scene';
import { NO_WEBKITGTK, openInWebKitGtk } from './webKitGtk';

const why = NO_WEBKITGTK === undefined ? '' : `: skipped, ${NO_WEBKITGTK}`;

describe.skipIf(NO_WEBKITGTK !== undefined)(`in WebKitGTK${why}`, () => {
  it('the page opens, and says in a sentence what the browser lacks', async () => {
    const scene = await createScene();
    onTestFinished(() => scene.close());
    const page = await openInWebKitGtk(`${scene.url}/settings/models`);
    onTestFinished(() => page.close());
    expect(await page.read('navigator.userAgent')).toContain('AppleWebKit/605');
    await vi.waitFor(
      async () => {
        const text = await page.read('document.body.innerText');
        expect(text).toContain('This browser gives the app no private file storage');
      },
      { timeout: 30_000, interval: 200 },
    );
  });
});
