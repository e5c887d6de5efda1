import { describe, expect, it } from 'vitest';
import { BENCHMARK } from '../../../tests/benchmarkFixture';
import { createTestSession } from '../../../tests/llmFixture';
import { settle } from '../../../tests/scriptedSession';
import { createBenchmarkStore } from '../../db/benchmarks';
import { migrate } from '../../db/migrations';
import { ModelError } from '../../errors';
import { createInMemoryDatabase } from '../../platform/shared/inMemoryDatabase';
import { createManualClock } from '../../platform/memory/manualClock';
import { createEngineScript, createMemoryEngine } from '../../platform/memory/memoryEngine';
import { createMemoryDisk } from '../../platform/memory/memoryDisk';
import { createBenchmarks } from './benchmarks';
import { Llama32_1B_Instruct, Qwen3_0_6B, TinyDemo } from '../modelConfig';

const MODELS = [TinyDemo, Qwen3_0_6B, Llama32_1B_Instruct];
const [A, B, C] = [TinyDemo.modelId, Qwen3_0_6B.modelId, Llama32_1B_Instruct.modelId];

async function begin() {
  const clock = createManualClock();
  const database = await createInMemoryDatabase();
  await migrate(database);
  const disk = createMemoryDisk();
  for (const { folderName, ggufFileName } of MODELS) {
    disk.files.set(`${folderName}/${ggufFileName}`, new Uint8Array(1));
  }
  const script = createEngineScript();
  const engine = createMemoryEngine(disk, script);
  const { session } = await createTestSession({ engine, clock });
  const store = createBenchmarkStore(database);
  const benchmarks = createBenchmarks({
    ...{ session, engineOf: () => engine, clock, store, host: { deviceName: 'A test' } },
  });
  await benchmarks.start();
  /** Every answer waits until the test says so. */
  const hold = () => {
    let go = () => {};
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    script.beforeToken = () => gate;
    return go;
  };
  return { benchmarks, session, store, script, disk, hold };
}

describe('benchmarks', () => {
  it('measures one model after the other and keeps what comes of it', async () => {
    const { benchmarks, store } = await begin();
    await benchmarks.run(MODELS);
    const { results, running, missing } = benchmarks.getSnapshot();
    expect(results.map(({ modelId }) => modelId).sort()).toEqual([A, B, C].sort());
    expect({ running, missing }).toEqual({ running: undefined, missing: {} });
    expect(await store.list()).toEqual(results);
  });

  it('tells which model is measured, how far it is, and who waits', async () => {
    const { benchmarks, hold } = await begin();
    const go = hold();
    const done = benchmarks.run([TinyDemo, Qwen3_0_6B]);
    await settle();
    expect(benchmarks.getSnapshot().running).toEqual({
      ...{ modelId: A, waitingIds: [B] },
      ...{ phase: 'warm-up', step: 2, steps: 5 },
    });
    go();
    await done;
  });

  it('lets a model that is waiting or under way wait only once', async () => {
    const { benchmarks, hold } = await begin();
    const go = hold();
    const first = benchmarks.run([TinyDemo, Qwen3_0_6B]);
    await settle();
    const second = benchmarks.run([Qwen3_0_6B, TinyDemo, Llama32_1B_Instruct]);
    expect(benchmarks.getSnapshot().running?.waitingIds).toEqual([B, C]);
    go();
    await Promise.all([first, second]);
    expect(benchmarks.getSnapshot().results).toHaveLength(3);
  });

  it('ends at once when asked to, forgets who waits, and can begin again', async () => {
    const { benchmarks, hold } = await begin();
    const go = hold();
    const done = benchmarks.run([TinyDemo, Qwen3_0_6B]);
    await settle();
    benchmarks.cancel();
    go();
    await done;
    expect(benchmarks.getSnapshot()).toEqual({ results: [], running: undefined, missing: {} });
    await benchmarks.run([Qwen3_0_6B]);
    expect(benchmarks.getSnapshot().results).toMatchObject([{ modelId: B }]);
  });

  it('gives up for somebody who wants to chat, and says so', async () => {
    const { benchmarks, session, hold } = await begin();
    const go = hold();
    const done = benchmarks.run([TinyDemo, Qwen3_0_6B]);
    await settle();
    const chat = session.load(Llama32_1B_Instruct);
    go();
    await Promise.all([chat, done]);
    expect(benchmarks.getSnapshot()).toEqual({
      ...{ results: [], running: undefined },
      missing: { [A]: { kind: 'interrupted' } },
    });
    expect(session.getSnapshot().status).toEqual({ kind: 'ready', modelId: C });
  });

  it('goes on with the next when one fails, and says why until it is measured again', async () => {
    const { benchmarks, disk } = await begin();
    const path = `${TinyDemo.folderName}/${TinyDemo.ggufFileName}`;
    disk.files.set(path, new Uint8Array(0));
    await benchmarks.run([TinyDemo, Qwen3_0_6B]);
    expect(benchmarks.getSnapshot().results).toMatchObject([{ modelId: B }]);
    expect(benchmarks.getSnapshot().missing).toMatchObject({
      [A]: { kind: 'failed', failure: { code: 'LOAD_FAILED' } },
    });
    disk.files.set(path, new Uint8Array(1));
    await benchmarks.run([TinyDemo]);
    expect(benchmarks.getSnapshot().missing).toEqual({});
  });

  it('is ready for the next after there was nothing to do', async () => {
    const { benchmarks } = await begin();
    await benchmarks.run([]);
    await benchmarks.run([TinyDemo]);
    expect(benchmarks.getSnapshot().results).toHaveLength(1);
  });

  it('says that a result could not be kept', async () => {
    const { benchmarks, store } = await begin();
    store.add = () => Promise.reject(new ModelError('DB_FAILED', { reason: 'full' }));
    await benchmarks.run([TinyDemo]);
    expect(benchmarks.getSnapshot().missing).toMatchObject({
      [A]: { kind: 'failed', failure: { code: 'DB_FAILED' } },
    });
  });

  it('hears of results of other tabs, and removes what is asked', async () => {
    const { benchmarks, store } = await begin();
    await store.add(BENCHMARK);
    await store.add({ ...BENCHMARK, modelId: B });
    await benchmarks.refresh();
    expect(benchmarks.getSnapshot().results).toHaveLength(2);
    await benchmarks.remove([1]);
    expect(benchmarks.getSnapshot().results).toMatchObject([{ modelId: B }]);
    expect(await store.list()).toHaveLength(1);
  });
});
