/** What was measured of models, and what they need, as people read it. No React, no DOM. */
import type { Benchmark, BenchmarkProgress } from '../../ai/measure/runBenchmark';
import type { Fit } from '../../ai/memory/memoryFit';
import { formatAboutBytes, formatCount, formatTokenRate } from './words';

/** What a model needs of the device's memory and whether that is there; undefined where nothing is known. */
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

/** Whether a model was seen to work, in the words of its card. */
export function describeSpeed(tokensPerSecond: number | undefined): string {
  return tokensPerSecond === undefined
    ? 'Works here'
    : `Works here · ${formatTokenRate(tokensPerSecond)}`;
}

/** What a benchmark is doing. */
export function describeProgress({ phase, step, steps }: BenchmarkProgress): string {
  switch (phase) {
    case 'load':
      return 'Loading the model';
    case 'warm-up':
      return 'Warming up';
    case 'run': {
      // The load and the warm-up were steps, too.
      const stepsBefore = 2;
      return `Run ${step - stepsBefore} of ${steps - stepsBefore}`;
    }
  }
}

/** What a measurement depends on beside the model. */
export function describeWhere(benchmark: Benchmark): string {
  const { backend, engineName, engineVersion, contextTokens } = benchmark;
  const context = `context of ${formatCount(contextTokens)} tokens`;
  return `${backend} · ${engineName} ${engineVersion} · ${context}`;
}
