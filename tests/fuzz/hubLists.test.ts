import assert from 'node:assert/strict';

import fc from 'fast-check';
import { it } from 'vitest';

import { askRepository } from '../../lib/ai/discover/askRepository';
import { isRepositoryName } from '../../lib/ai/discover/addressParts';
import type { RepositoryFacts } from '../../lib/ai/discover/hubFacts';
import { recommendBuild } from '../../lib/ai/builds/recommendBuild';
import { repositoryBuilds } from '../../lib/ai/builds/repositoryBuilds';
import { searchHub } from '../../lib/ai/discover/searchHub';
import { isPortableName } from '../../lib/platform/shared/storePath';
import type { TextAnswer } from '../../lib/platform/types';
import { COMMIT, HUB, hubInMemory } from '../discoverFixture';
import { CASES, createHarmless, expectBytes } from './harmless';
import { hostileRecord, hostileText } from './hostile';

const FACTS = {
  ...{ id: 'org/a-GGUF', downloads: 7, likes: 1, lastModified: '2026-01-01T00:00:00.000Z' },
  ...{
    gated: 'auto',
    disabled: false,
    pipeline_tag: 'text-generation',
    tags: ['gguf', 'license:mit'],
  },
  cardData: {
    ...{ license: 'other', license_name: 'own', license_link: 'https://huggingface.co/x' },
    ...{ language: ['en'], base_model: ['org/a'], extra_gated_fields: { Name: 'text' } },
  },
  gguf: { total: 7, context_length: 4096, architecture: 'llama', chat_template: '{{ tools }}' },
  baseModels: { relation: 'quantized', models: [{ id: 'org/a' }] },
};
const file = (path: string) => ({
  ...{ type: 'file', path, size: 9, oid: 'b'.repeat(40), lfs: { oid: 'a'.repeat(64) } },
});
const LIST = [FACTS, { id: 'org/b' }];
const TREE = [
  ...['m-Q4_K_M.gguf', 'm-Q8_0-00001-of-00002.gguf', 'm-Q8_0-00002-of-00002.gguf'].map(file),
  ...['mmproj-F16.gguf', 'a/m_8da4w.pte', 'tokenizer.json', 'tokenizer_config.json', 'LICENSE'].map(
    file,
  ),
];
const never = new AbortController().signal;

const answerOf = (right: unknown): fc.Arbitrary<TextAnswer> =>
  fc.record({
    // A refusal that passes would be waited for.
    status: fc.oneof(
      { weight: 12, arbitrary: fc.constant(200) },
      { weight: 1, arbitrary: fc.constantFrom(204, 401, 403, 404) },
    ),
    text: fc.oneof(
      { weight: 1, arbitrary: fc.constant(JSON.stringify(right)) },
      { weight: 3, arbitrary: hostileRecord(right) },
    ),
    headers: fc.dictionary(
      fc.constantFrom('link', 'content-type', '__proto__'),
      fc.oneof(
        hostileText,
        fc.constantFrom('<https://evil.example/x>; rel="next"', '<//x>; rel=next'),
      ),
    ),
  });

// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const UNSHOWABLE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

function expectFacts(facts: RepositoryFacts): void {
  assert.ok(isRepositoryName(facts.name));
  const { license, licenseLink, pipeline, architecture, baseModels, languages } = facts;
  const texts = [license, licenseLink, pipeline, architecture, ...baseModels, ...languages];
  for (const text of texts) assert.ok(!UNSHOWABLE.test(text ?? ''));
  assert.ok((licenseLink ?? 'https://').startsWith('https://'));
  assert.ok(baseModels.every(isRepositoryName));
  for (const count of [facts.downloads, facts.likes, facts.parameters, facts.contextTokens])
    expectBytes(count);
  if (facts.updatedMs !== undefined) assert.ok(new Date(facts.updatedMs).toISOString());
}

it('shows whatever a list says, as facts that can be shown', async ({ task }) => {
  const harmless = createHarmless('hubLists');
  const question = { words: 'x', runtime: 'llama.cpp', sort: 'downloads' } as const;
  const property = fc.asyncProperty(answerOf(LIST), async (answer) => {
    const { tools } = hubInMemory(() => answer);
    const page = await harmless.runAsync(() => searchHub(tools, question, never));
    if (!page) return;
    for (const facts of page.found) expectFacts(facts);
    if (page.next !== undefined) assert.ok(page.next.startsWith(`${HUB}/`));
  });
  await fc.assert(property, { numRuns: CASES.hubLists });
  harmless.finish(task);
}, 120_000);

it('finds builds in whatever tree, whose files can be stored and stay at the repository', async ({
  task,
}) => {
  const harmless = createHarmless('hubTrees');
  const answers = fc.record({ info: answerOf({ ...FACTS, sha: COMMIT }), tree: answerOf(TREE) });
  const property = fc.asyncProperty(answers, async ({ info, tree }) => {
    const { tools, asked } = hubInMemory(({ url }) => (url.includes('/tree/') ? tree : info));
    const asking = { repository: 'org/a-GGUF', revision: 'main' };
    const repository = await harmless.runAsync(() => askRepository(tools, asking, never));
    assert.ok(asked.length < 60);
    if (!repository) return;
    expectFacts(repository);
    const builds = repositoryBuilds(repository);
    for (const { build, totalBytes, weightsBytes } of builds) {
      expectBytes(totalBytes);
      expectBytes(weightsBytes);
      for (const { fileName, source } of build.files) {
        assert.ok(isPortableName(fileName));
        if (source.kind !== 'remote') throw new Error('every file is at the hub');
        const place = `${HUB}/${repository.name}/resolve/${repository.commit}/`;
        assert.ok(new URL(source.url).href.startsWith(place));
      }
    }
    const runtimes = ['executorch', 'llama.cpp'] as const;
    recommendBuild({ builds, fitOf: () => 'fits', freeBytes: 1e9, runtimes });
  });
  await fc.assert(property, { numRuns: CASES.hubTrees });
  harmless.finish(task);
}, 120_000);
