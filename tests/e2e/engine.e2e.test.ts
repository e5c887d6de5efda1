import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startKillable } from './killable';
import { send } from './conversation';
import {
  DEMO_SENTENCE,
  SENTENCES,
  button,
  card,
  createScene,
  install,
  launchBrowser,
  openShelf,
  routeUntilLifted,
  select,
  type Scene,
} from './scene';

const ENDLESS = 'Local Endless';
const SMALL = 'Local Small';
const WASM = '**/engine-*/wllama.wasm';

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

/** By the app's own links: loading a page anew would take the engine with it. */
const goTo = (page: Page, name: 'AI Models' | 'Chat' | 'Settings') =>
  page.getByRole('link', { name, exact: true }).first().click();

/** Overwrites the beginning of an installed model's weights, as a disk that rots does. */
async function damage(page: Page, folder: string, file: string): Promise<void> {
  await page.evaluate(
    async ([folderName, fileName]) => {
      const root = await navigator.storage.getDirectory();
      const models = await root.getDirectoryHandle('models');
      const handle = await (await models.getDirectoryHandle(folderName)).getFileHandle(fileName);
      const writable = await handle.createWritable({ keepExistingData: true });
      await writable.write({ type: 'write', position: 24, data: new Uint8Array(4096).fill(255) });
      await writable.close();
    },
    [folder, file] as const,
  );
}

/** Keeps the engine's file from coming until it is lifted, so that loads last. Tells when the next one has begun. */
async function holdLoads(page: Page) {
  let begun = 0;
  let tell = () => {};
  const lift = await routeUntilLifted(page, WASM, () => {
    begun += 1;
    tell();
  });
  return {
    lift,
    untilBegun: (loads: number) =>
      new Promise<void>((resolve) => {
        tell = () => {
          if (begun >= loads) resolve();
        };
        tell();
      }),
  };
}

/** A page whose requests reach the network by no service worker, so that `holdLoads` sees them. */
async function pageOf(started: Browser): Promise<Page> {
  const [context] = started.contexts();
  if (!context) throw new Error('a browser has a context');
  await context.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'serviceWorker'));
  return context.newPage();
}

/** Installs the demo, which is selected as the first model, and resolves in the middle of that load. */
async function selectWithoutEnd(page: Page) {
  await openShelf(page, scene);
  // The load that tries a new model could come before or after the one that selects it.
  await goTo(page, 'Settings');
  await page.getByRole('switch', { name: 'Try each model after its install' }).click();
  await goTo(page, 'AI Models');
  const loads = await holdLoads(page);
  await install(page, 'Tiny demo');
  await loads.untilBegun(1);
  await button(card(page, 'Tiny demo'), 'Chat').waitFor();
  return loads;
}

describe('switching', () => {
  it('while a model is speaking ends that answer, and the other one speaks at once', async () => {
    const context = await scene.context(browser);
    const page = await context.newPage();
    await openShelf(page, scene);
    await install(page, ENDLESS);
    await install(page, SMALL);
    await select(page, ENDLESS);
    await goTo(page, 'Chat');
    await send(page, 'Go on');
    await page
      .getByRole('log')
      .getByText(/said again that.*said again that/)
      .waitFor();

    await goTo(page, 'AI Models');
    await select(page, SMALL);
    await goTo(page, 'Chat');
    await send(page, 'Who are you?');
    await page
      .getByRole('log')
      .getByText(SENTENCES['local-small'] ?? '')
      .waitFor();
    await context.close();
  });

  it('to a damaged model is refused with the reason, and the one before goes on', async () => {
    const context = await scene.context(browser);
    const page = await context.newPage();
    await openShelf(page, scene);
    await install(page, 'Tiny demo');
    await install(page, SMALL);
    await select(page, 'Tiny demo');
    await damage(page, 'local-small', 'local-small.gguf');
    // Whoever saw an install tries the model; a new page didn't, and only loads what it is asked for.
    await page.goto(scene.url);
    await page.getByText('Ready, on this device').waitFor();
    await goTo(page, 'AI Models');
    await button(card(page, SMALL), 'Select').click();
    await page
      .getByRole('status')
      .getByText(/^The model did not load/)
      .waitFor();
    await card(page, 'Tiny demo').getByText('SELECTED', { exact: true }).waitFor();
    await goTo(page, 'Chat');
    await send(page, 'Still there?');
    await page.getByRole('log').getByText(DEMO_SENTENCE).waitFor();
    await context.close();
  });
});

describe('a page that is loaded anew while it loads a model', () => {
  it('is no crash: the model is loaded as if nothing had been', async () => {
    const context = await scene.context(browser);
    const page = await context.newPage();
    const loads = await selectWithoutEnd(page);
    loads.lift();
    await page.goto(scene.url);
    await page.getByText('Ready, on this device').waitFor();
    await context.close();
  });
});

describe('a browser that dies while it loads a model', () => {
  it('says so at the next start, doesn’t load it again unasked, and does when asked', async () => {
    const profile = await mkdtemp(join(tmpdir(), 'modelshelf-profile-'));
    const before = await startKillable(profile);
    const page = await pageOf(before.browser);
    await selectWithoutEnd(page);
    await before.kill();

    const after = await startKillable(profile);
    const again = await pageOf(after.browser);
    const wasm: string[] = [];
    again.on('request', (request) => {
      if (request.url().endsWith('.wasm') && request.url().includes('/engine-')) {
        wasm.push(request.url());
      }
    });
    await again.goto(scene.url);
    await again.getByText('The app ended while Tiny demo was loading').waitFor();
    expect(wasm).toEqual([]);
    await again.getByRole('button', { name: 'Load it again' }).click();
    await again.getByText('Ready, on this device').waitFor();
    await send(again, 'Hello?');
    await again.getByRole('log').getByText(DEMO_SENTENCE).waitFor();
    await after.kill();
    await rm(profile, { recursive: true, force: true });
  });

  it('also says so of a model that was only being tried after its install', async () => {
    const profile = await mkdtemp(join(tmpdir(), 'modelshelf-profile-'));
    const before = await startKillable(profile);
    const page = await pageOf(before.browser);
    await openShelf(page, scene);
    // The first model is selected: only one after it is loaded for nothing but the try.
    await install(page, SMALL);
    await card(page, SMALL)
      .getByText(/^Works here/)
      .waitFor();
    const loads = await holdLoads(page);
    await install(page, 'Tiny demo');
    await loads.untilBegun(1);
    await before.kill();

    const after = await startKillable(profile);
    const again = await pageOf(after.browser);
    await again.goto(scene.url);
    await again
      .getByRole('status')
      .getByText('Tiny demo: The app ended while this model was loading.')
      .waitFor();
    await after.kill();
    await rm(profile, { recursive: true, force: true });
  });
});
