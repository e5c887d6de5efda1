/** Measurements and requirements of models in words for people. No React, no DOM. */
import type { Benchmark, BenchmarkProgress } from '../../ai/measure/runBenchmark';
import type { SpeedEstimate } from '../../ai/measure/estimateSpeed';
import type { Fit } from '../../ai/memory/memoryFit';
import { formatAboutBytes, formatCount, formatTokenRate, printable } from './words';

/**
 * How much memory a model needs, and whether the device has it; undefined if nothing is known. `condition` is what that
 * depends on, as the rest of a sentence.
 */
export function describeFit(
  fit: Fit,
  needBytes: number | undefined,
  condition = '',
): string | undefined {
  if (needBytes === undefined) return undefined;
  const need = `needs ${formatAboutBytes(needBytes)} of memory${condition}`;
  switch (fit) {
    case 'fits':
      return `Fits: ${need}`;
    case 'tight':
      return `Tight: ${need}; close other apps first`;
    case 'too-large':
      return `Probably too large for this device: ${need}`;
    case 'unknown':
      return `N${need.slice(1)}`;
  }
}

/** That a model has worked here, and how fast, for its card. */
export function describeSpeed(tokensPerSecond: number | undefined): string {
  return tokensPerSecond === undefined
    ? 'Works here'
    : `Works here · ${formatTokenRate(tokensPerSecond)}`;
}

/** An estimate is never worded as a measurement. */
export function speedWords({ tokensPerSecond, from }: SpeedEstimate): string {
  const about = formatTokenRate(Number(tokensPerSecond.toPrecision(2)));
  const source = `${printable(from.displayName)}’s ${formatTokenRate(from.tokensPerSecond)}`;
  return `About ${about} here, estimated from ${source}`;
}

/** The current step of a benchmark. */
export function describeProgress({ phase, step, steps }: BenchmarkProgress): string {
  switch (phase) {
    case 'load':
      return 'Loading the model';
    case 'warm-up':
      return 'Warming up';
    case 'run': {
      // `step` counts the load and the warm-up, too.
      const stepsBefore = 2;
      return `Run ${step - stepsBefore} of ${steps - stepsBefore}`;
    }
  }
}

/** The conditions of a measurement besides the model. */
export function describeWhere(benchmark: Benchmark): string {
  const { backend, engineName, engineVersion, contextTokens } = benchmark;
  const context = `context of ${formatCount(contextTokens)} tokens`;
  return `${backend} · ${engineName} ${engineVersion} · ${context}`;
}
