import { describe, expect, it } from 'vitest';

import { BENCHMARK } from '../../../tests/benchmarkFixture';
import { MODEL } from '../../../tests/modelFixture';
import type { SavedBenchmark } from '../../db/benchmarks';
import type { LlmModelConfig } from '../modelConfig';
import type { ModelBuild } from '../runtimes/modelBuild';
import { withBuilds } from '../runtimes/notation';
import { estimateSpeed } from './estimateSpeed';

const MB = 1_000_000;
const WLLAMA = { engineName: 'wllama', engineVersion: '3.13.0' };

function buildOf(sizes: readonly (number | undefined)[], more: Partial<ModelBuild> = {}) {
  const files = sizes.map((size, index) => ({
    ...{ fileName: `m-${String(index)}.gguf`, role: 'weights' as const },
    source: {
      ...{ kind: 'remote' as const, url: 'https://example.com/m.gguf' },
      ...(size !== undefined && { sizeBytes: size }),
    },
  }));
  return { runtime: 'llama.cpp' as const, quantization: 'Q8_0', files, ...more };
}

function model(modelId: string, build: ModelBuild): LlmModelConfig {
  return withBuilds({ ...MODEL, modelId, displayName: `Model ${modelId}` }, [build]);
}

const row = (modelId: string, more: Partial<SavedBenchmark> = {}): SavedBenchmark => ({
  ...{ ...BENCHMARK, benchmarkId: 1, modelId, tokensPerSecond: 30 },
  ...more,
});

const ONE = model('one', buildOf([1_000 * MB]));

interface Case {
  build?: ModelBuild;
  models?: LlmModelConfig[];
  results?: SavedBenchmark[];
  engine?: typeof WLLAMA | undefined;
}

const estimate = ({ build = buildOf([2_000 * MB]), ...more }: Case) => {
  const { models = [ONE], results = [row('one')] } = more;
  const engine = 'engine' in more ? more.engine : WLLAMA;
  return estimateSpeed({ build, engine }, { results, models });
};

describe('the speed of a build that was never here', () => {
  it.each<[string, Case, number, string]>([
    ['of twice the bytes is half', {}, 15, 'one'],
    ['of a part of the bytes is more', { build: buildOf([500 * MB]) }, 60, 'one'],
    ['counts all parts of the weights', { build: buildOf([1_500 * MB, 1_500 * MB]) }, 10, 'one'],
    [
      'counts no projector',
      {
        build: {
          ...buildOf([2_000 * MB]),
          files: [
            ...buildOf([2_000 * MB]).files,
            {
              ...{ fileName: 'mmproj.gguf', role: 'projector' },
              source: { kind: 'remote', url: 'https://example.com/p.gguf', sizeBytes: 900 * MB },
            },
          ],
        },
      },
      ...([15, 'one'] as const),
    ],
    [
      'takes the approximate bytes of a model whose files don’t state them',
      { models: [model('one', buildOf([undefined], { approximateBytes: 4_000 * MB }))] },
      ...([60, 'one'] as const),
    ],
    [
      'is calculated from the model that is nearest in size',
      {
        models: [model('small', buildOf([600 * MB])), ONE, model('large', buildOf([7_000 * MB]))],
        results: [row('small'), row('large'), row('one')],
      },
      ...([15, 'one'] as const),
    ],
    [
      'is calculated from a benchmark rather than from a newer trial',
      { results: [row('one', { kind: 'smoke', tokensPerSecond: 90 }), row('one')] },
      ...([15, 'one'] as const),
    ],
    [
      'is calculated from the newest benchmark',
      { results: [row('one', { tokensPerSecond: 40 }), row('one')] },
      ...([20, 'one'] as const),
    ],
    [
      'is calculated from a trial where there is no benchmark',
      { results: [row('one', { kind: 'smoke' })] },
      ...([15, 'one'] as const),
    ],
    ['is given up to four times the bytes', { build: buildOf([4_000 * MB]) }, 7.5, 'one'],
    ['is given down to a fourth of the bytes', { build: buildOf([250 * MB]) }, 120, 'one'],
  ])('%s', (_, asked, tokensPerSecond, from) => {
    const found = estimate(asked);
    expect(found?.tokensPerSecond).toBeCloseTo(tokensPerSecond);
    expect(found?.from.displayName).toBe(`Model ${from}`);
  });

  it.each<[string, Case]>([
    ['nothing was measured', { results: [] }],
    ['nothing here runs it', { engine: undefined }],
    ['another engine was measured', { results: [row('one', { engineName: 'llama.rn' })] }],
    ['another version was measured', { results: [row('one', { engineVersion: '3.8.0' })] }],
    [
      'the engine now runs on another backend',
      { results: [row('two', { backend: 'WebGPU' }), row('one')] },
    ],
    ['the measured model isn’t known any more', { models: [] }],
    ['no rate could be measured', { results: [row('one', { tokensPerSecond: undefined })] }],
    ['its own bytes aren’t stated', { build: buildOf([2_000 * MB, undefined]) }],
    ['the other’s bytes aren’t stated', { models: [model('one', buildOf([undefined]))] }],
    ['it is a mixture of experts', { build: buildOf([2_000 * MB], { expertCount: 8 }) }],
    [
      'the other is a mixture of experts',
      { models: [model('one', buildOf([1_000 * MB], { expertCount: 8 }))] },
    ],
    ['it is much larger', { build: buildOf([4_010 * MB]) }],
    ['it is much smaller', { build: buildOf([249 * MB]) }],
    [
      'it is so small that memory isn’t what takes the time',
      { build: buildOf([99 * MB]), models: [model('one', buildOf([120 * MB]))] },
    ],
    [
      'the other is so small',
      { build: buildOf([120 * MB]), models: [model('one', buildOf([99 * MB]))] },
    ],
  ])('isn’t guessed where %s', (_, asked) => {
    expect(estimate(asked)).toBeUndefined();
  });
});
