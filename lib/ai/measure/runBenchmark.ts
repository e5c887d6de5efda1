/** Measures one model on this device while it borrows the engine. Doesn't depend on React, saves nothing. */
import type { Clock, GenerationStats, Host, LlmEngine } from '../../platform/types';
import {
  benchmarkRequest,
  smokeRequest,
  smokeWarmUpRequest,
  warmUpRequest,
} from './benchmarkPrompts';
import type { LlmSession, Loan } from '../engine/llmSession';
import type { LlmModelConfig } from '../modelConfig';

/** `smoke`: one short answer right after an install, to see that the model works here. */
export type BenchmarkKind = 'full' | 'smoke';

/** The measurement of one model on this device. Numbers of several runs are their medians. */
export interface Benchmark {
  modelId: string;
  kind: BenchmarkKind;
  /** Milliseconds since 1970. */
  measuredAt: number;
  deviceName: string;
  /** As the engine names it: `CPU, 4 threads`. */
  backend: string;
  engineName: string;
  engineVersion: string;
  /** The context that the model was loaded with, in tokens. */
  contextTokens: number;
  /** How many answers the medians are taken of. */
  runs: number;
  /** In each run. */
  promptTokens: number;
  /** In each run: fewer than requested if the model ended its answer earlier. */
  generatedTokens: number;
  /** How long the load into memory took. */
  loadMs: number;
  timeToFirstTokenMs: number;
  /** Undefined if the engine doesn't report it. */
  prefillTokensPerSecond: number | undefined;
  /** Undefined if the model generated fewer than two tokens. */
  tokensPerSecond: number | undefined;
  /** As the engine reports it; undefined if it doesn't. */
  memoryBytes: number | undefined;
  /** The version of the model, by the SHA-256 of its weights; undefined where that isn't known. */
  version?: string;
}

export interface BenchmarkProgress {
  phase: 'load' | 'warm-up' | 'run';
  /** The step that is running, from 1 to `steps`. */
  step: number;
  steps: number;
}

export interface BenchmarkParts {
  session: Pick<LlmSession, 'lend'>;
  engineOf(config: LlmModelConfig): Pick<LlmEngine, 'engineName' | 'engineVersion'>;
  host: Pick<Host, 'deviceName'>;
  clock: Pick<Clock, 'nowMs'>;
  /** The installed version of a model; undefined where that isn't known. */
  versionOf?: (config: LlmModelConfig) => string | undefined;
}

export interface BenchmarkOptions {
  onProgress?: (progress: BenchmarkProgress) => void;
  signal?: AbortSignal | undefined;
  /** How many answers are measured. */
  runs?: number;
}

export const BENCHMARK_RUNS = 3;

/**
 * Loads a model anew, lets it answer once to warm up, then measures its answers. Interrupts whatever the engine does.
 * Rejects with AbortError when `signal` aborts, and when another request needs the engine. @throws ModelError as
 * `LlmSession.lend` and `LoadedModel.generate` do
 */
export function runBenchmark(
  parts: BenchmarkParts,
  config: LlmModelConfig,
  { onProgress, signal, runs = BENCHMARK_RUNS }: BenchmarkOptions = {},
): Promise<Benchmark> {
  // One load, one warm-up, and the runs.
  const steps = 2 + runs;
  const begin = (phase: BenchmarkProgress['phase'], step: number) =>
    onProgress?.({ phase, step, steps });

  async function measure(loan: Loan): Promise<Benchmark> {
    begin('warm-up', 2);
    await loan.model.generate(warmUpRequest(), ignoreText, loan.signal);
    const answers: GenerationStats[] = [];
    for (let run = 1; run <= runs; run += 1) {
      begin('run', 2 + run);
      answers.push(await loan.model.generate(benchmarkRequest(run), ignoreText, loan.signal));
    }
    return toBenchmark(parts, { config, kind: 'full', loan, answers });
  }

  begin('load', 1);
  return parts.session.lend(config, measure, { signal });
}

/**
 * Measures one short answer after one for warm-up, once the engine has nothing else to do. A model that is already in
 * memory isn't loaded anew. Rejects as `runBenchmark` does.
 */
export function runSmokeTest(
  parts: BenchmarkParts,
  config: LlmModelConfig,
  signal?: AbortSignal,
): Promise<Benchmark> {
  async function measure(loan: Loan): Promise<Benchmark> {
    await loan.model.generate(smokeWarmUpRequest(), ignoreText, loan.signal);
    const answer = await loan.model.generate(smokeRequest(), ignoreText, loan.signal);
    return toBenchmark(parts, { config, kind: 'smoke', loan, answers: [answer] });
  }
  return parts.session.lend(config, measure, { signal, whenIdle: true });
}

const ignoreText = () => undefined;

interface Measured {
  config: LlmModelConfig;
  kind: BenchmarkKind;
  loan: Loan;
  answers: readonly GenerationStats[];
}

function toBenchmark(parts: BenchmarkParts, { config, kind, loan, answers }: Measured): Benchmark {
  const { engineOf, host, clock } = parts;
  const { engineName, engineVersion } = engineOf(config);
  const version = parts.versionOf?.(config);
  const { facts } = loan.model;
  const medianOf = (read: (stats: GenerationStats) => number | undefined) =>
    median(answers.map(read).filter((value) => value !== undefined));
  return {
    modelId: config.modelId,
    kind,
    measuredAt: clock.nowMs(),
    deviceName: host.deviceName,
    backend: facts.backend,
    engineName,
    engineVersion,
    contextTokens: facts.contextTokens,
    runs: answers.length,
    promptTokens: medianOf((stats) => stats.promptTokens) ?? 0,
    generatedTokens: medianOf((stats) => stats.generatedTokens) ?? 0,
    loadMs: loan.loadMs,
    timeToFirstTokenMs: medianOf((stats) => stats.timeToFirstTokenMs) ?? 0,
    prefillTokensPerSecond: medianOf((stats) => stats.prefillTokensPerSecond),
    tokensPerSecond: medianOf(({ tokensPerSecond }) =>
      tokensPerSecond > 0 ? tokensPerSecond : undefined,
    ),
    memoryBytes: facts.memoryBytes,
    ...(version !== undefined && { version }),
  };
}

/** Undefined if there are no values. */
function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  const lower = sorted[middle - 1];
  if (upper === undefined || lower === undefined || sorted.length % 2 === 1) return upper;
  return (lower + upper) / 2;
}
