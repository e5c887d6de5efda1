import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  DEMO_SENTENCE,
  ask,
  button,
  card,
  choose,
  createScene,
  install,
  launchBrowser,
  openShelf,
  percent,
  select,
  untilInstalled,
  untilPercent,
  type Scene,
} from '../scene';
import { standInForSafari } from './safari';

const MEDIUM = 'Local Medium';

let browser: Browser;
let scene: Scene;
beforeAll(async () => {
  browser = await launchBrowser();
  scene = await createScene({ bytesPerSecond: 1_500_000 });
});
afterAll(async () => {
  await browser.close();
  await scene.close();
});

async function openAs(version: number): Promise<{ context: BrowserContext; page: Page }> {
  // A service worker would answer with programs from which nothing was taken away.
  const context = await scene.context(browser, { serviceWorkers: 'block' });
  await standInForSafari(context, version);
  const page = await context.newPage();
  await openShelf(page, scene);
  return { context, page };
}

describe('with what Safari has, in Chromium', () => {
  it('18.4: lists, speaks with 32 bits, pauses and resumes a download, and removes', async () => {
    const { context, page } = await openAs(18.4);
    expect(await page.evaluate(whatIsLeft)).toEqual([]);
    const engineFiles: string[] = [];
    context.on('request', (request) => {
      if (request.url().endsWith('.wasm')) engineFiles.push(new URL(request.url()).pathname);
    });
    await install(page, 'Tiny demo');
    await select(page, 'Tiny demo');
    await ask(page, scene, DEMO_SENTENCE);
    const engines = engineFiles.filter((file) => file.endsWith('/wllama.wasm'));
    expect(engines.length).toBeGreaterThan(0);
    expect(engines.filter((file) => !file.includes('/compat/'))).toEqual([]);

    await openShelf(page, scene);
    await button(card(page, MEDIUM), 'Download').click();
    await untilPercent(page, MEDIUM, 20);
    await button(card(page, MEDIUM), 'Pause').click();
    await button(card(page, MEDIUM), 'Resume').waitFor();
    const paused = await percent(page, MEDIUM);
    await page.reload();
    await button(card(page, MEDIUM), 'Resume').waitFor();
    expect(await percent(page, MEDIUM)).toBe(paused);
    await button(card(page, MEDIUM), 'Resume').click();
    await untilInstalled(page, MEDIUM);
    await choose(page, MEDIUM, 'Remove');
    await button(page.getByRole('dialog'), 'Remove').click();
    await button(card(page, MEDIUM), 'Download').waitFor();
    await context.close();
  });

  it('27.3: fetches the build with 64 bits, and not the other one', async () => {
    const { context, page } = await openAs(27.3);
    const engineFiles: string[] = [];
    context.on('request', (request) => {
      if (request.url().endsWith('.wasm')) engineFiles.push(new URL(request.url()).pathname);
    });
    await install(page, 'Tiny demo');
    await select(page, 'Tiny demo');
    await ask(page, scene, DEMO_SENTENCE);
    const engines = engineFiles.filter((file) => file.endsWith('/wllama.wasm'));
    expect(engines.length).toBeGreaterThan(0);
    expect(engines.filter((file) => file.includes('/compat/'))).toEqual([]);
    await context.close();
  });
});

/** In the page: what this Safari wouldn't have, in the page and in a worker that it starts. */
async function whatIsLeft(): Promise<string[]> {
  const names = ['requestIdleCallback', 'showOpenFilePicker', 'launchQueue', 'LanguageModel'];
  const left = names.filter((name) => name in globalThis);
  left.push(...['deviceMemory', 'connection', 'gpu'].filter((name) => name in navigator));
  const program = `
    const found = ['deviceMemory', 'connection', 'gpu'].filter((name) => name in navigator);
    if ('Suspending' in WebAssembly) found.push('Suspending');
    try { new WebAssembly.Memory({ address: 'i64', initial: 1n }); found.push('memory64'); } catch {}
    postMessage(found);`;
  const worker = new Worker(URL.createObjectURL(new Blob([program], { type: 'text/javascript' })));
  const inWorker = await new Promise<string[]>((resolve) => {
    worker.onmessage = (event: MessageEvent<string[]>) => {
      resolve(event.data.map((name) => `${name} in a worker`));
    };
  });
  worker.terminate();
  return [...left, ...inWorker];
}
