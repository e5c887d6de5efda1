import { describe, expect, it } from 'vitest';

import {
  GGUF_URL,
  MODEL,
  WEIGHTS,
  createTab,
  stateOf,
  untilState,
  untilTicking,
  type Tab,
} from '../../../tests/modelFixture';
import { createMemoryPeers } from '../../platform/memory/memoryPeers';
import { createMemoryWorld } from '../../platform/memory/memoryPlatform';
import { script } from '../../platform/memory/memoryWeb';
import type { ModelState } from '../modelState';

const never = new Promise<void>(() => undefined);
const has = (receivedBytes: number) => (state: ModelState) =>
  state.kind === 'downloading' && state.receivedBytes === receivedBytes;

/** Two tabs of one browser; the first is half-way through a download that hangs. */
async function twoTabs(): Promise<{ first: Tab; second: Tab; ended: Promise<unknown> }> {
  const world = createMemoryWorld();
  const first = await createTab({ world });
  const second = await createTab({ world, database: first.database });
  await first.manager.start();
  script(world.web, GGUF_URL, { kind: 'hold', afterBytes: 50_000, until: never });
  const ended = first.manager.ensureModelPresent(MODEL).catch((error: unknown) => error);
  await untilTicking(first, has(50_000));
  await second.manager.start();
  return { first, second, ended };
}

describe('a second tab', () => {
  it('shows the first one’s progress', async () => {
    const { second } = await twoTabs();
    expect(await untilTicking(second, has(50_000))).toMatchObject({
      totalBytes: WEIGHTS.byteLength,
    });
  });

  it('transfers nothing that the first one transfers, and has the model when it is done', async () => {
    const world = createMemoryWorld();
    const first = await createTab({ world });
    const second = await createTab({ world, database: first.database });
    await first.manager.start();
    await second.manager.start();
    await Promise.all([
      first.manager.ensureModelPresent(MODEL),
      second.manager.ensureModelPresent(MODEL),
    ]);
    expect(world.web.log).toHaveLength(1);
    expect(stateOf(first.manager).kind).toBe('installed');
    expect(stateOf(second.manager).kind).toBe('installed');
  });

  it('can pause the first one’s transfer', async () => {
    const { first, second, ended } = await twoTabs();
    second.manager.pauseDownload(MODEL);
    expect(await ended).toMatchObject({ name: 'AbortError' });
    expect(stateOf(first.manager)).toMatchObject({ kind: 'paused', receivedBytes: 50_000 });
    await untilState(second.manager, 'paused');
  });

  it('can cancel the first one’s transfer', async () => {
    const { first, second, ended } = await twoTabs();
    await second.manager.cancelDownload(MODEL);
    expect(await ended).toMatchObject({ name: 'AbortError' });
    expect(first.world.disk.files.size).toBe(0);
    await untilState(first.manager, 'absent');
  });

  it('goes on when the first one dies', async () => {
    const { first, second } = await twoTabs();
    const installed = second.manager.ensureModelPresent(MODEL);
    await untilTicking(second, has(50_000));
    await first.manager.close();
    await installed;
    expect(first.world.web.log.map(({ offsetBytes }) => offsetBytes)).toEqual([0, 50_000]);
  });

  it('shows what is left when the first one dies', async () => {
    const { first, second } = await twoTabs();
    await untilTicking(second, has(50_000));
    await first.manager.close();
    expect(await untilState(second.manager, 'paused')).toMatchObject({ receivedBytes: 50_000 });
  });

  it('shows a removal', async () => {
    const world = createMemoryWorld();
    const first = await createTab({ world });
    const second = await createTab({ world, database: first.database });
    await first.manager.start();
    await second.manager.start();
    await first.manager.ensureModelPresent(MODEL);
    await untilState(second.manager, 'installed');
    await first.manager.deleteModel(MODEL);
    expect(await untilState(second.manager, 'absent')).toEqual({ kind: 'absent' });
  });

  it.each([
    ['no object', 'pause'],
    ['another model', { kind: 'pause', modelId: 'other' }],
    ['a forged install', { kind: 'progress', modelId: 'tiny', state: { kind: 'installed' } }],
    [
      'numbers that are none',
      { kind: 'progress', modelId: 'tiny', state: { kind: 'downloading', receivedBytes: 'x' } },
    ],
    ['a prototype', { kind: 'changed', modelId: '__proto__' }],
  ])('ignores a message with %s', async (_, message) => {
    const tab = await createTab();
    await tab.manager.start();
    const before = tab.manager.getSnapshot();
    createMemoryPeers(tab.world.neighbourhood).send(message);
    await tab.platform.peers.withLock('later', () => Promise.resolve());
    expect(tab.manager.getSnapshot()).toBe(before);
  });
});
