import { describe, expect, it } from 'vitest';
import { BENCHMARK } from '../../../tests/benchmarkFixture';
import { createTestSession } from '../../../tests/llmFixture';
import { REQUEST, settle } from '../../../tests/scriptedSession';
import type { SavedBenchmark } from '../../db/benchmarks';
import { DEFAULT_PREFERENCES } from '../../db/preferences';
import { ModelError } from '../../errors';
import { createManualClock } from '../../platform/memory/manualClock';
import { createMemoryDisk } from '../../platform/memory/memoryDisk';
import { createRegistry } from '../registry/registry';
import { createEngineScript, createMemoryEngine } from '../../platform/memory/memoryEngine';
import { createMemoryNeighbourhood, createMemoryPeers } from '../../platform/memory/memoryPeers';
import type { Benchmark } from './runBenchmark';
import type { BenchmarksSnapshot } from './benchmarks';
import { Qwen3_0_6B, TinyDemo } from '../modelConfig';
import type { LlmModelConfig } from '../modelConfig';
import type { ManagerSnapshot, ModelState } from '../modelState';
import { createObservable } from '../observable';
import { RETRY_DELAY_MS, startSmokeTests } from './smokeTests';

const INSTALLED: ModelState = { kind: 'installed', sizeBytes: 1, installedAt: 1_000, files: [] };
const WAITING: ModelState = {
  ...{ kind: 'waiting', reason: 'preparing' },
  ...{ receivedBytes: 0, totalBytes: undefined },
};
const VERIFYING: ModelState = { kind: 'verifying', verifiedBytes: 0, totalBytes: 1 };
const ABSENT: ModelState = { kind: 'absent' };

/** What this tab has measured, as other tabs of the same database find it. */
function resultsShared() {
  const results: SavedBenchmark[] = [];
  const snapshot: BenchmarksSnapshot = { results, running: undefined, missing: {} };
  return {
    results,
    benchmarks: {
      async add(benchmark: Benchmark) {
        results.unshift({ benchmarkId: results.length, ...benchmark });
        return Promise.resolve();
      },
      refresh: () => Promise.resolve(),
      getSnapshot: () => snapshot,
    },
  };
}

async function begin({ smokeTest = true, isWorthTrying = true, shared = resultsShared() } = {}) {
  const registry = createRegistry([TinyDemo, Qwen3_0_6B]);
  const clock = createManualClock();
  const disk = createMemoryDisk();
  for (const { folderName, ggufFileName } of [TinyDemo, Qwen3_0_6B]) {
    disk.files.set(`${folderName}/${ggufFileName}`, new Uint8Array(1));
  }
  const script = createEngineScript();
  const engine = createMemoryEngine(disk, script);
  const { session } = await createTestSession({ engine, clock });
  const manager = createObservable<ManagerSnapshot>({
    ...{
      started: true,
      states: {},
      kept: [],
      homes: {},
      moves: {},
      persistent: undefined,
      rateLimit: undefined,
      wifiOnly: false,
    },
    storage: { usedBytes: 0, freeBytes: undefined },
  });
  const put = async ({ modelId }: LlmModelConfig, ...states: ModelState[]) => {
    for (const state of states) {
      const before = manager.get();
      manager.set({ ...before, states: { ...before.states, [modelId]: state } });
      await settle();
    }
  };
  const tests = startSmokeTests({
    ...{ session, engineOf: () => engine, clock, host: { deviceName: 'A test' } },
    peers: createMemoryPeers(createMemoryNeighbourhood()),
    models: registry,
    manager: { getSnapshot: manager.get, subscribe: manager.subscribe },
    preferences: { getSnapshot: () => ({ ...DEFAULT_PREFERENCES, smokeTest }) },
    benchmarks: shared.benchmarks,
    isWorthTrying: () => isWorthTrying,
  });
  return { tests, put, session, script, disk, clock, registry, results: shared.results };
}

/** Every answer waits until the test says so. */
function hold(script: Awaited<ReturnType<typeof begin>>['script']) {
  let go = () => {};
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  script.beforeToken = () => gate;
  return go;
}

describe('a model that was just installed', () => {
  it('says a few words, and the result is kept', async () => {
    const { tests, put, results } = await begin();
    await put(TinyDemo, WAITING, VERIFYING, INSTALLED);
    expect(results).toMatchObject([{ modelId: TinyDemo.modelId, kind: 'smoke' }]);
    expect(tests.getSnapshot()).toEqual({ testingId: undefined, failures: {} });
  });

  it('is tested, too, when it is offered while the app runs', async () => {
    const { registry, put, results } = await begin();
    registry.withdraw([TinyDemo.modelId]);
    registry.drop([TinyDemo.modelId]);
    await put(TinyDemo, WAITING, INSTALLED);
    expect(results).toEqual([]);
    registry.offer([TinyDemo]);
    await put(TinyDemo, WAITING, INSTALLED);
    expect(results).toMatchObject([{ modelId: TinyDemo.modelId }]);
  });

  it.each([
    ['was here when the app started', [INSTALLED]],
    ['had its files checked', [INSTALLED, VERIFYING, INSTALLED]],
    ['was given up and came from another tab', [WAITING, ABSENT, INSTALLED]],
  ])('is not tested when it %s', async (_what, states) => {
    const { put, results } = await begin();
    await put(TinyDemo, ...states);
    expect(results).toEqual([]);
  });

  it.each([
    ['nobody wants that', { smokeTest: false }],
    ['it surely does not fit', { isWorthTrying: false }],
  ])('is left alone when %s', async (_why, options) => {
    const { put, session } = await begin(options);
    await put(TinyDemo, WAITING, INSTALLED);
    expect(session.getSnapshot().loaded).toEqual([]);
  });

  it('is remembered as useless when it does not load, until it does', async () => {
    const { tests, put, session, disk } = await begin();
    const path = `${TinyDemo.folderName}/${TinyDemo.ggufFileName}`;
    disk.files.set(path, new Uint8Array(0));
    await put(TinyDemo, WAITING, INSTALLED);
    expect(tests.getSnapshot().failures).toMatchObject({
      [TinyDemo.modelId]: { code: 'LOAD_FAILED' },
    });
    disk.files.set(path, new Uint8Array(1));
    await session.load(TinyDemo);
    expect(tests.getSnapshot().failures).toEqual({});
  });

  it('is remembered as useless when it does not speak, until it is removed', async () => {
    const { tests, put, session, script } = await begin();
    script.generateFailure = new ModelError('GENERATION_FAILED', { reason: 'trap' });
    await put(TinyDemo, WAITING, INSTALLED);
    await session.load(Qwen3_0_6B);
    expect(tests.getSnapshot().failures).toMatchObject({
      [TinyDemo.modelId]: { code: 'GENERATION_FAILED' },
    });
    await put(TinyDemo, ABSENT);
    expect(tests.getSnapshot().failures).toEqual({});
  });

  it('waits for the end of an answer', async () => {
    const { put, session, script, results } = await begin();
    const go = hold(script);
    const answer = session.generate(Qwen3_0_6B, REQUEST, () => {});
    await settle();
    await put(TinyDemo, WAITING, INSTALLED);
    expect(results).toEqual([]);
    go();
    await expect(answer).resolves.toMatchObject({ finishReason: 'stop' });
    await settle();
    expect(results).toHaveLength(1);
    expect(session.getSnapshot().status).toEqual({ kind: 'ready', modelId: Qwen3_0_6B.modelId });
  });

  it('gives way to a chat, and is tested some seconds later', async () => {
    const { put, session, script, results, clock } = await begin();
    const go = hold(script);
    await put(TinyDemo, WAITING, INSTALLED);
    const chat = session.load(Qwen3_0_6B);
    go();
    await chat;
    await settle();
    expect(results).toEqual([]);
    clock.advance(RETRY_DELAY_MS);
    await settle();
    expect(results).toHaveLength(1);
  });

  it('is forgotten when it is removed before its turn comes again', async () => {
    const { tests, put, session, script, results, clock } = await begin();
    const go = hold(script);
    await put(TinyDemo, WAITING, INSTALLED);
    const unloading = session.unload(TinyDemo.modelId);
    go();
    await unloading;
    await put(TinyDemo, ABSENT);
    clock.advance(RETRY_DELAY_MS);
    await settle();
    expect(results).toEqual([]);
    expect(tests.getSnapshot()).toEqual({ testingId: undefined, failures: {} });
  });

  it('is not tested again by another tab', async () => {
    const shared = resultsShared();
    shared.results.push({
      ...{ ...BENCHMARK, benchmarkId: 1, measuredAt: 1_001 },
      ...{ engineName: 'memory', engineVersion: '1' },
    });
    const { put, session } = await begin({ shared });
    await put(TinyDemo, WAITING, INSTALLED);
    expect(shared.results).toHaveLength(1);
    expect(session.getSnapshot().loaded).toEqual([]);
  });

  it('is left alone once the app closes', async () => {
    const { tests, put, script, results, clock } = await begin();
    const go = hold(script);
    await put(TinyDemo, WAITING, INSTALLED);
    tests.close();
    go();
    clock.advance(RETRY_DELAY_MS);
    await settle();
    await put(Qwen3_0_6B, WAITING, INSTALLED);
    expect(results).toEqual([]);
  });
});
