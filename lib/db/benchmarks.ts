/** Benchmark results of models on this device, as rows in SQLite. They stay when the models are removed. */
import type { Benchmark } from '../ai/measure/runBenchmark';
import type { SqlDatabase, SqlValue } from '../platform/types';

export interface SavedBenchmark extends Benchmark {
  benchmarkId: number;
}

/** Every method throws ModelError DB_FAILED. */
export interface BenchmarkStore {
  add(benchmark: Benchmark): Promise<void>;
  /** The newest come first. */
  list(): Promise<SavedBenchmark[]>;
  /** Ignores unknown ids. */
  remove(benchmarkIds: readonly number[]): Promise<void>;
}

/** The columns are in the order of `toParams`. */
const INSERT = `INSERT INTO benchmark
  (model_id, kind, measured_at, device_name, backend, engine_name, engine_version, context_tokens,
   runs, prompt_tokens, generated_tokens, load_ms, first_token_ms, prefill_tokens_per_second,
   tokens_per_second, memory_bytes, version)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** The store over a database that `migrate` has brought up to date. */
export function createBenchmarkStore(database: SqlDatabase): BenchmarkStore {
  return {
    async add(benchmark) {
      await database.batch([{ sql: INSERT, params: toParams(benchmark) }]);
    },

    async list() {
      const sql = 'SELECT * FROM benchmark ORDER BY measured_at DESC, benchmark_id DESC';
      return (await database.all({ sql })).map(toSaved);
    },

    async remove(benchmarkIds) {
      const sql = 'DELETE FROM benchmark WHERE benchmark_id = ?';
      await database.batch(benchmarkIds.map((id) => ({ sql, params: [id] })));
    },
  };
}

function toParams(benchmark: Benchmark): SqlValue[] {
  return [
    benchmark.modelId,
    benchmark.kind,
    benchmark.measuredAt,
    benchmark.deviceName,
    benchmark.backend,
    benchmark.engineName,
    benchmark.engineVersion,
    benchmark.contextTokens,
    benchmark.runs,
    benchmark.promptTokens,
    benchmark.generatedTokens,
    benchmark.loadMs,
    benchmark.timeToFirstTokenMs,
    benchmark.prefillTokensPerSecond ?? null,
    benchmark.tokensPerSecond ?? null,
    benchmark.memoryBytes ?? null,
    benchmark.version ?? null,
  ];
}

function toSaved(row: Record<string, SqlValue>): SavedBenchmark {
  const text = (name: string) => String(row[name]);
  const number = (name: string) => Number(row[name]);
  const known = (name: string) => (row[name] === null ? undefined : number(name));
  return {
    benchmarkId: number('benchmark_id'),
    modelId: text('model_id'),
    kind: text('kind') === 'smoke' ? 'smoke' : 'full',
    measuredAt: number('measured_at'),
    deviceName: text('device_name'),
    backend: text('backend'),
    engineName: text('engine_name'),
    engineVersion: text('engine_version'),
    contextTokens: number('context_tokens'),
    runs: number('runs'),
    promptTokens: number('prompt_tokens'),
    generatedTokens: number('generated_tokens'),
    loadMs: number('load_ms'),
    timeToFirstTokenMs: number('first_token_ms'),
    prefillTokensPerSecond: known('prefill_tokens_per_second'),
    tokensPerSecond: known('tokens_per_second'),
    memoryBytes: known('memory_bytes'),
    ...(row['version'] !== null && { version: text('version') }),
  };
}
