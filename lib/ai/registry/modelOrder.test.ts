import { describe, expect, it } from 'vitest';

import { Llama32_1B_Instruct, Qwen3_0_6B, TinyDemo } from '../modelConfig';
import type { LlmModelConfig } from '../modelConfig';
import { findModels, orderModels, type ModelOrder } from './modelOrder';

const MODELS = [TinyDemo, Qwen3_0_6B, Llama32_1B_Instruct];
const mark = { isFavourite: false, note: '', lastUsedAt: undefined };
const MARKS = {
  [Qwen3_0_6B.modelId]: { ...mark, note: 'For the train', lastUsedAt: 5 },
  [Llama32_1B_Instruct.modelId]: { ...mark, isFavourite: true, lastUsedAt: 9 },
};
const ids = (models: readonly LlmModelConfig[]) => models.map(({ modelId }) => modelId);

describe('the search', () => {
  it.each([
    ['', ids(MODELS)],
    ['  ', ids(MODELS)],
    ['QWEN', [Qwen3_0_6B.modelId]],
    ['1b llama', [Llama32_1B_Instruct.modelId]],
    ['train', [Qwen3_0_6B.modelId]],
    ['apache', [Qwen3_0_6B.modelId]],
    ['qwen llama', []],
  ])('finds every word, in any case and order: “%s”', (query, found) => {
    expect(ids(findModels(MODELS, query, MARKS))).toEqual(found);
  });
});

describe('the order', () => {
  const sizes = new Map([
    [Llama32_1B_Instruct, 1],
    [TinyDemo, 2],
  ]);
  const speeds = new Map([
    [TinyDemo, 20],
    [Qwen3_0_6B, 50],
  ]);
  it.each<[ModelOrder, LlmModelConfig[]]>([
    ['listed', MODELS],
    ['favourites', [Llama32_1B_Instruct, TinyDemo, Qwen3_0_6B]],
    ['name', [Llama32_1B_Instruct, Qwen3_0_6B, TinyDemo]],
    ['size', [Llama32_1B_Instruct, TinyDemo, Qwen3_0_6B]],
    ['last-used', [Llama32_1B_Instruct, Qwen3_0_6B, TinyDemo]],
    ['speed', [Qwen3_0_6B, TinyDemo, Llama32_1B_Instruct]],
  ])('is by %s', (order, expected) => {
    const facts = {
      marks: MARKS,
      sizeOf: (model: LlmModelConfig) => sizes.get(model),
      speedOf: (model: LlmModelConfig) => speeds.get(model),
    };
    expect(ids(orderModels(MODELS, order, facts))).toEqual(ids(expected));
  });

  it('keeps the order of the registry among models without the fact', () => {
    const facts = { marks: {}, sizeOf: () => undefined, speedOf: () => undefined };
    expect(orderModels(MODELS, 'size', facts)).toEqual(MODELS);
    expect(orderModels(MODELS, 'last-used', facts)).toEqual(MODELS);
    expect(orderModels(MODELS, 'speed', facts)).toEqual(MODELS);
  });
});
