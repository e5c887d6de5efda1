import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Browser } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import {
  DEMO_SENTENCE,
  SENTENCES,
  ask,
  button,
  card,
  choose,
  createScene,
  install,
  openShelf,
  percent,
  select,
  untilInstalled,
  untilPercent,
  type Scene,
} from '../scene';
import { launchFirefox, NO_FIREFOX, startKillableFirefox } from './firefox';

const MEDIUM = 'Local Medium';
const why = NO_FIREFOX === undefined ? '' : `: skipped, ${NO_FIREFOX}`;

describe.skipIf(NO_FIREFOX !== undefined)(`in Firefox${why}`, () => {
  let browser: Browser;
  let scene: Scene;
  beforeAll(async () => {
    [browser, scene] = await Promise.all([
      launchFirefox(),
      createScene({ bytesPerSecond: 1_500_000 }),
    ]);
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
    const source = scene.catalog.models.find(
      ({ displayName }) => displayName === MEDIUM,
    )?.ggufSource;
    if (source?.kind !== 'remote' || source.sizeBytes === undefined) throw new Error(MEDIUM);
    return source.sizeBytes;
  };

  it('the demo is installed, speaks, is still there after a reload, and can be removed', async () => {
    const context = await scene.context(browser);
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await openShelf(page, scene);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    await install(page, 'Tiny demo');
    await select(page, 'Tiny demo');
    await ask(page, scene, DEMO_SENTENCE);
    await page.getByText(/tokens\/s/).waitFor();

    await openShelf(page, scene);
    await card(page, 'Tiny demo').getByText('SELECTED', { exact: true }).waitFor();
    await install(page, 'Local Small');
    await select(page, 'Local Small');
    await choose(page, 'Tiny demo', 'Remove');
    await button(page.getByRole('dialog', { name: 'Remove Tiny demo?' }), 'Remove').click();
    await button(card(page, 'Tiny demo'), 'Download').waitFor();
    await page.reload();
    await card(page, 'Local Small').getByText('SELECTED', { exact: true }).waitFor();
    await button(card(page, 'Tiny demo'), 'Download').waitFor();
    expect(errors).toEqual([]);
    await context.close();
  });

  it('a download pauses with its bytes, keeps them over a reload, and goes on to a model that speaks', async () => {
    const context = await scene.context(browser);
    const page = await context.newPage();
    await openShelf(page, scene);
    await button(card(page, MEDIUM), 'Download').click();
    await untilPercent(page, MEDIUM, 20);
    await button(card(page, MEDIUM), 'Pause').click();
    await button(card(page, MEDIUM), 'Resume').waitFor();
    const paused = await percent(page, MEDIUM);
    expect(paused).toBeLessThan(100);

    await page.reload();
    await button(card(page, MEDIUM), 'Resume').waitFor();
    expect(await percent(page, MEDIUM)).toBe(paused);
    scene.hub.reset();
    await button(card(page, MEDIUM), 'Resume').click();
    await untilInstalled(page, MEDIUM);
    expect(sentBytes()).toBeGreaterThan(0);
    expect(sentBytes()).toBeLessThanOrEqual((sizeBytes() * (100 - paused)) / 100);
    await select(page, MEDIUM);
    await ask(page, scene, SENTENCES['local-medium'] ?? '');
    await context.close();
  });

  it('two tabs transfer a model once, and the second goes on when the first one closes', async () => {
    const context = await scene.context(browser);
    const [first, second] = [await context.newPage(), await context.newPage()];
    await openShelf(first, scene);
    await openShelf(second, scene);
    await button(card(first, MEDIUM), 'Download').click();
    await untilPercent(second, MEDIUM, 20);
    await first.close();
    await untilInstalled(second, MEDIUM);
    expect(sentBytes()).toBeLessThan(sizeBytes() * 1.4);
    await context.close();
  });

  it('kill -9 of the whole browser loses nothing, and the next one goes on by itself', async () => {
    const profile = await mkdtemp(join(tmpdir(), 'modelshelf-firefox-'));
    const before = await startKillableFirefox(profile);
    const page = await before.context.newPage();
    await openShelf(page, scene);
    await button(card(page, MEDIUM), 'Download').click();
    await untilPercent(page, MEDIUM, 40);
    await before.kill();

    scene.hub.reset();
    const after = await startKillableFirefox(profile);
    const again = await after.context.newPage();
    await openShelf(again, scene);
    await untilInstalled(again, MEDIUM);
    expect(sentBytes()).toBeLessThanOrEqual(sizeBytes() * 0.75);
    await after.kill();
    await rm(profile, { recursive: true, force: true });
  });
});
