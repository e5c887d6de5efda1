import { describe, expect, it } from 'vitest';

import { hubInMemory, json } from '../../../tests/discoverFixture';
import { searchHub } from './searchHub';

const NEVER = new AbortController().signal;
const QUESTION = { words: '', runtime: 'llama.cpp', sort: 'downloads' } as const;

async function pageOf(...entries: unknown[]) {
  const { tools } = hubInMemory(() => json(entries));
  return searchHub(tools, QUESTION, NEVER);
}

const WHOLE = {
  ...{ id: 'unsloth/Qwen3-0.6B-GGUF', downloads: 1200, likes: 7, gated: 'manual' },
  ...{ lastModified: '2026-05-01T10:00:00.000Z', pipeline_tag: 'text-generation' },
  tags: ['gguf', 'conversational', 'base_model:quantized:Qwen/Qwen3-0.6B'],
  cardData: {
    ...{ license: 'other', license_name: 'qwen', license_link: 'https://huggingface.co/Qwen/x' },
    ...{ language: ['en', 'zh-Hant', '7'], base_model: 'Qwen/Qwen3-0.6B' },
  },
  baseModels: { relation: 'quantized', models: [{ id: 'Qwen/Qwen3-0.6B' }] },
  gguf: {
    ...{ total: 596_049_920, architecture: 'qwen3', context_length: 40_960 },
    chat_template: '{%- if tools %}…{%- endif %}<think>',
  },
};

describe('the facts about a repository', () => {
  it('are read from a list', async () => {
    expect(await pageOf(WHOLE)).toEqual({
      found: [
        {
          ...{ name: 'unsloth/Qwen3-0.6B-GGUF', publisher: 'unsloth', downloads: 1200, likes: 7 },
          ...{
            updatedMs: Date.UTC(2026, 4, 1, 10),
            gate: 'manual',
            license: 'qwen',
            hasOwnTerms: true,
          },
          licenseLink: 'https://huggingface.co/Qwen/x',
          ...{ pipeline: 'text-generation', parameters: 596_049_920, contextTokens: 40_960 },
          ...{ architecture: 'qwen3', baseModels: ['Qwen/Qwen3-0.6B'] },
          ...{ languages: ['en', 'zh-Hant'], abilities: ['tools', 'thinking'] },
        },
      ],
      passedOver: 0,
      next: undefined,
    });
  });

  it.each([
    ['pictures', { pipeline_tag: 'image-text-to-text' }, ['vision']],
    ['tags alone', { tags: ['Function-Calling', 'reasoning'] }, ['tools', 'thinking']],
    ['embeddings', { tags: ['sentence-transformers'] }, ['embedding']],
    ['a tool in a word', { gguf: { chat_template: 'toolshed' } }, []],
    ['nothing', {}, []],
  ])('tell what the model can do: %s', async (_, facts, abilities) => {
    const { found } = await pageOf({ id: 'org/a', ...facts });
    expect(found[0]?.abilities).toEqual(abilities);
  });

  it('that have a wrong form count as not stated, and the rest of the entry stays', async () => {
    const { found } = await pageOf({
      ...{ id: 'org/a', downloads: -1, likes: '7', gated: null, lastModified: 'yesterday' },
      ...{ pipeline_tag: 'a\u202eb', tags: 'gguf', gguf: { total: 1e300, context_length: 0.5 } },
      cardData: { license: ['mit\u0000'], license_link: 'javascript:alert(1)', language: {} },
      baseModels: { models: [{ id: '../..' }, 7, { id: 'org/base' }] },
    });
    expect(found).toEqual([
      expect.objectContaining({
        ...{ name: 'org/a', downloads: undefined, likes: undefined, gate: 'none' },
        ...{ license: undefined, hasOwnTerms: false, licenseLink: undefined, pipeline: undefined },
        ...{ parameters: undefined, contextTokens: undefined, languages: [], updatedMs: undefined },
        baseModels: ['org/base'],
      }),
    ]);
  });

  it('pass over what isn’t a repository, and what the hub has disabled', async () => {
    const wrong = [null, 7, [], {}, { id: 7 }, { id: 'name' }, { id: '../..' }, { id: 'a/b/c' }];
    const odd = [{ id: 'a\u202e/b' }, { id: 'org/\u001b[31m' }, { id: 'org/off', disabled: true }];
    const page = await pageOf(...wrong, ...odd, { id: 'org/a' });
    expect(page.found.map(({ name }) => name)).toEqual(['org/a']);
    expect(page.passedOver).toBe(11);
  });
});
