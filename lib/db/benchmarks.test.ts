import { beforeEach, describe, expect, it } from 'vitest';
import { BENCHMARK } from '../../tests/benchmarkFixture';
import type { Benchmark } from '../ai/measure/runBenchmark';
import { createInMemoryDatabase } from '../platform/shared/inMemoryDatabase';
import { createBenchmarkStore } from './benchmarks';
import type { BenchmarkStore } from './benchmarks';
import { migrate } from './migrations';

describe('the benchmarks that are kept', () => {
  let store: BenchmarkStore;
  beforeEach(async () => {
    const database = await createInMemoryDatabase();
    await migrate(database);
    store = createBenchmarkStore(database);
  });

  it('are none at first', async () => {
    expect(await store.list()).toEqual([]);
  });

  it('come back as they were added', async () => {
    await store.add(BENCHMARK);
    expect(await store.list()).toEqual([{ benchmarkId: 1, ...BENCHMARK }]);
  });

  it('say of what nobody could measure that it is not known', async () => {
    const little: Benchmark = {
      ...BENCHMARK,
      kind: 'smoke',
      prefillTokensPerSecond: undefined,
      tokensPerSecond: undefined,
      memoryBytes: undefined,
    };
    await store.add(little);
    expect(await store.list()).toEqual([{ benchmarkId: 1, ...little }]);
  });

  it('are listed with the newest first, also of one moment', async () => {
    for (const [modelId, measuredAt] of [
      ['second', 2_000],
      ['first', 1_000],
      ['third', 2_000],
    ] as const) {
      await store.add({ ...BENCHMARK, modelId, measuredAt });
    }
    const listed = (await store.list()).map(({ modelId }) => modelId);
    expect(listed).toEqual(['third', 'second', 'first']);
  });

  it('leave one by one, and in numbers', async () => {
    for (const modelId of ['a', 'b', 'c', 'd']) await store.add({ ...BENCHMARK, modelId });
    await store.remove([2]);
    expect((await store.list()).map(({ modelId }) => modelId)).toEqual(['d', 'c', 'a']);
    await store.remove([1, 2, 4]);
    expect((await store.list()).map(({ modelId }) => modelId)).toEqual(['c']);
    await store.remove([]);
    expect(await store.list()).toHaveLength(1);
  });
});
