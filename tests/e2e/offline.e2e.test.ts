/** The exported app on a plain nginx below a path: isolated, offline, brought up to date. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';

import { startKillable } from './killable';
import {
  ask,
  button,
  card,
  DEMO_SENTENCE,
  install,
  launchBrowser,
  openShelf,
  select,
  untilInstalled,
  untilPercent,
  watchFailure,
} from './scene';
import { NGINX, startStaticHost, type StaticHost } from './staticHost';

const DEMO = 'Tiny demo';
const LONG = 'Local Large';
/** So slow that a download lasts longer than an update on any machine. */
const TRICKLE = { fault: { bytesPerSecond: 40_000 } };
const READY = 'A new version is ready.';
/** A page that is loaded again, on a busy machine. */
const PATIENCE = { timeout: 20_000 };

const name =
  NGINX === undefined ? 'on nginx, which this machine does not have: skipped' : 'on nginx';

describe.skipIf(NGINX === undefined)(name, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  const hosts: StaticHost[] = [];
  const host = async (options: Parameters<typeof startStaticHost>[0]) => {
    const started = await startStaticHost(options);
    hosts.push(started);
    return started;
  };
  afterEach(async () => {
    for (const started of hosts.splice(0)) await started.close();
  });

  it.each([
    { sendsHeaders: false, loads: 2, how: 'no headers: isolates itself by one reload' },
    { sendsHeaders: true, loads: 1, how: 'headers: is isolated without a reload' },
  ])('below a path, sent $how, speaks, starts offline', async ({ sendsHeaders, loads }) => {
    const served = await host({ sendsHeaders });
    const context = await newContext(browser);
    const page = await context.newPage();
    const counted = countLoads(page);
    await openShelf(page, served);
    await expect.poll(() => isIsolated(page), PATIENCE).toBe(true);
    await install(page, DEMO);
    await selectLoaded(page);
    expect(counted()).toBe(loads);
    await askThere(page, served);
    await untilKept(page);

    await served.stop();
    for (const [route, heading] of Object.entries(ROUTES)) {
      await page.goto(served.url + route);
      await page.getByRole('heading', { name: heading, level: 1 }).waitFor();
      expect(await isIsolated(page)).toBe(true);
    }
    await openShelf(page, served);
    await page.goto(`${served.url}/`);
    await page.getByRole('button', { name: 'New chat' }).click();
    await askThere(page, served);
    await context.close();
  });

  it('opens a link to any screen on the first visit', async () => {
    const served = await host({ sendsHeaders: false });
    const context = await newContext(browser);
    for (const [route, heading] of Object.entries(ROUTES)) {
      const page = await context.newPage();
      await page.goto(served.url + route);
      await page.getByRole('heading', { name: heading, level: 1 }).waitFor();
      await page.close();
    }
    await context.close();
  });

  it('puts what another app shared into the box of the screen that adds models', async () => {
    const served = await host({ sendsHeaders: true });
    const context = await newContext(browser);
    const page = await context.newPage();
    const shared = 'https://huggingface.co/owner/name-GGUF';
    const text = encodeURIComponent(`See ${shared}`);
    await page.goto(`${served.url}/settings/models/add?title=A%20page&text=${text}`);
    await expect.poll(() => page.getByRole('textbox').first().inputValue()).toBe(shared);
    await context.close();
  });

  it('says that models run on one thread where nothing can isolate the page', async () => {
    const served = await host({ sendsHeaders: false });
    const context = await browser.newContext({ serviceWorkers: 'block' });
    const page = await context.newPage();
    const counted = countLoads(page);
    await openShelf(page, served);
    await page.getByText('Models run on one thread here').waitFor();
    await install(page, DEMO);
    expect(counted()).toBe(1);
    expect(await isIsolated(page)).toBe(false);
    const bar = page.getByRole('status').filter({ hasText: 'Models run on one thread here' });
    await bar.getByRole('button', { name: 'Dismiss' }).click();
    await openShelf(page, served);
    expect(await page.getByText('Models run on one thread here').count()).toBe(0);
    await context.close();
  });

  it('killed while offline: shows its models and answers after the browser was killed', async () => {
    const served = await host({ sendsHeaders: false });
    const profile = await mkdtemp(join(tmpdir(), 'modelshelf-profile-'));
    const first = await startKillable(profile);
    onTestFinished(first.kill);
    const page = await firstPage(first.browser);
    await openShelf(page, served);
    await install(page, DEMO);
    await untilKept(page);
    await served.stop();
    await openShelf(page, served);
    // A model whose load was interrupted isn't loaded again by itself.
    await card(page, DEMO).getByText('In memory, ready to answer').waitFor();
    await first.kill();

    const second = await startKillable(profile);
    onTestFinished(second.kill);
    const next = await firstPage(second.browser);
    await openShelf(next, served);
    await untilInstalled(next, DEMO);
    await selectLoaded(next);
    await askThere(next, served);
    await second.kill();
    await rm(profile, { recursive: true });
  });

  it('update offered: a download runs on beside the offer, and after the reload', async () => {
    const served = await host({ sendsHeaders: false });
    const context = await newContext(browser);
    const page = await visited(context, served);
    served.hub.faults.push(TRICKLE);
    await button(card(page, LONG), 'Download').click();
    await untilPercent(page, LONG, 1);
    await served.publishNewBuild();
    await checkForUpdate(page);
    await page.getByText(READY).waitFor();
    const before = await beginScript(page);
    await untilPercent(page, LONG, 5);
    expect(await beginScript(page)).toBe(before);
    served.hub.faults.clear();
    await page.getByRole('button', { name: 'Reload', exact: true }).click();
    await expect.poll(() => beginScript(page), PATIENCE).not.toBe(before);
    await untilInstalled(page, LONG);
    await context.close();
  });

  it('old and new side by side: the old page ends its download and starts its own engine', async () => {
    const served = await host({ sendsHeaders: true });
    const context = await newContext(browser);
    const old = await visited(context, served);
    await install(old, DEMO);
    const other = await context.newPage();
    await openShelf(other, served);
    served.hub.faults.push(TRICKLE);
    await button(card(old, LONG), 'Download').click();
    await untilPercent(old, LONG, 1);
    const before = await beginScript(old);
    await served.publishNewBuild();
    await checkForUpdate(other);
    await other.getByRole('button', { name: 'Reload', exact: true }).click();
    await expect.poll(() => beginScript(other), PATIENCE).not.toBe(before);
    await card(other, DEMO).waitFor();

    await old.getByText('Another tab has a newer version of the app.').waitFor();
    // The rest comes at full speed: the old page asks for it anew.
    served.hub.faults.clear();
    served.hub.dropConnections();
    await untilInstalled(old, LONG);
    expect(await beginScript(old)).toBe(before);
    // From the cache: the host no longer has this worker, and the page asks for it now.
    expect(await fetchOldWorker(old)).toBe(200);
    await other.close();
    await context.close();
  });

  it('says in words that a newer version wrote the settings, and offers to reload', async () => {
    const served = await host({ sendsHeaders: true });
    const context = await newContext(browser);
    const page = await visited(context, served);
    await page.evaluate(writeNewerVersion);
    await page.goto(`${served.url}/settings/models`);
    await page.getByText('These settings are from a newer version').waitFor();
    await page.getByRole('button', { name: 'Reload', exact: true }).waitFor();
    await context.close();
  });
});

/** Of each screen: its address, and its heading without a model. */
const ROUTES = {
  '/settings/models': 'AI Models',
  '/settings/models/add': 'Add a model',
  '/settings': 'Settings',
  '/settings/benchmarks': 'Benchmarks',
};

/** The folder's own address has a slash at its end: a host doesn't always add it. */
const askThere = (page: Page, { url }: StaticHost) => ask(page, { url: `${url}/` }, DEMO_SENTENCE);

/** Waits until the model answers, so that the choice is written before the page is left. */
async function selectLoaded(page: Page): Promise<void> {
  await select(page, DEMO);
  await card(page, DEMO).getByText('In memory, ready to answer').waitFor();
}

async function newContext(browser: Browser): Promise<BrowserContext> {
  const context = await browser.newContext();
  watchFailure(context);
  return context;
}

const isIsolated = (page: Page) => page.evaluate(() => crossOriginIsolated);

function countLoads(page: Page): () => number {
  let loads = 0;
  page.on('request', (request) => {
    // A page of a folder is asked for once more, with a slash at its end.
    if (request.isNavigationRequest() && request.redirectedFrom() === null) loads += 1;
  });
  return () => loads;
}

async function firstPage(browser: Browser): Promise<Page> {
  const [context] = browser.contexts();
  if (!context) throw new Error('Chromium has no profile.');
  return context.newPage();
}

/** A page that has been opened before, with all of its files on this device. */
async function visited(context: BrowserContext, served: StaticHost): Promise<Page> {
  const page = await context.newPage();
  await openShelf(page, served);
  await untilKept(page);
  await openShelf(page, served);
  return page;
}

/** Resolves when the engine is in the cache: it comes last. */
async function untilKept(page: Page): Promise<void> {
  await page.waitForFunction(async () => {
    const { basePath, folders } = globalThis.modelshelfPage ?? { basePath: '', folders: undefined };
    const address = `${basePath}/${folders?.engine ?? ''}/wllama.wasm`;
    return (await caches.match(address)) !== undefined;
  });
}

const checkForUpdate = (page: Page) =>
  page.evaluate(async () => {
    await (await navigator.serviceWorker.ready).update();
  });

const beginScript = (page: Page) =>
  page
    .locator('script[src*="begin-"]')
    .evaluate((script) => (script as HTMLScriptElement).src)
    .catch(() => 'the page is being loaded');

const fetchOldWorker = (page: Page) =>
  page.evaluate(async () => {
    const { basePath, folders } = globalThis.modelshelfPage ?? { basePath: '', folders: undefined };
    return (await fetch(`${basePath}/${folders?.workers ?? ''}/template.js`)).status;
  });

/** In the page: what a newer app's migration leaves behind. */
async function writeNewerVersion(): Promise<void> {
  const { basePath, folders } = globalThis.modelshelfPage ?? { basePath: '', folders: undefined };
  const worker = new Worker(`${basePath}/${folders?.workers ?? ''}/sqlite.js`, { type: 'module' });
  const call = (id: number, method: string, argument: unknown) =>
    new Promise<void>((resolve, reject) => {
      worker.addEventListener(
        'message',
        ({ data }: MessageEvent<{ id?: number; kind: string }>) => {
          if (data.id !== id) return;
          if (data.kind === 'result') resolve();
          else reject(new Error(JSON.stringify(data)));
        },
      );
      worker.postMessage({ kind: 'call', id, name: method, argument });
    });
  await call(1, 'open', 'modelshelf.db');
  await call(2, 'batch', [{ sql: 'PRAGMA user_version = 99' }]);
  await call(3, 'close', undefined);
  worker.terminate();
}
