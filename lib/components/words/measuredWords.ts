/** Measurements and requirements of models in words for people. No React, no DOM. */
import type { Benchmark, BenchmarkProgress } from '../../ai/measure/runBenchmark';
import type { SpeedEstimate } from '../../ai/measure/estimateSpeed';
import type { Fit } from '../../ai/memory/memoryFit';
import type { MemoryParts } from '../../ai/runtimes/runtimeTraits';
import { t } from './language';
import { formatAboutBytes, formatBytes, formatTokenRate, joinList, printable } from './words';

/** What a need of memory is computed from: a chat of so many tokens, or only the sizes of files. */
export type NeedCondition = { chatTokens: number } | 'file-sizes' | undefined;

/** How much memory a model needs, and whether the device has it; undefined if nothing is known. */
export function describeFit(
  fit: Fit,
  needBytes: number | undefined,
  condition?: NeedCondition,
): string | undefined {
  if (needBytes === undefined) return undefined;
  const memory = memoryText(needBytes, condition);
  switch (fit) {
    case 'fits':
      return t('Fits: needs {memory}', { memory });
    case 'tight':
      return t('Tight: needs {memory}; close other apps first', { memory });
    case 'too-large':
      return t('Probably too large for this device: needs {memory}', { memory });
    case 'unknown':
      return t('Needs {memory}', { memory });
  }
}

function memoryText(bytes: number, condition: NeedCondition): string {
  const size = formatAboutBytes(bytes);
  if (condition === undefined) return t('{size} of memory', { size });
  if (condition === 'file-sizes') return t('{size} of memory, by the size of its files', { size });
  return t('{size} of memory, with {count, plural, one {# token} other {# tokens}} of a chat', {
    size,
    count: condition.chatTokens,
  });
}

/** What the memory of a model is for, with a chat of so many tokens. */
export function partsWords(parts: MemoryParts, contextTokens: number): string {
  return t(
    '{weights} for its weights, {chat} for {count, plural, one {# token} other {# tokens}} of a chat, {engine} for the engine',
    {
      weights: formatBytes(parts.weightsBytes),
      chat: formatBytes(parts.chatBytes),
      count: contextTokens,
      engine: formatBytes(parts.engineBytes),
    },
  );
}

/** That a model has worked here, and how fast, for its card. */
export function describeSpeed(tokensPerSecond: number | undefined): string {
  return tokensPerSecond === undefined
    ? t('Works here')
    : t('Works here · {rate}', { rate: formatTokenRate(tokensPerSecond) });
}

/** An estimate is never worded as a measurement. */
export function speedWords({ tokensPerSecond, from }: SpeedEstimate): string {
  return t('About {rate} here, estimated from {model}’s {measured}', {
    rate: formatTokenRate(Number(tokensPerSecond.toPrecision(2))),
    model: printable(from.displayName),
    measured: formatTokenRate(from.tokensPerSecond),
  });
}

/** The current step of a benchmark. */
export function describeProgress({ phase, step, steps }: BenchmarkProgress): string {
  switch (phase) {
    case 'load':
      return t('Loading the model');
    case 'warm-up':
      return t('Warming up');
    case 'run': {
      // `step` counts the load and the warm-up, too.
      const stepsBefore = 2;
      const values = { number: String(step - stepsBefore), all: String(steps - stepsBefore) };
      return t('Run {number} of {all}', values);
    }
  }
}

/** The conditions of a measurement besides the model. */
export function describeWhere(benchmark: Benchmark): string {
  const { backend, engineName, engineVersion, contextTokens } = benchmark;
  const context = t('context of {count, plural, one {# token} other {# tokens}}', {
    count: contextTokens,
  });
  return `${backendWords(backend)} · ${engineName} ${engineVersion} · ${context}`;
}

/** Hosts name the device in English, and measurements are saved with that; names of products stay. */
export function deviceWords(deviceName: string): string {
  return joinList(deviceName.split(', ').map(devicePartWords));
}

function devicePartWords(part: string): string {
  const [, threads] = /^(\d+) threads?$/.exec(part) ?? [];
  if (threads !== undefined) {
    return t('{count, plural, one {# thread} other {# threads}}', { count: Number(threads) });
  }
  switch (part) {
    case 'Unknown system':
      return t('Unknown system');
    case 'unknown processor':
      return t('unknown processor');
    case 'Browser':
      return t('Browser');
    case 'Phone':
      return t('Phone');
    default:
      return printable(part);
  }
}

/** Engines state it in English, and measurements are saved with it. */
function backendWords(backend: string): string {
  if (backend === 'As the browser decides') return t('As the browser decides');
  const [, threads] = /^CPU, (\d+) threads?$/.exec(backend) ?? [];
  if (threads === undefined) return backend;
  return t('CPU, {count, plural, one {# thread} other {# threads}}', { count: Number(threads) });
}
