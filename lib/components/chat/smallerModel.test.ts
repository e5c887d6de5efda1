import { describe, expect, it } from 'vitest';

import { TinyDemo } from '../../ai/modelConfig';
import type { LlmModelConfig } from '../../ai/modelConfig';
import type { ModelState } from '../../ai/modelState';
import { findSmallerModel } from './smallerModel';

const URL_OF = 'https://hub.example/model.gguf';

function model(modelId: string, sizeBytes?: number): LlmModelConfig {
  const size = sizeBytes === undefined ? {} : { sizeBytes };
  return {
    ...TinyDemo,
    modelId,
    ggufSource: { kind: 'remote', url: URL_OF, ...size },
  };
}
const installed = (sizeBytes: number): ModelState => ({
  kind: 'installed',
  sizeBytes,
  installedAt: 0,
  files: [],
});

const models = [
  model('tiny', 10),
  model('small', 100),
  model('medium', 500),
  model('large', 1_000),
  model('unsized'),
];

const offer = (modelId: string, states: Record<string, ModelState>) => {
  const found = findSmallerModel({ models, states, runtimeOf: () => 'llama.cpp' }, modelId);
  return found && [found.config.modelId, found.installed];
};

describe('the model in place of one that was too large', () => {
  it('is the next smaller one that is installed', () => {
    const states = { tiny: installed(10), small: installed(100), large: installed(1_000) };
    expect(offer('large', states)).toEqual(['small', true]);
    expect(offer('small', states)).toEqual(['tiny', true]);
  });

  it('is the next smaller one that could be downloaded where none is installed', () => {
    expect(offer('large', { large: installed(1_000) })).toEqual(['medium', false]);
    expect(offer('large', { medium: { kind: 'unavailable', reason: 'no build' } })).toEqual([
      'small',
      false,
    ]);
  });

  it('is none that was withdrawn', () => {
    const gone = models.map((one) =>
      one.modelId === 'medium' ? { ...one, withdrawn: { reason: 'Damaged.' } } : one,
    );
    const shelf = { models: gone, states: {}, runtimeOf: () => 'llama.cpp' as const };
    expect(findSmallerModel(shelf, 'large')?.config.modelId).toBe('small');
  });

  it('is measured by what lies on the disk', () => {
    expect(offer('medium', { medium: installed(50), small: installed(60) })).toEqual([
      'tiny',
      false,
    ]);
  });

  it('isn’t there for the smallest, for one of unknown size, and for one that is unknown', () => {
    expect(offer('tiny', {})).toBeUndefined();
    expect(offer('unsized', {})).toBeUndefined();
    expect(offer('nobody', {})).toBeUndefined();
  });

  it('is never one of the same size', () => {
    const twins = [model('one', 10), model('two', 10)];
    const shelf = { models: twins, states: {}, runtimeOf: () => 'llama.cpp' as const };
    expect(findSmallerModel(shelf, 'one')).toBeUndefined();
  });
});
