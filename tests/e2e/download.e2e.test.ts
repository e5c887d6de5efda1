import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import {
  SENTENCES,
  ask,
  button,
  card,
  createScene,
  install,
  launchBrowser,
  openShelf,
  percent,
  select,
  untilInstalled,
  untilPercent,
  type Scene,
  choose,
} from './scene';

const MEDIUM = 'Local Medium';

let browser: Browser;
let scene: Scene;
beforeAll(async () => {
  browser = await launchBrowser();
  scene = await createScene({ bytesPerSecond: 600_000 });
});
afterEach(() => {
  scene.hub.reset();
});
afterAll(async () => {
  await browser.close();
  await scene.close();
});

async function openFresh(): Promise<Page> {
  const context = await scene.context(browser);
  const page = await context.newPage();
  await openShelf(page, scene);
  return page;
}

/** Neither to be selected nor, as a selected model, to be talked to. */
async function expectNotUsable(page: Page, name: string): Promise<void> {
  for (const label of ['Select', 'Chat']) {
    expect(await button(card(page, name), label).count()).toBe(0);
  }
}

const sizeOf = (modelId: string) => {
  const source = scene.catalog.models.find((model) => model.modelId === modelId)?.ggufSource;
  if (source?.kind !== 'remote' || source.sizeBytes === undefined) throw new Error(modelId);
  return source.sizeBytes;
};
const bodies = () =>
  scene.hub.log.filter(({ file, origin }) => origin === 'cdn' && file?.endsWith('.gguf'));

describe('a download', () => {
  it('shows true progress, pauses with its bytes, and goes on from them', async () => {
    const page = await openFresh();
    await button(card(page, MEDIUM), 'Download').click();
    await untilPercent(page, MEDIUM, 20);
    await card(page, MEDIUM).getByText(/MB\/s/).waitFor();
    await card(page, MEDIUM)
      .getByText(/of 8\.\d MB/)
      .waitFor();
    await button(card(page, MEDIUM), 'Pause').click();
    await button(card(page, MEDIUM), 'Resume').waitFor();
    const paused = await percent(page, MEDIUM);
    expect(paused).toBeGreaterThanOrEqual(20);
    expect(paused).toBeLessThan(100);

    await page.reload();
    await button(card(page, MEDIUM), 'Resume').waitFor();
    expect(await percent(page, MEDIUM)).toBe(paused);
    scene.hub.reset();
    await button(card(page, MEDIUM), 'Resume').click();
    await untilInstalled(page, MEDIUM);

    const sent = bodies().reduce((sum, { bodyBytesSent }) => sum + bodyBytesSent, 0);
    expect(sent).toBeGreaterThan(0);
    expect(sent).toBeLessThanOrEqual((sizeOf('local-medium') * (100 - paused)) / 100);
    await select(page, MEDIUM);
    await ask(page, scene, SENTENCES['local-medium'] ?? '');
    await page.context().close();
  });

  it('leaves nothing when it is cancelled', async () => {
    const page = await openFresh();
    await button(card(page, MEDIUM), 'Download').click();
    await untilPercent(page, MEDIUM, 10);
    await button(card(page, MEDIUM), 'Cancel').click();
    await button(card(page, MEDIUM), 'Download').waitFor();
    await page.reload();
    await button(card(page, MEDIUM), 'Download').waitFor();
    const names = await page.evaluate(async () => {
      const found: string[] = [];
      const walk = async (folder: FileSystemDirectoryHandle) => {
        for await (const [name, entry] of folder.entries()) {
          found.push(name);
          if (entry.kind === 'directory') await walk(entry);
        }
      };
      await walk(await navigator.storage.getDirectory());
      return found;
    });
    expect(names.filter((name) => name.includes('gguf'))).toEqual([]);
    await page.context().close();
  });

  it('survives dropped connections by itself', async () => {
    scene.hub.faults.push({ origin: 'cdn', times: 2, fault: { cutAfter: 300_000 } });
    const page = await openFresh();
    await install(page, MEDIUM);
    expect(bodies().filter(({ state }) => state === 'cut')).toHaveLength(2);
    await page.context().close();
  });

  it('refuses what comes wrong twice, says so, keeps none, and can be tried again', async () => {
    scene.hub.faults.push({ origin: 'cdn', fault: { flipBitsAt: [1_000_000] } });
    const page = await openFresh();
    await button(card(page, MEDIUM), 'Download').click();
    await card(page, MEDIUM).getByText('The file is damaged or was changed').waitFor();
    await expectNotUsable(page, MEDIUM);
    scene.hub.reset();
    await button(card(page, MEDIUM), 'Try again').click();
    await untilInstalled(page, MEDIUM);
    await page.context().close();
  });

  it('never takes a login page for a model, and keeps what had arrived', async () => {
    const page = await openFresh();
    await button(card(page, MEDIUM), 'Download').click();
    await untilPercent(page, MEDIUM, 15);
    await button(card(page, MEDIUM), 'Pause').click();
    await button(card(page, MEDIUM), 'Resume').waitFor();
    const paused = await percent(page, MEDIUM);
    scene.hub.faults.push({ origin: 'cdn', fault: { status: 200, body: 'html' } });
    await button(card(page, MEDIUM), 'Resume').click();
    // It is said at once, and is the file's failure once it has come several times.
    await button(card(page, MEDIUM), 'Try again').waitFor();
    expect(await card(page, MEDIUM).getByText('This is not a model').count()).toBe(1);
    expect(await percent(page, MEDIUM)).toBe(paused);
    scene.hub.reset();
    await button(card(page, MEDIUM), 'Try again').click();
    await untilInstalled(page, MEDIUM);
    await page.context().close();
  });

  it('lets the app start at a full quota, knows of a newer version, and can be removed then', async () => {
    const page = await openFresh();
    await install(page, MEDIUM);
    const models = scene.catalog.models.map((model) =>
      model.modelId === 'local-medium' && model.ggufSource.kind === 'remote'
        ? { ...model, ggufSource: { ...model.ggufSource, sha256: 'a'.repeat(64) } }
        : model,
    );
    await page.route('**/catalog.json', (route) =>
      route.fulfill({ json: { ...scene.catalog, models } }),
    );
    const session = await page.context().newCDPSession(page);
    const { origin } = new URL(scene.url);
    await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1_000_000 });
    await page.reload();
    await card(page, MEDIUM)
      .getByText(/^Update: /)
      .waitFor();
    await choose(page, MEDIUM, 'Remove');
    await button(page.getByRole('dialog'), 'Remove').click();
    await button(card(page, MEDIUM), 'Download').waitFor();
    await page.context().close();
  });

  it('is refused where the browser’s quota is smaller than the model, with words for it and a way on', async () => {
    const context = await scene.context(browser);
    // As a private window of Firefox tells; Chromium tells of 10 GB in each.
    await context.addInitScript(() => {
      const estimate = { quota: 2_000_000, usage: 0 };
      navigator.storage.estimate = () => Promise.resolve(estimate);
    });
    const page = await context.newPage();
    await openShelf(page, scene);
    await button(card(page, MEDIUM), 'Download').click();
    await card(page, MEDIUM)
      .getByText(/this browser lets the app keep 2\.0 MB in all\. Choose a smaller model/)
      .waitFor();
    await button(card(page, MEDIUM), 'Try again').waitFor();
    expect(bodies()).toEqual([]);
    await button(card(page, MEDIUM), 'Cancel').click();
    await button(card(page, MEDIUM), 'Download').waitFor();
    await context.close();
  });

  it('waits at a full quota, says what is missing, and goes on by itself when there is room', async () => {
    const page = await openFresh();
    const session = await page.context().newCDPSession(page);
    const { origin } = new URL(scene.url);
    await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 6_000_000 });
    await button(card(page, MEDIUM), 'Download').click();
    await card(page, MEDIUM).getByText('Waiting for space').waitFor();
    await card(page, MEDIUM)
      .getByText(/It needs .* more than this device allows/)
      .waitFor();
    await expectNotUsable(page, MEDIUM);
    await session.send('Storage.overrideQuotaForOrigin', { origin });
    await untilInstalled(page, MEDIUM);
    await page.context().close();
  });
});
