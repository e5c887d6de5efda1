/** Owns the benchmarks of this device: runs one at a time and saves the results. Doesn't depend on React. */
import type { BenchmarkStore, SavedBenchmark } from '../../db/benchmarks';
import { isAbortError, toFailure } from '../../errors';
import type { ModelFailure } from '../../errors';
import { runBenchmark } from './runBenchmark';
import type { Benchmark, BenchmarkParts, BenchmarkProgress } from './runBenchmark';
import type { LlmModelConfig } from '../modelConfig';
import { createObservable } from '../observable';

export interface RunningBenchmark extends BenchmarkProgress {
  modelId: string;
  /** The models that are measured next, in order. */
  waitingIds: readonly string[];
}

/** Why a requested benchmark has no result. `interrupted`: another request needed the engine. */
export type MissingResult = { kind: 'interrupted' } | { kind: 'failed'; failure: ModelFailure };

export interface BenchmarksSnapshot {
  /** The newest come first. */
  results: readonly SavedBenchmark[];
  running: RunningBenchmark | undefined;
  /** By model id, until that model's next benchmark begins. */
  missing: Readonly<Record<string, MissingResult>>;
}

export interface Benchmarks {
  /** Reads the saved results. Call once. @throws ModelError DB_FAILED */
  start(): Promise<void>;
  /**
   * Measures installed models one after the other, behind those that already wait. A model that waits or is being
   * measured isn't added again. Resolves when nothing is left to measure, and never rejects: `missing` tells what went
   * wrong. Another request for the engine interrupts the measurement, and all waiting ones are cancelled.
   */
  run(configs: readonly LlmModelConfig[]): Promise<void>;
  /** Ends the running benchmark and cancels the waiting ones. */
  cancel(): void;
  /** Saves a measurement that another module made. @throws ModelError DB_FAILED */
  add(benchmark: Benchmark): Promise<void>;
  /** @throws ModelError DB_FAILED */
  remove(benchmarkIds: readonly number[]): Promise<void>;
  /** Reads the results that other tabs have saved. @throws ModelError DB_FAILED */
  refresh(): Promise<void>;
  getSnapshot(): BenchmarksSnapshot;
  subscribe(listener: () => void): () => void;
}

export interface BenchmarksParts extends BenchmarkParts {
  store: BenchmarkStore;
}

export function createBenchmarks(parts: BenchmarksParts): Benchmarks {
  const { store } = parts;
  const snapshot = createObservable<BenchmarksSnapshot>({
    results: [],
    running: undefined,
    missing: {},
  });
  const publish = (change: Partial<BenchmarksSnapshot>) =>
    snapshot.set({ ...snapshot.get(), ...change });
  let queue: LlmModelConfig[] = [];
  let controller = new AbortController();
  let work: Promise<void> = Promise.resolve();

  async function refresh(): Promise<void> {
    publish({ results: await store.list() });
  }

  async function add(benchmark: Benchmark): Promise<void> {
    await store.add(benchmark);
    await refresh();
  }

  function noteMissing(modelId: string, missing: MissingResult | undefined): void {
    const { [modelId]: _before, ...others } = snapshot.get().missing;
    publish({ missing: missing === undefined ? others : { ...others, [modelId]: missing } });
  }

  async function measure(config: LlmModelConfig): Promise<void> {
    const { modelId } = config;
    const { signal } = controller;
    noteMissing(modelId, undefined);
    const onProgress = (progress: BenchmarkProgress) =>
      publish({ running: { ...progress, modelId, waitingIds: waitingIds() } });
    try {
      await add(await runBenchmark(parts, config, { onProgress, signal }));
    } catch (error) {
      if (!isAbortError(error)) {
        noteMissing(modelId, { kind: 'failed', failure: toFailure(error) });
      } else if (!signal.aborted) {
        queue = [];
        noteMissing(modelId, { kind: 'interrupted' });
      }
    }
  }

  const waitingIds = () => queue.map(({ modelId }) => modelId);

  async function workOff(): Promise<void> {
    for (let config = queue.shift(); config !== undefined; config = queue.shift()) {
      await measure(config);
    }
    publish({ running: undefined });
  }

  return {
    start: refresh,
    refresh,
    add,
    run(configs) {
      const { running } = snapshot.get();
      const known = [...waitingIds(), running?.modelId];
      queue.push(...configs.filter(({ modelId }) => !known.includes(modelId)));
      if (running) publish({ running: { ...running, waitingIds: waitingIds() } });
      work = work.then(workOff);
      return work;
    },
    cancel() {
      queue = [];
      controller.abort();
      controller = new AbortController();
    },
    async remove(benchmarkIds) {
      await store.remove(benchmarkIds);
      await refresh();
    },
    getSnapshot: snapshot.get,
    subscribe: snapshot.subscribe,
  };
}
