import { describe, expect, it } from 'vitest';

import {
  GGUF_URL,
  MODEL,
  WEIGHTS,
  createTab,
  noise,
  sha256,
  stateOf,
} from '../../tests/modelFixture';
import {
  SIZES,
  FINAL,
  SIZE,
  digestAt,
  sentBytes,
  start,
  leftBehind,
} from '../../tests/transferFixture';
import type { LlmModelConfig } from '../ai/modelConfig';
import { ModelError } from '../errors';
import { script } from '../platform/memory/memoryWeb';

describe('a repair', () => {
  it('fetches the blocks that are damaged, and only those', async () => {
    const { manager, world } = await start();
    await manager.ensureModelPresent(MODEL);
    const damaged = WEIGHTS.slice();
    damaged.fill(0, 70_000, 70_010);
    world.disk.files.set(FINAL, damaged);
    await expect(manager.verifyModel(MODEL)).rejects.toMatchObject({ code: 'HASH_MISMATCH' });
    world.web.log.length = 0;
    await manager.repairModel(MODEL);
    expect(sentBytes(world)).toBe(SIZES.blockBytes);
    expect(digestAt(world, FINAL)).toBe(sha256(WEIGHTS));
    expect(stateOf(manager).kind).toBe('installed');
  });

  it('fetches what is missing of a file that was cut off', async () => {
    const { manager, world } = await start();
    await manager.ensureModelPresent(MODEL);
    world.disk.files.set(FINAL, WEIGHTS.slice(0, 120_000));
    world.web.log.length = 0;
    await manager.ensureModelPresent(MODEL);
    expect(sentBytes(world)).toBe(SIZE - 120_000);
    expect(digestAt(world, FINAL)).toBe(sha256(WEIGHTS));
  });

  it('leaves a download to go on with when it fails', async () => {
    const { manager, world } = await start();
    await manager.ensureModelPresent(MODEL);
    const damaged = WEIGHTS.slice();
    damaged.fill(0, 70_000, 70_010);
    world.disk.files.set(FINAL, damaged);
    const gone = new ModelError('HTTP_NOT_FOUND', { host: 'hub.example', what: 'file' });
    script(world.web, GGUF_URL, { kind: 'fail', error: gone });
    await expect(manager.repairModel(MODEL)).rejects.toMatchObject({ code: 'HTTP_NOT_FOUND' });
    expect(stateOf(manager)).toMatchObject({
      kind: 'failed',
      receivedBytes: SIZE - SIZES.blockBytes,
    });
    await manager.ensureModelPresent(MODEL);
    expect(digestAt(world, FINAL)).toBe(sha256(WEIGHTS));
  });

  it('has nothing to do for a model that isn’t installed', async () => {
    const { manager } = await start();
    await expect(manager.repairModel(MODEL)).rejects.toMatchObject({ code: 'MODEL_MISSING' });
  });
});

describe('a journal that names no version, as earlier ones do', () => {
  const half = { startBytes: 0, endBytes: SIZE / 2 };
  const seed = { part: WEIGHTS.slice(), written: [half] };

  it('counts where a digest is published', async () => {
    const { manager } = await start(leftBehind(seed));
    expect(stateOf(manager)).toMatchObject({ kind: 'paused', receivedBytes: SIZE / 2 });
  });

  it('counts for nothing where none is, since what follows could be of another version', async () => {
    const url = 'https://elsewhere.example/tiny.gguf';
    const plain: LlmModelConfig = {
      ...MODEL,
      ggufSource: { kind: 'remote', url, sizeBytes: SIZE },
    };
    const world = leftBehind(seed, plain);
    world.web.files.set(url, noise(SIZE, 'another version'));
    const tab = await createTab({ world, sizes: SIZES, models: [plain] });
    await tab.manager.start();
    expect(stateOf(tab.manager)).toMatchObject({ kind: 'paused', receivedBytes: 0 });
    await tab.manager.ensureModelPresent(plain);
    expect(world.disk.files.get('tiny/tiny.gguf')).toEqual(noise(SIZE, 'another version'));
  });
});
