/** Lists in several pages, and trees with every kind of name: what is followed stays at the hub, and what is found fits together. */
import assert from 'node:assert/strict';

import fc from 'fast-check';
import { it } from 'vitest';

import { recommendBuild } from '../../lib/ai/builds/recommendBuild';
import { repositoryBuilds, type RepositoryBuild } from '../../lib/ai/builds/repositoryBuilds';
import { askRepository } from '../../lib/ai/discover/askRepository';
import { createHubSearch, type HubSearch } from '../../lib/ai/hub/hubSearch';
import { shardNamesProblem } from '../../lib/platform/gguf/shardNames';
import { isPortableName } from '../../lib/platform/shared/storePath';
import { COMMIT, HUB, hubInMemory, json } from '../discoverFixture';
import { CASES, createHarmless, expectBytes } from './harmless';
import { hostileText } from './hostile';

const never = new AbortController().signal;
const MOST_PAGES = 6;

const target = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      ...[`${HUB}/api/models?cursor=2`, '/api/models?cursor=3', '?cursor=4', '', '#', '/'],
      ...['//evil.example/api/models', 'https://evil.example/api/models', 'javascript:alert(1)'],
      ...[`${HUB}@evil.example/`, `${HUB}.evil.example/`, 'https://me:secret@huggingface.co/api'],
      ...['/../..//evil.example', 'http://huggingface.co/api/models', '\\\\evil.example\\api'],
    ),
  },
  { weight: 1, arbitrary: hostileText.map((text) => text.slice(0, 4_000)) },
);
const link = fc.oneof(
  { weight: 5, arbitrary: target.map((url) => `<${url}>; rel="next"`) },
  { weight: 1, arbitrary: target.map((url) => `<${url}>; rel="prev", <${url}>; rel=next`) },
  { weight: 1, arbitrary: hostileText },
  { weight: 1, arbitrary: fc.constant(undefined) },
);
const entry = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('org/a', 'org/b', 'org/c').map((id) => ({ id })) },
  { weight: 2, arbitrary: hostileText.map((id) => ({ id, downloads: id, tags: [id] })) },
  { weight: 1, arbitrary: fc.constantFrom(null, 7, [], { id: ['org/a'] }) },
);
const page = fc.record({ entries: fc.array(entry, { maxLength: 6 }), link });

async function settled(search: HubSearch): Promise<void> {
  const isBusy = () => search.getSnapshot().state === 'searching';
  if (!isBusy()) return;
  await new Promise<void>((resolve) => {
    const stop = search.subscribe(() => {
      if (isBusy()) return;
      stop();
      resolve();
    });
  });
}

it('turns the pages of whatever list, at the hub only, and shows no repository twice', async ({
  task,
}) => {
  const harmless = createHarmless('hubPages');
  const property = fc.asyncProperty(
    fc.array(page, { minLength: 1, maxLength: 4 }),
    async (pages) => {
      let turned = 0;
      const origins = new Set<string>();
      const { tools, world } = hubInMemory(({ url }) => {
        origins.add(new URL(url).origin);
        const { entries, link: next } = pages[turned % pages.length] ?? { entries: [] };
        turned += 1;
        return json(entries, next === undefined ? {} : { link: next });
      });
      const search = createHubSearch(tools, 'llama.cpp');
      const shown = await harmless.runAsync(async () => {
        search.submit();
        await settled(search);
        while (search.getSnapshot().hasMore && turned < MOST_PAGES) {
          search.more();
          await settled(search);
        }
        return search.getSnapshot();
      });
      search.close();
      if (!shown) throw new Error('a search tells its failure');
      assert.notEqual(shown.state, 'searching');
      assert.ok(turned <= MOST_PAGES);
      assert.deepEqual([...origins], [HUB]);
      const names = shown.found.map(({ name }) => name);
      assert.equal(new Set(names).size, names.length);
      assert.equal(world.web.files.size, 0);
    },
  );
  await fc.assert(property, { numRuns: CASES.hubPages });
  harmless.finish(task);
}, 600_000);

const PIECES = [
  ...[
    'fox',
    'Fox',
    'mmproj',
    'tokenizer',
    'imatrix',
    'F16',
    'Q4_K_M',
    'q4_k_m',
    'Q8_0',
    'UD',
    '8da4w',
  ],
  ...['-', '-', '-', '_', '.', '/', '/', '..', ' ', '%2f', '\u202e', 'e\u0301', '\u212a'],
  ...[
    '-00001-of-00002',
    '-00002-of-00002',
    '-00000-of-00002',
    '-00003-of-00002',
    '-00001-of-99999',
  ],
  ...['.gguf', '.gguf', '.GGUF', '.pte', '.json', '.gguf.part', 'model.json', 'con', 'LICENSE'],
];
const path = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(
        fc.constantFrom('', 'a/', 'b/', 'Q4_K_M/'),
        fc.constantFrom('fox', 'Fox', 'fox-Q4_K_M', 'fox-Q8_0', 'mmproj-fox', 'tokenizer'),
        fc.constantFrom('', '-00001-of-00002', '-00002-of-00002', '-00001-of-00001'),
        fc.constantFrom('.gguf', '.pte', '.json', '_config.json'),
      )
      .map((parts) => parts.join('')),
  },
  {
    weight: 3,
    arbitrary: fc.array(fc.constantFrom(...PIECES), { maxLength: 7 }).map((all) => all.join('')),
  },
  { weight: 1, arbitrary: hostileText.map((text) => text.slice(0, 3_000)) },
);
const digest = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('a'.repeat(64), 'b'.repeat(64)) },
  { weight: 1, arbitrary: fc.constantFrom('A'.repeat(64), 'a'.repeat(63), '', null, 7, undefined) },
);
const size = fc.oneof(
  { weight: 5, arbitrary: fc.nat(5_000_000_000) },
  { weight: 1, arbitrary: fc.constantFrom(-1, 0.5, 800e9, 801e9, 2 ** 53, 1e308, '9', null) },
);
/** `xetHash` came to the hub later than `lfs`: the digest of the bytes is that of `lfs` all the same. */
const treeEntry = fc.record(
  {
    type: fc.oneof(
      { weight: 9, arbitrary: fc.constant('file') },
      fc.constantFrom('directory', 'link', '__proto__', null),
    ),
    ...{ path, size },
    oid: fc.oneof(
      fc.constant('c'.repeat(40)),
      hostileText.map((text) => text.slice(0, 100)),
    ),
    lfs: fc.oneof(
      { weight: 6, arbitrary: fc.record({ oid: digest, size, pointerSize: fc.nat(200) }) },
      { weight: 1, arbitrary: fc.constantFrom(null, [], {}, 'a'.repeat(64)) },
    ),
    xetHash: digest,
    lastCommit: fc.constantFrom(null, { id: 'x', date: 'never' }),
  },
  { requiredKeys: ['type', 'path', 'size'] },
);

function expectBuild({ build, totalBytes, weightsBytes }: RepositoryBuild): void {
  expectBytes(totalBytes);
  expectBytes(weightsBytes);
  assert.ok(weightsBytes <= totalBytes);
  const names = build.files.map(({ fileName }) => fileName);
  for (const name of names) assert.ok(isPortableName(name));
  // On some devices these would be one file.
  assert.equal(new Set(names.map((name) => name.toLowerCase())).size, names.length);
  const weights = build.files.filter(({ role }) => role === 'weights');
  if (build.runtime === 'llama.cpp' && weights.length > 1) {
    assert.equal(shardNamesProblem(weights.map(({ fileName }) => fileName)), undefined);
  }
  for (const { source } of build.files) {
    if (source.kind !== 'remote') throw new Error('every file is at the hub');
    expectBytes(source.sizeBytes);
    if (source.sha256 !== undefined) assert.match(source.sha256, /^[0-9a-f]{64}$/);
    assert.ok(new URL(source.url).href.startsWith(`${HUB}/org/a-GGUF/resolve/${COMMIT}/`));
  }
}

it('finds builds among files of whatever names, sizes and digests, each of files that belong together', async ({
  task,
}) => {
  const harmless = createHarmless('fileNames');
  const trees = fc.array(fc.array(treeEntry, { maxLength: 12 }), { minLength: 1, maxLength: 2 });
  const property = fc.asyncProperty(trees, async (pages) => {
    const { tools, asked } = hubInMemory(({ url }) => {
      if (!url.includes('/tree/')) return json({ id: 'org/a-GGUF', sha: COMMIT });
      const at = url.includes('cursor=') ? 1 : 0;
      const next = `<${HUB}/api/models/org/a-GGUF/tree/${COMMIT}?cursor=1>; rel="next"`;
      return json(pages[at] ?? [], at + 1 < pages.length ? { link: next } : {});
    });
    const asking = { repository: 'org/a-GGUF', revision: 'main' };
    const builds = await harmless.runAsync(async () =>
      repositoryBuilds(await askRepository(tools, asking, never)),
    );
    if (!builds) throw new Error('no name, size or digest makes a repository unreadable');
    assert.equal(asked.length, 1 + pages.length);
    builds.forEach(expectBuild);
    const runtimes = ['executorch', 'llama.cpp'] as const;
    recommendBuild({ builds, fitOf: () => 'fits', freeBytes: 1e9, runtimes });
  });
  await fc.assert(property, { numRuns: CASES.fileNames });
  harmless.finish(task);
}, 600_000);
