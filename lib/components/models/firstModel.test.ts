import { describe, expect, it } from 'vitest';
import type { Fit } from '../../ai/memory/memoryFit';
import {
  ALL_MODELS,
  Llama32_1B_Instruct,
  Qwen3_0_6B,
  Qwen3_4B,
  TinyDemo,
} from '../../ai/modelConfig';
import type { LlmModelConfig } from '../../ai/modelConfig';
import type { ModelState } from '../../ai/modelState';
import { approximateBytes } from '../../ai/registry/modelFiles';
import { findFirstModel } from './firstModel';
import type { FirstModelFacts } from './firstModel';

interface Situation {
  kinds?: Readonly<Record<string, ModelState['kind']>>;
  fits?: Readonly<Record<string, Fit>>;
  isMetered?: boolean;
  models?: readonly LlmModelConfig[];
}

function first({ kinds = {}, fits = {}, isMetered, models = ALL_MODELS }: Situation = {}) {
  const facts: FirstModelFacts = {
    kindOf: ({ modelId, available }) => kinds[modelId] ?? (available ? 'absent' : 'unavailable'),
    fitOf: ({ modelId }) => fits[modelId] ?? 'fits',
    sizeOf: (config) => approximateBytes(config, 'llama.cpp'),
    isMetered,
  };
  return findFirstModel(models, facts)?.displayName;
}

const everything = (fit: Fit) =>
  Object.fromEntries(ALL_MODELS.map(({ modelId }) => [modelId, fit]));

describe('the first model', () => {
  it('balances speed and quality where it fits', () => {
    expect(first()).toBe(Llama32_1B_Instruct.displayName);
  });

  it('is the smallest on a metered network', () => {
    expect(first({ isMetered: true })).toBe(Qwen3_0_6B.displayName);
  });

  it('is the smallest where the device doesn’t tell its memory', () => {
    expect(first({ fits: everything('unknown') })).toBe(Qwen3_0_6B.displayName);
  });

  it.each(['tight', 'too-large'] as const)('is none that is %s for this device', (fit) => {
    expect(first({ fits: everything(fit) })).toBeUndefined();
    const fits = { ...everything(fit), [Qwen3_0_6B.modelId]: 'fits' as const };
    expect(first({ fits })).toBe(Qwen3_0_6B.displayName);
  });

  it('is the one whose download was begun, whatever its size', () => {
    expect(first({ kinds: { [Qwen3_4B.modelId]: 'paused' } })).toBe(Qwen3_4B.displayName);
  });

  it('is neither a demo nor one whose licence has to be accepted', () => {
    const gated = { ...Qwen3_0_6B, needsAcceptance: true };
    expect(first({ models: [TinyDemo, gated] })).toBeUndefined();
  });

  it('is none that was withdrawn, but one of which another version was', () => {
    const reason = 'Its template was damaged.';
    const withdrawn = { ...Qwen3_0_6B, withdrawn: { reason } };
    expect(first({ models: [withdrawn] })).toBeUndefined();
    const earlier = { ...Qwen3_0_6B, withdrawn: { reason, versions: ['f'.repeat(64)] } };
    expect(first({ models: [earlier] })).toBe(Qwen3_0_6B.displayName);
  });

  it('has a size', () => {
    const { approximateBytes: _, ...unsized } = Qwen3_0_6B;
    const ggufSource = { kind: 'remote', url: 'https://hub.example/a.gguf' } as const;
    expect(first({ models: [{ ...unsized, ggufSource }] })).toBeUndefined();
  });
});
