import { describe, expect, it } from 'vitest';

import { fitOf, memoryBudget, memoryNeed, memoryPartsOf } from './memoryFit';
import type { FitQuestion } from './memoryFit';
import { Llama32_1B_Instruct, Qwen3_0_6B } from '../modelConfig';

const GB = 1_000_000_000;
const MIB = 1024 ** 2;
const question = {
  config: Qwen3_0_6B,
  runtime: 'llama.cpp',
  contextTokens: 4_096,
  weightsBytes: 639_446_688,
} as const;

describe('what a model needs', () => {
  it('is its weights, a cache for all of its context, and the engine’s buffers', () => {
    expect(memoryNeed(question)).toBe(639_446_688 + 4_096 * 112 * 1024 + 200 * MIB);
  });

  it('grows with the context by its cache alone', () => {
    const more = memoryNeed({ ...question, contextTokens: 8_192 }) ?? 0;
    expect(more - (memoryNeed(question) ?? 0)).toBe(4_096 * 112 * 1024);
  });

  it('is what the engine took here, where that is known, with the difference of the context', () => {
    const measured = {
      ...{ modelId: Qwen3_0_6B.modelId, contextTokens: 2_048 },
      ...{ memoryBytes: GB, loadMs: 1, loadedAt: 1 },
    };
    expect(memoryNeed({ ...question, measured })).toBe(GB + 2_048 * 112 * 1024);
    const untold = { ...measured, memoryBytes: undefined };
    expect(memoryNeed({ ...question, measured: untold })).toBe(memoryNeed(question));
  });

  it('is the published peak on phones, or twice the file where none was published', () => {
    const phone = { ...question, runtime: 'executorch' } as const;
    expect(memoryNeed({ ...phone, config: Llama32_1B_Instruct })).toBe(2.4 * GB);
    expect(memoryNeed({ ...phone, weightsBytes: GB })).toBe(2 * GB);
  });

  it('is unknown for weights that nobody weighed', () => {
    expect(memoryNeed({ ...question, weightsBytes: undefined })).toBeUndefined();
  });
});

describe('its parts', () => {
  const sum = (parts: ReturnType<typeof memoryPartsOf>) =>
    parts && parts.weightsBytes + parts.chatBytes + parts.engineBytes;
  const measured = {
    ...{ modelId: Qwen3_0_6B.modelId, contextTokens: 4_096 },
    ...{ memoryBytes: 1.5 * GB, loadMs: 1, loadedAt: 1 },
  };

  it('are together what the model needs, before it was ever loaded and after', () => {
    expect(sum(memoryPartsOf(question))).toBe(memoryNeed(question));
    const known = { ...question, measured };
    expect(sum(memoryPartsOf(known))).toBe(1.5 * GB);
    expect(memoryPartsOf(known)?.chatBytes).toBe(memoryPartsOf(question)?.chatBytes);
  });

  it('are unknown where the whole is less than the parts, and where only the whole is published', () => {
    const little = { ...measured, memoryBytes: 1_000 };
    expect(memoryPartsOf({ ...question, measured: little })).toBeUndefined();
    const phone = { ...question, runtime: 'executorch' } as const;
    expect(memoryPartsOf({ ...phone, config: Llama32_1B_Instruct })).toBeUndefined();
  });
});

describe('the fit', () => {
  const device = (change: Partial<FitQuestion> = {}): FitQuestion => ({
    needBytes: GB,
    memory: { totalBytes: 8 * GB, availableBytes: undefined },
    host: { maxModelBytes: undefined },
    provenBytes: 0,
    ...change,
  });

  it.each([
    ['fits', 4],
    ['tight', 4.1],
    ['tight', 6],
    ['too-large', 6.1],
  ] as const)('is %s for %d of 8 GB', (fit, gigabytes) => {
    expect(fitOf(device({ needBytes: gigabytes * GB }))).toBe(fit);
  });

  it('is tight while other things have the memory', () => {
    const memory = { totalBytes: 8 * GB, availableBytes: GB / 2 };
    expect(fitOf(device({ memory }))).toBe('tight');
  });

  it('is given for what has been in memory here before, whatever the device tells', () => {
    const memory = { totalBytes: GB, availableBytes: 0 };
    expect(fitOf(device({ memory, provenBytes: GB }))).toBe('fits');
  });

  it('is never given past what the runtime can address', () => {
    const host = { maxModelBytes: GB - 1 };
    expect(fitOf(device({ host, provenBytes: 2 * GB }))).toBe('too-large');
  });

  it('is unknown where the device or the model doesn’t tell', () => {
    const memory = { totalBytes: undefined, availableBytes: undefined };
    expect(fitOf(device({ memory }))).toBe('unknown');
    expect(fitOf(device({ needBytes: undefined }))).toBe('unknown');
    expect(memoryBudget(memory)).toBeUndefined();
  });
});
