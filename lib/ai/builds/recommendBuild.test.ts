import { describe, expect, it } from 'vitest';

import { repositoryWith } from '../../../tests/discoverFixture';
import { recommendationWords } from '../../components/words/discoverWords';
import type { Runtime } from '../../platform/types';
import { fitOfBuild } from './buildFit';
import { recommendBuild, type Recommendation } from './recommendBuild';
import { repositoryBuilds } from './repositoryBuilds';

const MEGABYTE = 1e6;
const GIGABYTE = 1e9;
const GIBIBYTE = 1024 ** 3;

/** Bytes for each parameter, rounded, as published files of these quantizations have them. */
const BYTES_PER_PARAMETER: Readonly<Record<string, number>> = {
  ...{ F16: 2, Q8_0: 1.07, Q6_K: 0.83, Q5_K_M: 0.72, Q4_K_M: 0.61, Q4_0: 0.58, Q3_K_M: 0.5 },
  ...{ Q2_K: 0.4, IQ1_S: 0.22 },
};
const USUAL = ['Q8_0', 'Q6_K', 'Q5_K_M', 'Q4_K_M', 'Q3_K_M', 'Q2_K'];

const gguf = (name: string, billions: number, labels: readonly string[] = USUAL) =>
  Object.fromEntries(
    labels.map((label) => [
      `${name}-${label}.gguf`,
      Math.round(billions * GIGABYTE * (BYTES_PER_PARAMETER[label] ?? 1)),
    ]),
  );
const TOKENIZER = { 'tokenizer.json': 2 * MEGABYTE, 'tokenizer_config.json': 1_000 };

const REPOSITORIES = {
  tiny: gguf('SmolLM2-135M', 0.135, ['F16', ...USUAL]),
  small: gguf('Qwen3-0.6B', 0.6),
  medium: gguf('Llama-3.2-3B', 3.2),
  large: gguf('Qwen3-8B', 8.2),
  huge: gguf('Qwen3-32B', 32.8, [...USUAL, 'IQ1_S']),
  'one file': gguf('Phi-4', 14.7, ['Q4_K_M']),
  'F16 alone': gguf('Tiny', 1.1, ['F16']),
  'no label': { 'model.gguf': 800 * MEGABYTE },
  'with projector': { ...gguf('gemma-3-4b-it', 3.9), 'mmproj-F16.gguf': 850 * MEGABYTE },
  'two models': { ...gguf('m-1b', 1.2, USUAL), ...gguf('m-7b', 7.2, USUAL) },
  phones: { 'm_8da4w.pte': 1.1 * GIGABYTE, 'm_bf16.pte': 2.5 * GIGABYTE, ...TOKENIZER },
  both: { ...gguf('m', 1.2, ['Q8_0', 'Q4_K_M']), 'm_spinquant.pte': 1.1 * GIGABYTE, ...TOKENIZER },
  'incomplete set': { 'm-Q8_0-00001-of-00002.gguf': 10 * MEGABYTE, ...gguf('m', 1, ['Q2_K']) },
  'no tokenizer': { 'm_8da4w.pte': 1.1 * GIGABYTE },
  none: { 'README.md': 1 },
} as const;

interface Device {
  gibibytes: number | undefined;
  freeGigabytes?: number;
  runtimes?: readonly Runtime[];
  maxGigabytes?: number;
}

function recommended(name: keyof typeof REPOSITORIES, device: Device): Recommendation {
  const { gibibytes, freeGigabytes, runtimes = ['llama.cpp'], maxGigabytes } = device;
  const repository = repositoryWith(REPOSITORIES[name]);
  const totalBytes = gibibytes === undefined ? undefined : gibibytes * GIBIBYTE;
  const maxModelBytes = maxGigabytes === undefined ? undefined : maxGigabytes * GIGABYTE;
  const memory = { totalBytes, availableBytes: totalBytes };
  return recommendBuild({
    builds: repositoryBuilds(repository),
    fitOf: (found) =>
      fitOfBuild(repository, found, { host: { maxModelBytes }, memory, provenBytes: 0 }).fit,
    freeBytes: freeGigabytes === undefined ? undefined : freeGigabytes * GIGABYTE,
    runtimes,
  });
}

const PHONE: Pick<Device, 'runtimes'> = { runtimes: ['executorch', 'llama.cpp'] };

describe('the recommended build', () => {
  it.each<[keyof typeof REPOSITORIES, Device, string, string]>([
    ['tiny', { gibibytes: 1 }, 'Q8_0', 'whole'],
    ['tiny', { gibibytes: 64 }, 'Q8_0', 'whole'],
    ['small', { gibibytes: 1 }, 'Q3_K_M', 'best'],
    ['small', { gibibytes: 2 }, 'Q8_0', 'whole'],
    ['small', { gibibytes: 4 }, 'Q8_0', 'whole'],
    ['small', { gibibytes: 16 }, 'Q8_0', 'whole'],
    ['medium', { gibibytes: 2 }, 'Q2_K', 'tight'],
    ['medium', { gibibytes: 3 }, 'Q2_K', 'low'],
    ['medium', { gibibytes: 4 }, 'Q3_K_M', 'best'],
    ['medium', { gibibytes: 6 }, 'Q6_K', 'best'],
    ['medium', { gibibytes: 8 }, 'Q8_0', 'whole'],
    ['medium', { gibibytes: 8, freeGigabytes: 3 }, 'Q6_K', 'best'],
    ['medium', { gibibytes: 8, freeGigabytes: 2 }, 'Q4_K_M', 'best'],
    ['large', { gibibytes: 4 }, 'none', 'too-large'],
    ['large', { gibibytes: 6 }, 'Q2_K', 'tight'],
    ['large', { gibibytes: 8 }, 'Q2_K', 'low'],
    ['large', { gibibytes: 12 }, 'Q5_K_M', 'best'],
    ['large', { gibibytes: 16 }, 'Q6_K', 'best'],
    ['large', { gibibytes: 24 }, 'Q8_0', 'whole'],
    ['large', { gibibytes: 16, maxGigabytes: 2 }, 'none', 'too-large'],
    ['huge', { gibibytes: 8 }, 'none', 'too-large'],
    ['huge', { gibibytes: 16 }, 'IQ1_S', 'low'],
    ['huge', { gibibytes: 32 }, 'Q3_K_M', 'best'],
    ['huge', { gibibytes: 48 }, 'Q5_K_M', 'best'],
    ['huge', { gibibytes: 128 }, 'Q8_0', 'whole'],
    ['huge', { gibibytes: 128, freeGigabytes: 5 }, 'none', 'no-space'],
    ['one file', { gibibytes: 8 }, 'none', 'too-large'],
    ['one file', { gibibytes: 16 }, 'Q4_K_M', 'tight'],
    ['one file', { gibibytes: 32 }, 'Q4_K_M', 'best'],
    ['F16 alone', { gibibytes: 8 }, 'F16', 'whole'],
    ['no label', { gibibytes: 4 }, 'unknown', 'best'],
    ['with projector', { gibibytes: 8 }, 'Q5_K_M', 'best'],
    ['with projector', { gibibytes: 6 }, 'Q3_K_M', 'best'],
    ['two models', { gibibytes: 4 }, 'Q8_0', 'whole'],
    ['two models', { gibibytes: 16 }, 'Q8_0', 'whole'],
    ['phones', { gibibytes: 8, ...PHONE }, '8da4w', 'best'],
    ['phones', { gibibytes: 12, ...PHONE }, 'bf16', 'whole'],
    ['phones', { gibibytes: 16 }, 'none', 'no-build'],
    ['both', { gibibytes: 8, ...PHONE }, 'spinquant', 'best'],
    ['both', { gibibytes: 3, ...PHONE }, 'Q8_0', 'whole'],
    ['both', { gibibytes: 8 }, 'Q8_0', 'whole'],
    ['incomplete set', { gibibytes: 8 }, 'Q2_K', 'low'],
    ['no tokenizer', { gibibytes: 8, ...PHONE }, 'none', 'no-build'],
    ['none', { gibibytes: 8 }, 'none', 'no-build'],
    ['large', { gibibytes: undefined }, 'Q4_K_M', 'usual'],
    ['F16 alone', { gibibytes: undefined }, 'F16', 'usual'],
    ['large', { gibibytes: undefined, maxGigabytes: 2 }, 'none', 'too-large'],
  ])('of %s on %j is %s (%s)', (name, device, quantization, reason) => {
    const recommendation = recommended(name, device);
    expect(recommendation.build?.build.quantization ?? 'none').toBe(quantization);
    expect(recommendation.reason).toBe(reason);
    expect(recommendationWords(recommendation)).toMatch(/\.$/);
  });

  it('is of the largest model that fits well at a good quality', () => {
    const path = (device: Device) => recommended('two models', device).build?.path;
    expect(path({ gibibytes: 4 })).toBe('m-1b-Q8_0.gguf');
    expect(path({ gibibytes: 10 })).toBe('m-7b-Q4_K_M.gguf');
  });

  it('comes with the next better one, and why that one isn’t it', () => {
    const words = (device: Device) => recommendationWords(recommended('medium', device));
    expect(words({ gibibytes: 6 })).toBe(
      'Q6_K, 2.7 GB: the best quality that fits well. Q8_0 (3.4 GB) wouldn’t fit well into its memory.',
    );
    expect(words({ gibibytes: 8, freeGigabytes: 3 })).toContain('has no room on this device');
  });
});
