import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Browser } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { startKillable } from './killable';
import {
  button,
  card,
  createScene,
  launchBrowser,
  openShelf,
  select,
  untilInstalled,
  untilPercent,
  type Scene,
} from './scene';

const LARGE = 'Local Large';

let browser: Browser;
let scene: Scene;
beforeAll(async () => {
  browser = await launchBrowser();
  scene = await createScene({ bytesPerSecond: 1_200_000 });
});
afterEach(() => {
  scene.hub.reset();
});
afterAll(async () => {
  await browser.close();
  await scene.close();
});

const bodies = () =>
  scene.hub.log.filter(({ file, origin }) => origin === 'cdn' && file?.endsWith('.gguf'));
const sentBytes = () => bodies().reduce((sum, { bodyBytesSent }) => sum + bodyBytesSent, 0);
const sizeBytes = () => {
  const source = scene.catalog.models.find(({ displayName }) => displayName === LARGE)?.ggufSource;
  if (source?.kind !== 'remote' || source.sizeBytes === undefined) throw new Error(LARGE);
  return source.sizeBytes;
};

describe('a tab that goes away', () => {
  it('in the middle of a download loses nothing: the next one goes on by itself', async () => {
    const context = await scene.context(browser);
    const first = await context.newPage();
    await openShelf(first, scene);
    await button(card(first, LARGE), 'Download').click();
    await untilPercent(first, LARGE, 40);
    await first.close();

    scene.hub.reset();
    const second = await context.newPage();
    await openShelf(second, scene);
    await untilInstalled(second, LARGE);
    expect(sentBytes()).toBeLessThanOrEqual(sizeBytes() * 0.65);
    await context.close();
  });

  it('by kill -9 of the whole browser loses nothing, and the next one goes on by itself', async () => {
    const profile = await mkdtemp(join(tmpdir(), 'modelshelf-profile-'));
    const before = await startKillable(profile);
    const page = await before.browser.contexts()[0]?.newPage();
    if (!page) throw new Error('a browser has a context');
    await openShelf(page, scene);
    await button(card(page, LARGE), 'Download').click();
    await untilPercent(page, LARGE, 40);
    await before.kill();

    scene.hub.reset();
    const after = await startKillable(profile);
    const again = await after.browser.contexts()[0]?.newPage();
    if (!again) throw new Error('a browser has a context');
    await openShelf(again, scene);
    await untilInstalled(again, LARGE);
    expect(sentBytes()).toBeLessThanOrEqual(sizeBytes() * 0.7);
    await after.kill();
    await rm(profile, { recursive: true, force: true });
  });
});

describe('two tabs', () => {
  it('transfer a model once; the second shows the first one’s progress and can pause it', async () => {
    const context = await scene.context(browser);
    const [first, second] = [await context.newPage(), await context.newPage()];
    await openShelf(first, scene);
    await openShelf(second, scene);
    await button(card(first, LARGE), 'Download').click();
    await untilPercent(second, LARGE, 20);
    await button(card(second, LARGE), 'Pause').click();
    await button(card(first, LARGE), 'Resume').waitFor();
    await button(card(second, LARGE), 'Resume').waitFor();

    await button(card(second, LARGE), 'Resume').click();
    await untilInstalled(first, LARGE);
    await untilInstalled(second, LARGE);
    // What was on its way when the pause came is the hub's to count, not ours to ask for twice.
    expect(sentBytes()).toBeLessThan(sizeBytes() * 1.2);

    await select(first, LARGE);
    await card(second, LARGE).getByText('SELECTED', { exact: true }).waitFor();
    await context.close();
  });

  it('go on with what is left when the first one closes', async () => {
    const context = await scene.context(browser);
    const [first, second] = [await context.newPage(), await context.newPage()];
    await openShelf(first, scene);
    await openShelf(second, scene);
    await button(card(first, LARGE), 'Download').click();
    await untilPercent(second, LARGE, 20);
    await first.close();
    await untilInstalled(second, LARGE);
    // Twice at most what a tab that dies may lose: 1 MiB that isn't in the journal yet, and what was on its way.
    expect(sentBytes()).toBeLessThan(sizeBytes() * 1.2);
    await context.close();
  });
});
