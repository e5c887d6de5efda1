/** Measurements and requirements of models in words for people. No React, no DOM. */
import type { Benchmark, BenchmarkProgress } from '../../ai/measure/runBenchmark';
import type { Fit } from '../../ai/memory/memoryFit';
import { formatAboutBytes, formatCount, formatTokenRate } from './words';

/** How much memory a model needs, and whether the device has it; undefined if nothing is known. */
export function describeFit(fit: Fit, needBytes: number | undefined): string | undefined {
  if (needBytes === undefined) return undefined;
  const need = `needs ${formatAboutBytes(needBytes)} of memory`;
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
