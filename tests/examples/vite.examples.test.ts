import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startHub } from '../hub/server';
import { CONTENT, MODEL_FILE, MODEL_ID, REPO, SENTENCE, sentBytes } from './exampleModel';
import { button, keptFiles, onPage, openBrowser, serveFolder } from './page';
import { withExample } from './withExample';

it('brings the model through a pause and a reload, answers with it, and removes it', (context) =>
  withExample('vite', context, async ({ folder, run }) => {
    // As slow as it takes to press Pause in the middle.
    const hub = await startHub({ repos: [REPO], bytesPerSecond: 500_000 });
    await run(['node_modules/vite/bin/vite.js', 'build'], { VITE_HF_ENDPOINT: hub.endpoint });
    const server = await serveFolder(join(folder, 'dist'));
    const browser = await openBrowser();
    try {
      await onPage(browser, server.url, async (page) => {
        await page.getByText('Speaker: absent').waitFor();
        expect(sentBytes(hub)).toBe(0);

        await button(page, 'Download').click();
        await page.locator('progress').waitFor();
        await button(page, 'Pause').click();
        await page.getByText('Speaker: paused').waitFor();
        expect(await keptFiles(page)).not.toContain(MODEL_FILE);
        await page.reload();
        await page.getByText('Speaker: paused').waitFor();
        await button(page, 'Download').click();
        await page.getByText('Speaker: installed').waitFor();
        expect(await keptFiles(page)).toContain(MODEL_FILE);
        const sentForAll = sentBytes(hub);
        expect(sentForAll).toBeGreaterThanOrEqual(CONTENT.sizeBytes);

        await page.reload();
        await button(page, 'Who are you?').click();
        await page.getByText(SENTENCE).waitFor();
        expect(sentBytes(hub)).toBe(sentForAll);

        await button(page, 'Remove').click();
        await page.getByText('Speaker: absent').waitFor();
        const left = await keptFiles(page);
        expect(left.filter((path) => path.startsWith(`${MODEL_ID}/`))).toEqual([]);
      });
    } finally {
      await browser.close();
      await server.close();
      await hub.close();
    }
  }));
