/** The output of `models:bench`: lines for people, or one JSON document. */
import type { Benchmark, BenchmarkProgress } from '../../lib/ai/measure/runBenchmark';
import type { LlmModelConfig } from '../../lib/ai/modelConfig';
import {
  formatBytes,
  formatCount,
  formatMilliseconds,
  formatTokenRate,
  printable,
} from '../../lib/components/words/words';

/** JSON has no undefined: values that the engine doesn't report are null. */
export function benchmarkJson(benchmark: Benchmark): string {
  const entries = Object.entries(benchmark).map(([key, value]: [string, unknown]) => [
    key,
    value ?? null,
  ]);
  return `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`;
}

export function benchmarkTable({ displayName }: LlmModelConfig, benchmark: Benchmark): string {
  const { engineName, engineVersion, backend, contextTokens, runs } = benchmark;
  const { promptTokens, generatedTokens, prefillTokensPerSecond, tokensPerSecond } = benchmark;
  const told = <T>(value: T | undefined, format: (value: T) => string) =>
    value === undefined ? 'not told' : format(value);
  const rows = [
    ['load', formatMilliseconds(benchmark.loadMs)],
    ['first token', formatMilliseconds(benchmark.timeToFirstTokenMs)],
    ['reading', told(prefillTokensPerSecond, formatTokenRate)],
    ['writing', told(tokensPerSecond, formatTokenRate)],
    ['memory', told(benchmark.memoryBytes, formatBytes)],
  ] as const;
  return [
    `${printable(displayName)} ${benchmark.modelId}`,
    `  ${engineName} ${engineVersion}, ${backend}, a context of ${formatCount(contextTokens)} tokens`,
    `  ${benchmark.deviceName}`,
    `  ${formatCount(promptTokens)} tokens read and ${formatCount(generatedTokens)} written, ${runsWords(runs)}`,
    '',
    ...rows.map(([name, value]) => `  ${name.padEnd(12)} ${value}`),
    '',
  ].join('\n');
}

function runsWords(runs: number): string {
  return runs === 1 ? 'once' : `medians of ${String(runs)} runs`;
}

export function progressWords({ phase, step, steps }: BenchmarkProgress): string {
  const doing = { load: 'loading', 'warm-up': 'warming up', run: 'measuring' }[phase];
  return `${doing}, step ${String(step)} of ${String(steps)}`;
}
