import { describe, expect, it } from 'vitest';

import {
  GGUF_URL,
  MODEL,
  WEIGHTS,
  createTab,
  skipWaits,
  noise,
  seedPart,
  seedPlan,
  sha256,
  stateOf,
  until,
  untilState,
  untilTicking,
} from '../../tests/modelFixture';
import { ModelError } from '../errors';
import { createMemoryWorld, type MemoryWorld } from '../platform/memory/memoryPlatform';
import { script } from '../platform/memory/memoryWeb';
import { TinyDemo } from './modelConfig';
import type { ModelState } from './modelState';

const FINAL = 'tiny/tiny.gguf';
const PART = '.staging/tiny/tiny.gguf.part';
const digestAt = ({ disk }: MemoryWorld, path: string) =>
  sha256(disk.files.get(path) ?? new Uint8Array());
const interrupted = new ModelError('NET_INTERRUPTED', { host: 'hub.example' });
const has = (receivedBytes: number) => (state: ModelState) =>
  state.kind === 'downloading' && state.receivedBytes === receivedBytes;
const never = new Promise<void>(() => undefined);

describe('ensureModelPresent', () => {
  it('installs a model: bytes, manifest, row and state', async () => {
    const { manager, settings, world } = await createTab();
    await manager.start();
    const paths = await manager.ensureModelPresent(MODEL);

    expect(paths).toEqual({ ptePath: FINAL });
    expect(digestAt(world, FINAL)).toBe(sha256(WEIGHTS));
    expect([...world.disk.files.keys()].sort()).toEqual(['tiny/model.json', FINAL]);
    expect(stateOf(manager)).toMatchObject({
      kind: 'installed',
      sizeBytes: WEIGHTS.byteLength,
      files: [
        {
          fileName: 'tiny.gguf',
          sha256: sha256(WEIGHTS),
          checkedAgainst: 'registry',
          url: GGUF_URL,
        },
      ],
    });
    expect(await settings.getSettings()).toMatchObject({
      downloadedModels: [{ modelId: 'tiny', ptePath: FINAL, size: WEIGHTS.byteLength }],
    });
    expect(await manager.getModelSize(MODEL)).toBeGreaterThan(WEIGHTS.byteLength);
  });

  it('asks the network for nothing when the model is here', async () => {
    const { manager, world } = await createTab();
    await manager.start();
    await manager.ensureModelPresent(MODEL);
    world.web.log.length = 0;
    await manager.ensureModelPresent(MODEL);
    expect(world.web.log).toEqual([]);
  });

  it('shows an installed model as installed all the while it looks again', async () => {
    const { manager } = await createTab();
    await manager.start();
    await manager.ensureModelPresent(MODEL);
    const shown = new Set<string>();
    manager.subscribe(() => shown.add(stateOf(manager).kind));
    await manager.ensureModelPresent(MODEL);
    expect([...shown]).toEqual(['installed']);
  });

  it('lets a second call join the first', async () => {
    const { manager, world } = await createTab();
    await manager.start();
    const both = [manager.ensureModelPresent(MODEL), manager.ensureModelPresent(MODEL)];
    expect(await Promise.all(both)).toEqual([{ ptePath: FINAL }, { ptePath: FINAL }]);
    expect(world.web.log).toHaveLength(1);
  });

  it('installs a model that is packaged with the app', async () => {
    const world = createMemoryWorld();
    world.bundled.set('tiny-demo.gguf', WEIGHTS);
    const { manager } = await createTab({ world, models: [TinyDemo] });
    await manager.start();
    await manager.ensureModelPresent(TinyDemo);
    expect(stateOf(manager, 'tiny-demo')).toMatchObject({
      kind: 'installed',
      files: [{ checkedAgainst: 'app', sha256: sha256(WEIGHTS) }],
    });
    expect(world.web.log).toEqual([]);
  });

  it('refuses an unavailable model with the registry’s reason and writes nothing', async () => {
    const { manager, world } = await createTab({ host: { runtimes: ['executorch'] } });
    await manager.start();
    await expect(manager.ensureModelPresent(MODEL)).rejects.toMatchObject({
      code: 'MODEL_UNAVAILABLE',
      details: { reason: 'Not for this host.' },
    });
    expect(stateOf(manager)).toEqual({ kind: 'unavailable', reason: 'Not for this host.' });
    expect(world.disk.files.size).toBe(0);
  });

  it('keeps its bytes when the connection drops and resumes from them', async () => {
    const { manager, world, clock } = await createTab();
    await manager.start();
    script(world.web, GGUF_URL, { kind: 'cut', afterBytes: 70_000 });
    const installed = manager.ensureModelPresent(MODEL);
    expect(await untilState(manager, 'waiting')).toMatchObject({ reason: 'preparing' });
    await until(manager, ({ states }) => {
      const state = states['tiny'];
      return state?.kind === 'waiting' && state.reason === 'retrying';
    });
    expect(stateOf(manager)).toMatchObject({
      receivedBytes: 70_000,
      failure: { code: 'NET_INTERRUPTED' },
    });
    clock.advance(60_000);
    await installed;
    expect(world.web.log.map(({ offsetBytes }) => offsetBytes)).toEqual([0, 70_000]);
    expect(digestAt(world, FINAL)).toBe(sha256(WEIGHTS));
  });

  it('starts the file over, and never appends, when the server ignores the range', async () => {
    const tab = await createTab();
    const { manager, world } = tab;
    seedPart(world, WEIGHTS.slice(0, 90_000));
    const ignored = { kind: 'ignore-range' } as const;
    script(world.web, GGUF_URL, ignored, ignored, ignored);
    skipWaits(tab);
    await manager.start();
    await manager.ensureModelPresent(MODEL);
    expect(digestAt(world, FINAL)).toBe(sha256(WEIGHTS));
  });

  it('never lets an error page reach the file', async () => {
    const tab = await createTab();
    const { manager, world } = tab;
    seedPart(world, WEIGHTS.slice(0, 90_000));
    skipWaits(tab);
    const page = new TextEncoder().encode('<html>Sign in to the hotel</html>');
    const headers = { 'content-type': 'text/html' };
    const answer = { kind: 'answer', status: 200, headers, body: page } as const;
    script(world.web, GGUF_URL, answer, answer, answer, answer);
    await manager.start();
    await expect(manager.ensureModelPresent(MODEL)).rejects.toMatchObject({ code: 'NOT_A_MODEL' });
    expect(digestAt(world, PART)).toBe(sha256(WEIGHTS.slice(0, 90_000)));
    expect(stateOf(manager)).toMatchObject({ kind: 'failed', receivedBytes: 90_000 });
  });

  it('gives up a connection that is silent for ten seconds, and tries again', async () => {
    const tab = await createTab();
    const { manager, world, clock } = tab;
    await manager.start();
    script(world.web, GGUF_URL, { kind: 'hold', afterBytes: 50_000, until: never });
    const installed = manager.ensureModelPresent(MODEL);
    await untilTicking(tab, has(50_000));
    clock.advance(10_000);
    const retrying = await until(manager, ({ states }) => states['tiny']?.kind === 'waiting');
    expect(retrying.states['tiny']).toMatchObject({
      failure: { code: 'NET_STALLED', details: { waitedMs: 10_000, receivedBytes: 0 } },
    });
    clock.advance(60_000);
    await installed;
    expect(digestAt(world, FINAL)).toBe(sha256(WEIGHTS));
  });

  it('fails after six failures in a row, keeps the bytes, and goes on when asked again', async () => {
    const { manager, world, clock } = await createTab();
    await manager.start();
    script(world.web, GGUF_URL, { kind: 'cut', afterBytes: 40_000 });
    for (let count = 0; count < 5; count += 1) {
      script(world.web, GGUF_URL, { kind: 'fail', error: interrupted });
    }
    const stopClock = manager.subscribe(() => {
      if (stateOf(manager).kind === 'waiting')
        queueMicrotask(() => {
          clock.advance(60_000);
        });
    });
    await expect(manager.ensureModelPresent(MODEL)).rejects.toMatchObject({
      code: 'NET_INTERRUPTED',
    });
    stopClock();
    expect(stateOf(manager)).toMatchObject({ kind: 'failed', receivedBytes: 40_000 });
    await manager.ensureModelPresent(MODEL);
    expect(world.web.log.at(-1)).toMatchObject({ offsetBytes: 40_000 });
  });

  it('refuses what is wrong twice, keeps nothing of it, and can be tried again', async () => {
    const { manager, settings, world } = await createTab();
    await manager.start();
    const wrong = WEIGHTS.slice();
    wrong[123_456] = (wrong[123_456] ?? 0) ^ 1;
    script(world.web, GGUF_URL, { kind: 'bytes', bytes: wrong }, { kind: 'bytes', bytes: wrong });
    await expect(manager.ensureModelPresent(MODEL)).rejects.toMatchObject({
      code: 'HASH_MISMATCH',
      details: { fileName: 'tiny.gguf', expected: sha256(WEIGHTS), actual: sha256(wrong) },
    });
    expect(stateOf(manager)).toMatchObject({ kind: 'failed', receivedBytes: 0 });
    expect([...world.disk.files.keys()]).toEqual(['.staging/tiny/plan.json']);
    expect(await settings.isModelDownloaded('tiny')).toBe(false);
    await manager.ensureModelPresent(MODEL);
    expect(stateOf(manager).kind).toBe('installed');
  });

  it('checks the room before the first byte', async () => {
    const { manager, world } = await createTab();
    world.disk.capacityBytes = 64 * 1024 * 1024 + WEIGHTS.byteLength - 1;
    await manager.start();
    await expect(manager.ensureModelPresent(MODEL)).rejects.toMatchObject({
      code: 'NO_SPACE',
      details: { freeBytes: world.disk.capacityBytes },
    });
    expect(world.web.log).toEqual([]);
    world.disk.capacityBytes += 1;
    await manager.ensureModelPresent(MODEL);
  });

  it('keeps its bytes when the disk fills up in the middle, and goes on when there is room', async () => {
    const { manager, world, clock } = await createTab();
    await manager.start();
    world.disk.beforeOperation = (operation, path) => {
      if (
        operation === 'write' &&
        path === PART &&
        (world.disk.files.get(PART)?.length ?? 0) > 1e5
      ) {
        throw new ModelError('NO_SPACE', { neededBytes: 1, freeBytes: 0 });
      }
    };
    const installed = manager.ensureModelPresent(MODEL);
    const waiting = await untilState(manager, 'waiting', { reason: 'space' });
    const { byteLength } = world.disk.files.get(PART) ?? new Uint8Array();
    expect(waiting).toMatchObject({ receivedBytes: byteLength, failure: { code: 'NO_SPACE' } });
    world.disk.beforeOperation = () => undefined;
    clock.advance(5_000);
    await installed;
    expect(world.web.log.at(-1)).toMatchObject({ offsetBytes: byteLength });
  });

  it('fails when the disk fills up and nobody is there to make room', async () => {
    const { manager, world } = await createTab({ waitsForSpace: false });
    await manager.start();
    world.disk.beforeOperation = (operation, path) => {
      if (operation === 'write' && path === PART) {
        throw new ModelError('NO_SPACE', { neededBytes: 1, freeBytes: 0 });
      }
    };
    await expect(manager.ensureModelPresent(MODEL)).rejects.toMatchObject({ code: 'NO_SPACE' });
    expect(stateOf(manager)).toMatchObject({ kind: 'failed', failure: { code: 'NO_SPACE' } });
  });

  it('fetches a file that came wrong once more, from nothing', async () => {
    const { manager, world } = await createTab();
    await manager.start();
    const wrong = WEIGHTS.slice();
    wrong[123_456] = (wrong[123_456] ?? 0) ^ 1;
    script(world.web, GGUF_URL, { kind: 'bytes', bytes: wrong });
    await manager.ensureModelPresent(MODEL);
    expect(world.web.log.map(({ offsetBytes }) => offsetBytes)).toEqual([0, 0]);
    expect(digestAt(world, FINAL)).toBe(sha256(WEIGHTS));
  });

  it('reports progress that is true and never more than the whole', async () => {
    const { manager, world, clock } = await createTab();
    await manager.start();
    const seen: number[] = [];
    let published = 0;
    manager.subscribe(() => {
      published += 1;
      const state = stateOf(manager);
      if (state.kind === 'downloading') seen.push(state.receivedBytes);
    });
    script(world.web, GGUF_URL, { kind: 'hold', afterBytes: 100_000, until: Promise.resolve() });
    await manager.ensureModelPresent(MODEL);
    expect(Math.max(...seen)).toBeLessThanOrEqual(WEIGHTS.byteLength);
    // The clock stands still, so that only changes of kind may come through.
    expect(published).toBeLessThan(16);
    expect(clock.monotonicMs()).toBe(0);
  });

  it('asks the host to keep models before the first byte of a download, and shows a refusal', async () => {
    const { manager } = await createTab({
      host: { requestPersistence: () => Promise.resolve(false) },
    });
    await manager.start();
    expect(manager.getSnapshot().persistent).toBeUndefined();
    await manager.ensureModelPresent(MODEL);
    expect(manager.getSnapshot().persistent).toBe(false);
  });

  it('takes a file that lies in the folder without a manifest, once it is verified', async () => {
    const { manager, world } = await createTab();
    world.disk.files.set(FINAL, WEIGHTS);
    await manager.start();
    expect(stateOf(manager).kind).toBe('absent');
    await manager.ensureModelPresent(MODEL);
    expect(world.web.log).toEqual([]);
    expect(stateOf(manager).kind).toBe('installed');
  });

  it('throws away what was received of another revision', async () => {
    const { manager, world } = await createTab();
    world.disk.files.set(PART, noise(100_000, 'older'));
    seedPlan(world.disk.files, { sha256: 'f'.repeat(64) });
    await manager.start();
    expect(stateOf(manager).kind).toBe('absent');
    await manager.ensureModelPresent(MODEL);
    expect(world.web.log).toMatchObject([{ offsetBytes: 0 }]);
    expect(stateOf(manager).kind).toBe('installed');
  });
});
