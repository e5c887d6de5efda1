import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { bytesContent, noiseContent } from './content';
import { commitFor, type HubFacts, type HubRepo } from './repos';
import { startHub, type Hub } from './server';

const lfs = (name: string, sizeBytes: number) => ({
  [name]: { lfs: true, content: noiseContent(name, sizeBytes) },
});
const repo = (name: string, facts: HubFacts, more: Partial<HubRepo> = {}): HubRepo => ({
  ...{ name, commit: commitFor(name), facts, files: lfs('m.gguf', 100) },
  ...more,
});
const GGUF = { total: 7, architecture: 'llama', context_length: 4096 };
const REPOS = [
  repo('ann/small-GGUF', { downloads: 5, trendingScore: 9 }, { gguf: GGUF }),
  repo(
    'bob/large-GGUF',
    { downloads: 9, pipeline: 'text-generation' },
    { files: lfs('m.gguf', 900) },
  ),
  repo(
    'bob/phone',
    { baseModel: 'bob/base', languages: ['en'] },
    { files: lfs('m.pte', 10), gated: 'auto' },
  ),
  repo('eve/picture', {}, { files: { 'a.txt': { lfs: false, content: bytesContent('a') } } }),
];

let hub: Hub;
beforeAll(async () => {
  hub = await startHub({ repos: REPOS });
});
afterAll(() => hub.close());

const ask = (query: string) => fetch(`${hub.endpoint}/api/models?${query}`);
const list = async (query: string) => (await (await ask(query)).json()) as { id: string }[];
const ids = async (query: string) => (await list(query)).map(({ id }) => id);

describe('the list of repositories', () => {
  it('has those that fit every condition, the largest number first', async () => {
    expect(await ids('search=GGUF&sort=downloads')).toEqual(['bob/large-GGUF', 'ann/small-GGUF']);
    expect(await ids('search=gguf&sort=trendingScore')).toEqual([
      'ann/small-GGUF',
      'bob/large-GGUF',
    ]);
    expect(await ids('sort=mainSize&limit=1')).toEqual(['bob/large-GGUF']);
    expect(await ids('author=bob&sort=downloads')).toEqual(['bob/large-GGUF', 'bob/phone']);
    expect(await ids('filter=executorch')).toEqual(['bob/phone']);
    expect(await ids('filter=gguf&filter=executorch')).toEqual([]);
    expect(await ids('pipeline_tag=text-generation')).toEqual(['bob/large-GGUF']);
    expect(await ids('search=%20nothing')).toEqual([]);
  });

  it('states only what `expand` names, and refuses names and orders that it doesn’t know', async () => {
    const properties = ['gguf', 'gated', 'tags', 'cardData', 'baseModels', 'disabled'];
    const query = properties.map((name) => `&expand=${name}`).join('');
    const [phone] = await list(`filter=executorch${query}`);
    expect(phone).toEqual({
      ...{
        _id: commitFor('bob/phone').slice(0, 24),
        id: 'bob/phone',
        gated: 'auto',
        disabled: false,
      },
      tags: ['executorch', 'base_model:quantized:bob/base'],
      cardData: { language: ['en'], base_model: 'bob/base' },
      baseModels: { relation: 'quantized', models: [{ id: 'bob/base' }] },
    });
    const [small] = await list(`search=small${query}`);
    expect(small).toMatchObject({ gguf: GGUF });
    expect(Object.keys((await list('search=small'))[0] ?? {})).not.toContain('gguf');
    for (const wrong of ['expand=secrets', 'expand=__proto__', 'sort=age', 'limit=0']) {
      expect((await ask(wrong)).status).toBe(400);
    }
  });

  it('comes in pages, each with the address of the next one and the same conditions', async () => {
    const first = await ask('filter=gguf&limit=1&sort=downloads');
    const second = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    const both = ((await first.json()) as unknown[]).concat(await (await fetch(second)).json());
    expect(both).toMatchObject([{ id: 'bob/large-GGUF' }, { id: 'ann/small-GGUF' }]);
    expect((await fetch(second)).headers.get('link')).toBeNull();
  });
});
