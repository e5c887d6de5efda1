import { describe, expect, it } from 'vitest';

import { GLM4_9B_Chat, Qwen3_0_6B, TinyDemo, type LlmModelConfig } from '../../ai/modelConfig';
import type { ModelState } from '../../ai/modelState';
import { isShown, type ShelfFilter } from './shelf';

const UNLISTED: LlmModelConfig = { ...TinyDemo, modelId: 'left', isUnlisted: true };
const MODELS = [Qwen3_0_6B, TinyDemo, GLM4_9B_Chat, UNLISTED];

const shown = (left: ModelState, filter: ShelfFilter) => {
  const states = new Map<LlmModelConfig, ModelState>([
    [Qwen3_0_6B, { kind: 'absent' }],
    [TinyDemo, { kind: 'installed', sizeBytes: 5, installedAt: 0, files: [] }],
    [GLM4_9B_Chat, { kind: 'unavailable', reason: 'Not released.' }],
    [UNLISTED, left],
  ]);
  return [...states]
    .filter(([model, state]) => isShown[filter](model, state))
    .map(([model]) => model);
};

describe('the shelf', () => {
  const begun: ModelState = { kind: 'unavailable', reason: 'gone', usedBytes: 10 };
  const removed: ModelState = { kind: 'unavailable', reason: 'gone' };

  it.each([
    ['runs-here', [Qwen3_0_6B, TinyDemo, UNLISTED]],
    ['on-device', [TinyDemo, UNLISTED]],
    ['all', MODELS],
  ] as const)('shows with “%s” what lies here, also what no catalog names', (filter, models) => {
    expect(shown(begun, filter)).toEqual(models);
  });

  it.each([
    ['runs-here', [Qwen3_0_6B, TinyDemo]],
    ['on-device', [TinyDemo]],
    ['all', [Qwen3_0_6B, TinyDemo, GLM4_9B_Chat]],
  ] as const)('shows with “%s” no model that is removed and in no catalog', (filter, models) => {
    expect(shown(removed, filter)).toEqual(models);
  });
});
