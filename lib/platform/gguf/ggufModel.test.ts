import { describe, expect, it } from 'vitest';

import type { GgufValue } from '../../../scripts/demoModel/gguf';
import { headerOf } from '../../../tests/modelHeaders';
import { headerFacts } from '../../ai/builds/headerFacts';
import { LLAMA_CPP } from '../../ai/runtimes/llamaCpp';
import { GgufDefect } from './ggufBytes';
import { describeGguf, isLongText } from './ggufModel';
import { readGgufStart } from './ggufTable';

const uint32 = (value: number): GgufValue => ({ type: 'uint32', value });
const text = (value: string): GgufValue => ({ type: 'string', value });
const int32s = (value: readonly number[]): GgufValue => ({ type: 'array', of: 'int32', value });

async function modelOf(header: Uint8Array) {
  const read = (offset: number, length: number) =>
    Promise.resolve(header.subarray(offset, offset + length));
  const length = { fileBytes: header.byteLength, hereBytes: header.byteLength };
  return describeGguf(await readGgufStart(read, length, isLongText));
}

/** A model of this architecture; the keys are without its name. */
function having(architecture: string, keys: Readonly<Record<string, GgufValue>>) {
  const named = Object.entries(keys).map(([key, value]) => [`${architecture}.${key}`, value]);
  const changes = { ...Object.fromEntries(named), 'general.architecture': text(architecture) };
  return modelOf(headerOf({ tokens: 10, changes: changes as Record<string, GgufValue> }));
}

async function cacheOf(model: ReturnType<typeof modelOf>, contextTokens: number): Promise<number> {
  const facts = headerFacts(await model);
  const need = (kvBytesPerToken: number, memory: Partial<typeof facts.memoryFacts>) => {
    const memoryFacts = facts.memoryFacts && { ...facts.memoryFacts, ...memory };
    const build = {
      ...{ runtime: 'llama.cpp' as const, quantization: '', files: [], kvBytesPerToken },
      ...(memoryFacts && { memoryFacts }),
    } as const;
    const engineCosts = { ownBytes: 0, batchTokens: 512 };
    return LLAMA_CPP.memoryOf({ build, contextTokens, weightsBytes: 0, engineCosts });
  };
  const none = { slidingKvBytesPerToken: 0, stateBytes: 0 };
  return need(facts.kvBytesPerToken ?? NaN, {}) - need(0, none);
}

describe('the cache that a header means', () => {
  // https://github.com/ollama/ollama/pull/16958 and https://github.com/tmac1973/llama-toolchest/pull/58: estimators
  // counted every layer as if it kept the whole context, with the heads of the first layer.
  it('is a window for each layer that slides, with the heads of that layer: Gemma 4', async () => {
    const layers = Array.from({ length: 48 }, (_, layer) => layer % 6 === 5);
    const model = having('gemma4', {
      ...{
        block_count: uint32(48),
        embedding_length: uint32(3_840),
        context_length: uint32(262_144),
      },
      'attention.head_count': uint32(16),
      'attention.head_count_kv': int32s(layers.map((isFull) => (isFull ? 1 : 8))),
      ...{ 'attention.key_length': uint32(512), 'attention.value_length': uint32(512) },
      ...{ 'attention.key_length_swa': uint32(256), 'attention.value_length_swa': uint32(256) },
      'attention.sliding_window': uint32(1_024),
      'attention.sliding_window_pattern': int32s(layers.map((isFull) => (isFull ? 0 : 1))),
    });
    const full = 8 * 1 * 1_024 * 2 * 131_072;
    const sliding = 40 * 8 * 512 * 2 * (1_024 + 512);
    expect(await cacheOf(model, 131_072)).toBe(full + sliding);
  });

  // https://github.com/lmstudio-ai/lmstudio-bug-tracker/issues/1862: 16 of 64 layers have a cache, of 16,384 MiB.
  it('is nothing for layers that keep a state: Qwen 3.6 27B', async () => {
    const model = having('qwen35', {
      ...{
        block_count: uint32(64),
        embedding_length: uint32(5_120),
        context_length: uint32(262_144),
      },
      ...{ 'attention.head_count': uint32(24), 'attention.head_count_kv': uint32(4) },
      ...{ 'attention.key_length': uint32(256), 'attention.value_length': uint32(256) },
      full_attention_interval: uint32(4),
    });
    expect(await cacheOf(model, 262_144)).toBe(16_384 * 1024 ** 2);
  });

  it.each([
    ['states a window that llama.cpp doesn’t use', 'qwen2', 0],
    ['slides in every layer but each second', 'gpt-oss', 17],
    ['has its full layer first', 'smallthinker', 25],
  ])(
    'slides where llama.cpp’s architecture does: one that %s',
    async (_, architecture, sliding) => {
      const { attention } = await having(architecture, {
        ...{
          block_count: uint32(34),
          embedding_length: uint32(512),
          context_length: uint32(4_096),
        },
        ...{ 'attention.head_count': uint32(8), 'attention.sliding_window': uint32(128) },
      });
      expect(attention?.slides.filter(Boolean)).toHaveLength(sliding);
      expect(attention?.kvHeads).toEqual(attention?.heads);
    },
  );
});

describe('the experts that a header states', () => {
  const shape = {
    ...{ block_count: uint32(2), embedding_length: uint32(512), context_length: uint32(4_096) },
    'attention.head_count': uint32(8),
  };

  it('are those of each layer, and of a token', async () => {
    const experts = { expert_count: uint32(128), expert_used_count: uint32(8) };
    const model = await having('qwen3moe', { ...shape, ...experts });
    expect(model).toMatchObject({ expertCount: 128, usedExpertCount: 8 });
    expect(headerFacts(model)).toMatchObject({ expertCount: 128 });
  });

  it('are none for a dense model, and one of endless experts is refused', async () => {
    const model = await having('qwen3', shape);
    expect(model.expertCount).toBe(0);
    expect(headerFacts(model)).not.toHaveProperty('expertCount');
    const endless = having('qwen3moe', { ...shape, expert_count: uint32(2 ** 30) });
    await expect(endless).rejects.toThrow(GgufDefect);
  });
});

describe('a hostile header', () => {
  const hostile = (changes: Record<string, GgufValue>) =>
    modelOf(headerOf({ tokens: 10, changes }));

  it('with 2^60 tensors or entries is refused before they are read', async () => {
    for (const at of [8, 16]) {
      const header = Buffer.from(headerOf({ tokens: 10 }));
      header.writeBigUInt64LE(2n ** 60n, at);
      await expect(modelOf(header)).rejects.toThrow(GgufDefect);
    }
  });

  it('with a template as long as a book tells of none, and one that loops stays a text', async () => {
    const template = (value: string) => hostile({ 'tokenizer.chat_template': text(value) });
    expect((await template('x'.repeat(300 * 1024))).chatTemplate).toBeUndefined();
    const looping = '{% for a in range(9**9) %}{% for b in range(9**9) %}x{% endfor %}{% endfor %}';
    expect((await template(looping)).chatTemplate).toBe(looping);
  });

  it.each([
    ['gemma3.block_count', uint32(100_000)],
    ['gemma3.embedding_length', uint32(2 ** 31)],
    ['gemma3.context_length', uint32(2 ** 31)],
    ['gemma3.attention.key_length', uint32(2 ** 31)],
    ['gemma3.block_count', text('many')],
  ])('with a number that no model has is refused: %s', async (key, value) => {
    await expect(hostile({ [key]: value })).rejects.toThrow(/no usable/);
  });
});
