/** Benchmarks as text for other programs. Pure. */
import type { Benchmark } from './runBenchmark';

type Cell = string | number | undefined;

/** The value of each column. Names state their unit; times are in ISO 8601. */
function toRow(benchmark: Benchmark, displayName: string | undefined): Record<string, Cell> {
  return {
    modelId: benchmark.modelId,
    model: displayName ?? benchmark.modelId,
    kind: benchmark.kind,
    measuredAt: new Date(benchmark.measuredAt).toISOString(),
    device: benchmark.deviceName,
    backend: benchmark.backend,
    engine: benchmark.engineName,
    engineVersion: benchmark.engineVersion,
    contextTokens: benchmark.contextTokens,
    runs: benchmark.runs,
    promptTokens: benchmark.promptTokens,
    generatedTokens: benchmark.generatedTokens,
    loadMs: benchmark.loadMs,
    timeToFirstTokenMs: benchmark.timeToFirstTokenMs,
    prefillTokensPerSecond: benchmark.prefillTokensPerSecond,
    tokensPerSecond: benchmark.tokensPerSecond,
    memoryBytes: benchmark.memoryBytes,
  };
}

/** The name of a model by its id, if the model is still known. */
export type NameOf = (modelId: string) => string | undefined;

/** An array of objects; unknown values are null. */
export function benchmarksToJson(benchmarks: readonly Benchmark[], nameOf: NameOf): string {
  const rows = benchmarks.map((benchmark) => toRow(benchmark, nameOf(benchmark.modelId)));
  const asNull = (_key: string, value: unknown) => (value === undefined ? null : value);
  return `${JSON.stringify(rows, asNull, 2)}\n`;
}

/** RFC 4180, with a header line; unknown values are empty. */
export function benchmarksToCsv(benchmarks: readonly Benchmark[], nameOf: NameOf): string {
  const rows = benchmarks.map((benchmark) => toRow(benchmark, nameOf(benchmark.modelId)));
  const [first] = rows;
  const lines = rows.map((row) => Object.values(row));
  return [...(first ? [Object.keys(first)] : []), ...lines]
    .map((cells) => `${cells.map(toCell).join(',')}\r\n`)
    .join('');
}

/** Text that a spreadsheet would run as a formula: a model's name comes from a catalog that anyone may have written. */
const FORMULA = /^[=+\-@\t\r]/;

function toCell(value: Cell): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
