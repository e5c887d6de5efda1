import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { sha256 } from '../../tests/modelFixture';
import { expectAbort, expectCode, rejectionOf } from '../../tests/conformance/expectFailure';
import { createShelfInMemory, type ShelfWorld } from '../../tests/shelfMemory';
import { createShelfOnDisk } from '../../tests/shelfOnDisk';
import type { Shelf } from './createShelf';
import { TinyDemo } from './modelConfig';
import type { ModelState } from './modelState';

const bytesIn = (state: ModelState) => ('receivedBytes' in state ? state.receivedBytes : undefined);

const VERBS = [
  'ensure',
  'plan',
  'pause',
  'cancel',
  'remove',
  'bringBack',
  'verify',
  'repair',
] as const;

describe.each([
  ['in memory', createShelfInMemory],
  ['on a disk, in front of the local hub', createShelfOnDisk],
])('a shelf %s', (_where, createWorld) => {
  let world: ShelfWorld;
  let id: string;

  beforeEach(async () => {
    world = await createWorld();
    id = world.model.modelId;
  });
  afterEach(() => world.dispose());

  const stateOf = (shelf: Shelf) => shelf.getSnapshot().states[id];
  const open = () => world.open([TinyDemo, world.model]);
  const half = () => world.weights.byteLength / 2;

  function until(shelf: Shelf, fits: (state: ModelState | undefined) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!fits(stateOf(shelf))) return;
        stop();
        resolve();
      };
      const stop = shelf.subscribe(look);
      look();
    });
  }
  const untilStalled = (shelf: Shelf) =>
    until(shelf, (state) => state?.kind === 'downloading' && bytesIn(state) === world.stalledBytes);

  it('plans without writing or downloading anything, and starts what it has planned', async () => {
    const shelf = await open();
    const before = await world.disk();
    const plan = await shelf.plan(id);
    const totalBytes = world.weights.byteLength;
    expect(plan).toMatchObject({
      ...{ modelId: id, runtime: 'llama.cpp', quantization: 'F16', license: 'MIT' },
      files: [{ role: 'weights', fileName: 'tiny.gguf', sizeBytes: totalBytes, hasBytes: 0 }],
      ...{ totalBytes, missingBytes: totalBytes, isMetered: undefined, refusals: [] },
    });
    expect(plan.memory.neededBytes).toBeGreaterThan(totalBytes);
    expect(world.takeRequests()).toEqual([]);
    expect(await world.disk()).toEqual(before);
    const { weights } = await plan.start();
    expect(weights.fileName).toBe('tiny.gguf');
    world.takeRequests();
    const next = await shelf.plan(id);
    expect(next).toMatchObject({ totalBytes, missingBytes: 0, refusals: [] });
    expect(next.files).toMatchObject([{ hasBytes: totalBytes }]);
    expect(world.takeRequests()).toEqual([]);
  });

  it('brings a model with its progress, and says where its files are', async () => {
    const shelf = await open();
    const states: ModelState[] = [];
    const paths = await shelf.ensure(id, { onProgress: (state) => states.push(state) });
    expect(states.at(-1)?.kind).toBe('installed');
    expect(states.map(({ kind }) => kind)).toContain('downloading');
    const received = states.flatMap((state) => bytesIn(state) ?? []);
    expect(received).toEqual([...received].sort((one, other) => one - other));
    expect(paths.files).toEqual([paths.weights]);
    expect(paths.weights).toMatchObject({ role: 'weights', relativePath: 'tiny/tiny.gguf' });
    expect(paths.weights.uri).toBe(`file://${paths.weights.path ?? ''}`);
    const found = await world.readPath(paths.weights.path ?? '');
    expect(sha256(found)).toBe(sha256(world.weights));
  });

  it('asks no server for a model that is here', async () => {
    const first = await open();
    await first.ensure(id);
    await first.close();
    world.takeRequests();
    const shelf = await open();
    await shelf.ensure(id);
    await shelf.verify(id);
    expect(world.takeRequests()).toEqual([]);
  });

  it('lets one of two callers leave, and stops with its bytes kept when the other leaves, too', async () => {
    const shelf = await open();
    const [one, other] = [new AbortController(), new AbortController()];
    world.stall();
    const first = shelf.ensure(id, { signal: one.signal });
    const second = shelf.ensure(id, { signal: other.signal });
    await untilStalled(shelf);
    one.abort();
    await expectAbort(first);
    expect(stateOf(shelf)?.kind).toBe('downloading');
    other.abort();
    await expectAbort(second);
    expect(stateOf(shelf)).toMatchObject({ kind: 'paused', receivedBytes: world.stalledBytes });
    expect(await shelf.plan(id)).toMatchObject({
      missingBytes: world.weights.byteLength - world.stalledBytes,
      refusals: [],
    });
    world.takeRequests();
    await shelf.ensure(id);
    expect(world.takeRequests()).toEqual([half()]);
  });

  it('goes on for a caller without a signal when all others have left', async () => {
    const shelf = await open();
    const leaving = new AbortController();
    const staying = shelf.ensure(id);
    const left = shelf.ensure(id, { signal: leaving.signal });
    leaving.abort();
    await expectAbort(left);
    expect((await staying).modelId).toBe(id);
  });

  it('begins again for who asks in the turn in which the last caller left', async () => {
    const shelf = await open();
    world.stall();
    const leaving = new AbortController();
    const left = shelf.ensure(id, { signal: leaving.signal });
    await untilStalled(shelf);
    leaving.abort();
    const next = shelf.ensure(id);
    await expectAbort(left);
    await next;
    expect(stateOf(shelf)?.kind).toBe('installed');
    expect(world.takeRequests().at(-1)).toBe(half());
  });

  it('begins nothing for a signal that is aborted already', async () => {
    const shelf = await open();
    const signal = AbortSignal.abort();
    await expectAbort(shelf.ensure(id, { signal }));
    await expectAbort(shelf.plan(id, { signal }));
    expect(world.takeRequests()).toEqual([]);
  });

  it('never gives the paths of a part: after a stop in the middle the next start has none, and goes on', async () => {
    const first = await open();
    world.stall();
    const stopped = first.ensure(id);
    await untilStalled(first);
    await Promise.all([first.close(), expectAbort(stopped)]);
    world.takeRequests();
    const shelf = await open();
    expect(stateOf(shelf)).toMatchObject({ kind: 'paused', receivedBytes: world.stalledBytes });
    const received: number[] = [];
    await shelf.ensure(id, { onProgress: (state) => received.push(bytesIn(state) ?? Infinity) });
    expect(Math.min(...received)).toBe(world.stalledBytes);
    expect(world.takeRequests()).toEqual([half()]);
  });

  it('ends the waiting of a caller whose progress function throws, and nobody else’s', async () => {
    const shelf = await open();
    const thrown = new Error('a mistake of the app');
    const failing = shelf.ensure(id, {
      onProgress() {
        throw thrown;
      },
    });
    const other = shelf.ensure(id);
    expect(await rejectionOf(failing)).toBe(thrown);
    await other;
    expect(stateOf(shelf)?.kind).toBe('installed');
  });

  it('pauses a download for all callers, and cancels it with its bytes', async () => {
    const shelf = await open();
    await shelf.pause(id);
    world.stall();
    const callers = [shelf.ensure(id), shelf.ensure(id)];
    await untilStalled(shelf);
    await shelf.pause(id);
    for (const caller of callers) await expectAbort(caller);
    expect(stateOf(shelf)).toMatchObject({ kind: 'paused', receivedBytes: world.stalledBytes });
    await shelf.cancel(id);
    expect(stateOf(shelf)?.kind).toBe('absent');
    expect(await world.disk()).toEqual({});
    await shelf.ensure(id);
    await shelf.cancel(id);
    expect(stateOf(shelf)?.kind).toBe('installed');
  });

  it('finds a damaged byte and repairs it', async () => {
    const shelf = await open();
    const { weights } = await shelf.ensure(id);
    await world.damage(weights.relativePath);
    const read: number[] = [];
    const onProgress = (state: ModelState) =>
      state.kind === 'verifying' && read.push(state.verifiedBytes);
    await expectCode(shelf.verify(id, { onProgress }), 'HASH_MISMATCH');
    expect(read.at(-1)).toBe(world.weights.byteLength);
    const repaired = await shelf.repair(id);
    expect(sha256(await world.readPath(repaired.weights.path ?? ''))).toBe(sha256(world.weights));
    await shelf.verify(id);
  });

  it('stops a check on request', async () => {
    const shelf = await open();
    await shelf.ensure(id);
    await expectAbort(shelf.verify(id, { signal: AbortSignal.abort() }));
    expect(stateOf(shelf)?.kind).toBe('installed');
  });

  it('removes a model, as often as it is asked to', async () => {
    const shelf = await open();
    await shelf.ensure(id);
    await shelf.remove(id, { atOnce: true });
    await shelf.remove(id, { atOnce: true });
    expect(await world.disk()).toEqual({});
    const listed = shelf.list().map(({ model, state }) => [model.modelId, state.kind]);
    expect(listed).toEqual([
      [TinyDemo.modelId, 'absent'],
      [id, 'absent'],
    ]);
  });

  it('brings a removed model back without a request, also after a restart', async () => {
    const first = await open();
    const { weights } = await first.ensure(id);
    const marked = await first.marks.setNote(id, 'Mine.').then(() => first.marks.getSnapshot());
    await first.remove(id);
    await first.remove(id);
    expect(stateOf(first)?.kind).toBe('absent');
    expect(first.marks.getSnapshot()).toEqual(marked);
    await first.close();
    world.takeRequests();
    const shelf = await open();
    expect(await shelf.plan(id)).toMatchObject({ missingBytes: 0, refusals: [] });
    expect(await shelf.bringBack(id)).toMatchObject({
      weights: { relativePath: weights.relativePath },
    });
    expect(stateOf(shelf)?.kind).toBe('installed');
    await shelf.verify(id);
    expect(world.takeRequests()).toEqual([]);
    await shelf.remove(id);
    await shelf.ensure(id);
    expect(world.takeRequests()).toEqual([]);
    await shelf.remove(id, { atOnce: true });
    await expectCode(shelf.bringBack(id), 'MODEL_MISSING');
    expect(await world.disk()).toEqual({});
  });

  it('names the known models for an unknown one', async () => {
    const shelf = await open();
    for (const verb of VERBS) {
      expect(await rejectionOf(shelf[verb]('no-such-model')), verb).toMatchObject({
        code: 'MODEL_UNKNOWN',
        details: { modelId: 'no-such-model', knownIds: [TinyDemo.modelId, id] },
      });
    }
  });

  it('takes models that are offered while it is open, with what the disk has of them', async () => {
    const first = await open();
    await first.ensure(id);
    await first.remove(TinyDemo.modelId);
    await first.close();
    // Without a catalog, it is unlisted; offered again, it is itself.
    const shelf = await world.open([TinyDemo]);
    expect(shelf.registry.find(id)).toMatchObject({ isUnlisted: true });
    shelf.registry.offer([world.model]);
    await until(shelf, (state) => state?.kind === 'installed');
    expect(shelf.registry.find(id)).toBe(world.model);
    shelf.registry.withdraw([id, TinyDemo.modelId]);
    await until(shelf, () => shelf.getSnapshot().states[TinyDemo.modelId] === undefined);
    expect(shelf.list()).toMatchObject([
      { model: { modelId: id, isUnlisted: true }, state: { kind: 'installed' } },
    ]);
    expect((await shelf.ensure(id)).weights.fileName).toBe('tiny.gguf');
    await shelf.remove(id);
    await expectCode(shelf.ensure(id), 'MODEL_UNAVAILABLE');
  });

  it('is refused with two models in one folder', async () => {
    const twin = { ...world.model, modelId: 'twin' };
    await expectCode(world.open([world.model, twin]), 'CATALOG_INVALID');
  });
});
