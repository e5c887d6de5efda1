import { describe, expect, it } from 'vitest';

import {
  GGUF_URL,
  MODEL,
  WEIGHTS,
  createTab,
  sha256,
  stateOf,
  untilTicking,
} from '../../tests/modelFixture';
import { ModelError } from '../errors';
import type { MemoryWorld } from '../platform/memory/memoryPlatform';
import { script } from '../platform/memory/memoryWeb';
import type { ModelState } from './modelState';

const FINAL = 'tiny/tiny.gguf';
const digestAt = ({ disk }: MemoryWorld, path: string) =>
  sha256(disk.files.get(path) ?? new Uint8Array());
const has = (receivedBytes: number) => (state: ModelState) =>
  state.kind === 'downloading' && state.receivedBytes === receivedBytes;
const never = new Promise<void>(() => undefined);

describe('pause, cancel and delete', () => {
  const begin = async () => {
    const tab = await createTab();
    await tab.manager.start();
    script(tab.world.web, GGUF_URL, { kind: 'hold', afterBytes: 50_000, until: never });
    const ended = tab.manager.ensureModelPresent(MODEL).catch((error: unknown) => error);
    await untilTicking(tab, has(50_000));
    return { ...tab, ended };
  };

  it('pauses with its bytes, and goes on from them', async () => {
    const { clock, manager, world, ended } = await begin();
    manager.pauseDownload(MODEL);
    expect(await ended).toMatchObject({ name: 'AbortError' });
    expect(stateOf(manager)).toEqual({
      kind: 'paused',
      pausedAt: clock.nowMs(),
      receivedBytes: 50_000,
      totalBytes: WEIGHTS.byteLength,
    });
    await manager.ensureModelPresent(MODEL);
    expect(world.web.log.at(-1)).toMatchObject({ offsetBytes: 50_000 });
  });

  it('cancels and leaves nothing', async () => {
    const { manager, world, ended } = await begin();
    await manager.cancelDownload(MODEL);
    expect(await ended).toMatchObject({ name: 'AbortError' });
    expect(stateOf(manager)).toEqual({ kind: 'absent' });
    expect(world.disk.files.size).toBe(0);
  });

  it('shows a paused download again after a restart', async () => {
    const { world, database, manager, ended } = await begin();
    manager.pauseDownload(MODEL);
    await ended;
    await manager.close();
    const next = await createTab({ world, database });
    await next.manager.start();
    expect(stateOf(next.manager)).toMatchObject({ kind: 'paused', receivedBytes: 50_000 });
  });

  it('deletes an installed model, its record and its selection', async () => {
    const { manager, settings, world } = await createTab();
    await manager.start();
    await manager.ensureModelPresent(MODEL);
    await settings.setSelectedModelId('tiny');
    await manager.deleteModel(MODEL);
    await manager.deleteModel(MODEL);
    expect(world.disk.files.size).toBe(0);
    expect(stateOf(manager)).toEqual({ kind: 'absent' });
    expect(await settings.getSettings()).toMatchObject({ downloadedModels: [] });
    expect(await settings.getSelectedModelId()).not.toBe('tiny');
  });

  it('leaves files and record when a file can’t be removed', async () => {
    const { manager, settings, world } = await createTab();
    await manager.start();
    await manager.ensureModelPresent(MODEL);
    world.disk.beforeOperation = (operation, path) => {
      if (operation === 'move' && path === FINAL) throw new ModelError('STORAGE_BUSY', { path });
    };
    await expect(manager.deleteModel(MODEL)).rejects.toMatchObject({ code: 'STORAGE_BUSY' });
    expect(stateOf(manager).kind).toBe('installed');
    expect(digestAt(world, FINAL)).toBe(sha256(WEIGHTS));
    expect(await settings.isModelDownloaded('tiny')).toBe(true);
  });
});

describe('verifyModel', () => {
  it('finds a byte that changed after the install, and changes nothing', async () => {
    const { manager, world } = await createTab();
    await manager.start();
    await manager.ensureModelPresent(MODEL);
    await manager.verifyModel(MODEL);
    const rotten = WEIGHTS.slice();
    rotten[7] = (rotten[7] ?? 0) ^ 1;
    world.disk.files.set(FINAL, rotten);
    await expect(manager.verifyModel(MODEL)).rejects.toMatchObject({ code: 'HASH_MISMATCH' });
    expect(digestAt(world, FINAL)).toBe(sha256(rotten));
    expect(stateOf(manager).kind).toBe('installed');
  });

  it('says that a model isn’t here', async () => {
    const { manager } = await createTab();
    await manager.start();
    await expect(manager.verifyModel(MODEL)).rejects.toMatchObject({ code: 'MODEL_MISSING' });
  });
});
