/** What the core does with a file that the system brings, in memory: time is the test's. */
import { describe, expect, it } from 'vitest';

import { MODEL, WEIGHTS, createTab, stateOf, untilState } from '../../../tests/modelFixture';
import { createModelManager } from '../../ai/modelManager';
import { ModelError } from '../../errors';
import { writeAt } from '../../platform/memory/memoryDisk';
import type { Downloader, FileEvents, FileRequest, Underway } from '../../platform/types';

const PART = '.staging/tiny/tiny.gguf.part';
const TEN_MINUTES_MS = 600_000;

/** A tab whose system brings files when the test says so. */
async function createTabWithSystem(underway: readonly Underway[] = []) {
  const tab = await createTab();
  const { world, clock, settings } = tab;
  const asked: FileRequest[] = [];
  const heard: boolean[] = [];
  let events: FileEvents | undefined;
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  let settle: { resolve: () => void; reject: (error: Error) => void } | undefined;
  const downloader: Downloader = {
    ...tab.platform.downloader,
    fetchFile(request, listener, signal) {
      asked.push(request);
      events = listener;
      const { url } = request;
      const whole = {
        offsetBytes: 0,
        endBytes: WEIGHTS.byteLength,
        totalBytes: WEIGHTS.byteLength,
        versions: [],
      };
      listener.onAnswer({ ...whole, url, maxConnections: 1, isHandedOver: true });
      begin();
      return new Promise((resolve, reject) => {
        settle = { resolve, reject };
        signal.addEventListener('abort', () => {
          reject(Object.assign(new Error('stopped'), { name: 'AbortError' }));
        });
      });
    },
    setWifiOnly: (isKept) => heard.push(isKept),
    underway: () => Promise.resolve(underway),
  };
  const platform = { ...tab.platform, downloader };
  const manager = createModelManager({ platform, settings, models: [MODEL], random: () => 0 });
  return {
    ...{ ...tab, manager, clock, asked, heard },
    /** Resolves when the system was handed the file. */
    begun,
    show: (bytes: number, isHeld = false) => events?.onUnderway(bytes, isHeld),
    bring() {
      writeAt(world.disk, PART, { at: 0, bytes: WEIGHTS });
      events?.onProgress(WEIGHTS.byteLength);
      settle?.resolve();
    },
    fail: (error: ModelError) => settle?.reject(error),
  };
}

const everythingPending = () => new Promise((resolve) => setImmediate(resolve));

describe('a file that was handed over to the system', () => {
  it('is asked for once, whole, and installed when it is in its place', async () => {
    const { manager, asked, begun, bring } = await createTabWithSystem();
    await manager.start();
    const done = manager.ensureModelPresent(MODEL);
    await begun;
    bring();
    await done;
    expect(asked).toHaveLength(1);
    expect(stateOf(manager).kind).toBe('installed');
  });

  it('is never given up for silence: the system may sleep as long as it likes', async () => {
    const { manager, clock, asked, begun, show, bring } = await createTabWithSystem();
    await manager.start();
    const done = manager.ensureModelPresent(MODEL);
    await begun;
    clock.advance(TEN_MINUTES_MS);
    await everythingPending();
    show(1000);
    clock.advance(TEN_MINUTES_MS);
    await everythingPending();
    expect(asked).toHaveLength(1);
    bring();
    await done;
    expect(asked).toHaveLength(1);
  });

  it('counts as received while the system has it, and no more when it has lost it', async () => {
    const { manager, clock, begun, show, fail } = await createTabWithSystem();
    await manager.start();
    manager.ensureModelPresent(MODEL).catch(() => undefined);
    await begun;
    show(50_000);
    clock.advance(200);
    expect(stateOf(manager)).toMatchObject({ kind: 'downloading', receivedBytes: 50_000 });
    fail(new ModelError('NET_INTERRUPTED', { host: 'hub.example' }));
    const state = await untilState(manager, 'waiting', { reason: 'retrying' });
    expect(state).toMatchObject({ receivedBytes: 0 });
  });

  it('says that it waits for Wi-Fi', async () => {
    const { manager, begun, show } = await createTabWithSystem();
    await manager.start();
    manager.ensureModelPresent(MODEL).catch(() => undefined);
    await begun;
    show(1000, true);
    expect(stateOf(manager)).toMatchObject({
      kind: 'waiting',
      reason: 'wifi',
      receivedBytes: 1000,
    });
  });

  it('is gone on with after the next start, by itself', async () => {
    const { manager, asked, begun, bring } = await createTabWithSystem([
      { path: PART, receivedBytes: 70_000, isPaused: false },
    ]);
    await manager.start();
    await begun;
    bring();
    await untilState(manager, 'installed');
    expect(asked).toHaveLength(1);
  });

  it('is kept to Wi-Fi from the start where that was chosen before', async () => {
    const { manager, settings, heard } = await createTabWithSystem();
    await settings.setWifiOnly(true);
    await manager.start();
    expect(manager.getSnapshot().wifiOnly).toBe(true);
    await manager.setWifiOnly(false);
    expect(heard).toEqual([true, false]);
    expect(await settings.getWifiOnly()).toBe(false);
  });
});
