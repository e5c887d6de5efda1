import { describe, expect, it } from 'vitest';

import { COMMIT, HUB, hubInMemory, json, refusal } from '../../../tests/discoverFixture';
import { ModelError } from '../../errors';
import type { TextAnswer } from '../../platform/types';
import { createHubSearch } from './hubSearch';

const PAUSE_MS = 1_000;
const NEVER = new AbortController().signal;
const entry = (id: string, more: object = {}) => ({ id, downloads: 1, ...more });
const found = (search: ReturnType<typeof createHubSearch>) =>
  search.getSnapshot().found.map(({ name }) => name);
/** Lets answers that have arrived take effect. */
const settle = async () => {
  for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
};

const FILES = [
  {
    type: 'file',
    path: 'M-Q4_K_M.gguf',
    size: 9,
    oid: 'b'.repeat(40),
    lfs: { oid: 'a'.repeat(64) },
  },
  { type: 'file', path: 'LICENSE.md', size: 3, oid: 'c'.repeat(40) },
];
function repositoryAnswer(url: string): TextAnswer {
  if (url.includes('/tree/')) return json(FILES);
  if (url.includes('/paths-info/')) {
    return json([{ path: 'M-Q4_K_M.gguf', securityFileStatus: { status: 'unsafe' } }]);
  }
  return json({ id: 'org/new-name', sha: COMMIT, tags: ['gguf'] });
}

describe('the search of a screen', () => {
  it('asks once for a pause in typing, for what this host can run, with every fact that it shows', async () => {
    const { tools, clock, asked } = hubInMemory(() => json([entry('org/a')]));
    const search = createHubSearch(tools, 'llama.cpp');
    for (const words of ['q', 'qw', 'qwen & co']) {
      search.change({ words });
      clock.advance(100);
    }
    expect(asked).toEqual([]);
    expect(search.getSnapshot().state).toBe('waiting');
    clock.advance(PAUSE_MS);
    await settle();
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatch(
      /^\/api\/models\?search=qwen%20%26%20co&filter=gguf&sort=trendingScore&limit=30&expand=/,
    );
    for (const fact of ['gguf', 'gated', 'cardData', 'downloads', 'lastModified', 'baseModels']) {
      expect(asked[0]).toContain(`&expand=${fact}`);
    }
    expect(found(search)).toEqual(['org/a']);
    expect(search.getSnapshot()).toMatchObject({ state: 'done', hasMore: false });
    search.change({ runtime: 'executorch', sort: 'mainSize', words: '' });
    search.submit();
    await settle();
    expect(asked[1]).toMatch(/^\/api\/models\?filter=executorch&sort=mainSize&/);
    clock.advance(PAUSE_MS);
    expect(asked).toHaveLength(2);
  });

  it('drops the answer to an earlier question, and keeps the last answer until the next one', async () => {
    const answers: ((answer: TextAnswer) => void)[] = [];
    const { tools } = hubInMemory(() => new Promise((resolve) => answers.push(resolve)));
    const search = createHubSearch(tools, 'llama.cpp');
    search.submit();
    answers[0]?.(json([entry('org/first')]));
    await settle();
    search.change({ words: 'b' });
    search.submit();
    expect(found(search)).toEqual(['org/first']);
    search.change({ words: 'c' });
    search.submit();
    answers[1]?.(json([entry('org/b')]));
    await settle();
    expect(found(search)).toEqual(['org/first']);
    answers[2]?.(json([entry('org/c')]));
    await settle();
    expect(found(search)).toEqual(['org/c']);
    search.submit();
    search.close();
    answers[3]?.(json([]));
    await settle();
    expect(found(search)).toEqual(['org/c']);
  });

  it('adds pages of the same hub, each repository once, and follows no page elsewhere', async () => {
    const pages = [
      json([entry('org/a'), entry('org/b')], { link: `<${HUB}/api/models?cursor=2>; rel="next"` }),
      json([entry('org/b'), entry('org/c')], {
        link: '<https://evil.example/api/models?cursor=3>; rel="next"',
      }),
    ];
    const { tools, asked } = hubInMemory(() => pages.shift() ?? json([]));
    const search = createHubSearch(tools, 'llama.cpp');
    search.submit();
    await settle();
    expect(search.getSnapshot().hasMore).toBe(true);
    search.more();
    search.more();
    await settle();
    expect(asked[1]).toBe('/api/models?cursor=2');
    expect(found(search)).toEqual(['org/a', 'org/b', 'org/c']);
    expect(search.getSnapshot().hasMore).toBe(false);
    search.more();
    await settle();
    expect(asked).toHaveLength(2);
  });

  it('fails at once with the wait of a hub that wants to be left alone, and can be asked again after it', async () => {
    const answers = [refusal(429, { 'retry-after': '120' })];
    const { tools, clock, asked } = hubInMemory(() => answers.shift() ?? json([entry('org/a')]));
    const search = createHubSearch(tools, 'llama.cpp');
    const failure = (retryAfterMs: number) => ({
      state: 'failed',
      failure: { code: 'HTTP_RATE_LIMITED', details: { host: 'huggingface.co', retryAfterMs } },
    });
    search.submit();
    await settle();
    expect(search.getSnapshot()).toMatchObject(failure(120_000));
    clock.advance(20_000);
    search.submit();
    await settle();
    expect(search.getSnapshot()).toMatchObject(failure(100_000));
    expect(asked).toHaveLength(1);
    clock.advance(100_000);
    search.submit();
    await settle();
    expect(search.getSnapshot()).toMatchObject({ state: 'done', failure: undefined });
  });

  it('fails at once without a connection, because a person is watching', async () => {
    const { tools, asked } = hubInMemory(() => {
      throw new ModelError('NET_OFFLINE', { host: 'huggingface.co' });
    });
    const search = createHubSearch(tools, 'llama.cpp');
    search.submit();
    await settle();
    expect(search.getSnapshot()).toMatchObject({
      state: 'failed',
      failure: { code: 'NET_OFFLINE' },
    });
    expect(asked).toHaveLength(1);
  });

  it('tries again by itself after a failure that passes, and a short wait', async () => {
    const answers = [refusal(503), refusal(429, { 'retry-after': '2' })];
    const { tools, clock } = hubInMemory(() => answers.shift() ?? json([entry('org/a')]));
    const search = createHubSearch(tools, 'llama.cpp');
    search.submit();
    for (let second = 0; second < 4; second += 1) {
      await settle();
      clock.advance(1_000);
    }
    await settle();
    expect(found(search)).toEqual(['org/a']);
  });
});

describe('an opened repository', () => {
  it('has its builds, its licence and the scans, under the name that it has today', async () => {
    const { tools, asked } = hubInMemory(({ url }) => repositoryAnswer(url));
    const search = createHubSearch(tools, 'llama.cpp');
    const old = { repository: 'org/old-name', revision: 'refs/pr/1' };
    const opened = await search.open(old, NEVER);
    expect(opened.repository).toMatchObject({
      ...{ name: 'org/new-name', commit: COMMIT, licensePath: 'LICENSE.md' },
    });
    expect(opened.builds.map(({ path }) => path)).toEqual(['M-Q4_K_M.gguf']);
    expect(opened.scans).toEqual(new Map([['M-Q4_K_M.gguf', 'unsafe']]));
    expect(asked).toEqual([
      '/api/models/org/old-name/revision/refs%2Fpr%2F1',
      `/api/models/org/new-name/tree/${COMMIT}?recursive=true`,
      `/api/models/org/new-name/paths-info/${COMMIT}`,
    ]);
    await search.open({ repository: 'org/new-name', revision: 'main' }, NEVER);
    expect(asked.filter((url) => url.includes('/tree/'))).toHaveLength(1);
  });

  it('opens without the scans where the hub doesn’t answer that', async () => {
    const { tools } = hubInMemory(({ url }) =>
      url.includes('/paths-info/') ? refusal(404) : repositoryAnswer(url),
    );
    const search = createHubSearch(tools, 'llama.cpp');
    const opened = await search.open({ repository: 'org/name', revision: 'main' }, NEVER);
    expect(opened.builds).toHaveLength(1);
    expect(opened.scans.size).toBe(0);
  });

  it.each([
    ['was deleted', refusal(404, { 'x-error-code': 'RepoNotFound' }), 'HTTP_NOT_FOUND'],
    ['is private, or was deleted', refusal(401), 'HTTP_DENIED'],
    [
      'has no such revision',
      refusal(404, { 'x-error-code': 'RevisionNotFound' }),
      'HTTP_NOT_FOUND',
    ],
    ['is a page', { ...json({}), text: '<!doctype html>' }, 'NOT_A_MODEL'],
  ])('that %s fails with its reason', async (_, answer, code) => {
    const { tools } = hubInMemory(({ url }) =>
      url.includes('/tree/') ? answer : repositoryAnswer(url),
    );
    const search = createHubSearch(tools, 'llama.cpp');
    await expect(
      search.open({ repository: 'org/name', revision: 'main' }, NEVER),
    ).rejects.toMatchObject({ code });
  });
});
