import { describe, expect, it } from 'vitest';

import {
  COMMIT,
  ENDPOINT,
  MODEL,
  createTab,
  gitSha1,
  noise,
  sha256,
  stateOf,
} from '../../../tests/modelFixture';
import type { LlmModelConfig } from '../../ai/modelConfig';
import type { MemoryWorld } from '../../platform/memory/memoryPlatform';
import type { TextRequest } from '../../platform/types';

const REPO = 'me/pte';
const tagged = (path: string) =>
  ({ kind: 'remote', url: `${ENDPOINT}/${REPO}/resolve/v1.0.0/${path}` }) as const;

/** A model for phones, of which the registry states nothing but addresses at a tag. */
const PTE_MODEL: LlmModelConfig = {
  ...MODEL,
  pteSource: tagged('1b/tiny.pte'),
  tokenizerSource: tagged('tokenizer.json'),
  tokenizerConfigSource: tagged('tokenizer_config.json'),
};

const FILES = {
  '1b/tiny.pte': noise(90_000, 'pte'),
  'tokenizer.json': noise(5_000, 'tokenizer'),
  'tokenizer_config.json': noise(700, 'config'),
};

interface Hub {
  asked: TextRequest[];
  /** What paths-info says instead of the truth, by path. */
  lies: Record<string, object>;
}

function serveHub(world: MemoryWorld): Hub {
  const hub: Hub = { asked: [], lies: {} };
  const json = (value: unknown, status = 200) => ({
    status,
    text: JSON.stringify(value),
    headers: { 'content-type': 'application/json' },
  });
  const infos = Object.entries(FILES).map(([path, bytes]) => ({
    type: 'file',
    path,
    size: bytes.byteLength,
    oid: gitSha1(bytes),
    ...(path.endsWith('.pte') && { lfs: { oid: sha256(bytes), size: bytes.byteLength } }),
  }));
  world.web.answerText = (request) => {
    hub.asked.push(request);
    const { pathname } = new URL(request.url);
    if (pathname === `/api/models/${REPO}/revision/v1.0.0`) return json({ sha: COMMIT });
    if (pathname !== `/api/models/${REPO}/paths-info/${COMMIT}`) return json({}, 404);
    return json(infos.map((info) => ({ ...info, ...hub.lies[info.path] })));
  };
  for (const [path, bytes] of Object.entries(FILES)) {
    world.web.files.set(`${ENDPOINT}/${REPO}/resolve/${COMMIT}/${path}`, bytes);
  }
  return hub;
}

async function phone() {
  const tab = await createTab({ models: [PTE_MODEL], host: { runtimes: ['executorch'] } });
  const hub = serveHub(tab.world);
  await tab.manager.start();
  return { ...tab, hub };
}

describe('a model of which the registry states only addresses', () => {
  it('is fetched at the commit behind its tag and checked against what the hub states', async () => {
    const { manager, world, settings } = await phone();
    expect(await manager.ensureModelPresent(PTE_MODEL)).toEqual({
      ptePath: 'tiny/tiny.pte',
      tokenizerPath: 'tiny/tokenizer.json',
      tokenizerConfigPath: 'tiny/tokenizer_config.json',
    });
    expect(world.web.log.map(({ url }) => url)).toEqual(
      Object.keys(FILES).map((path) => `${ENDPOINT}/${REPO}/resolve/${COMMIT}/${path}`),
    );
    expect(stateOf(manager)).toMatchObject({
      kind: 'installed',
      files: Object.values(FILES).map((bytes) => ({
        sizeBytes: bytes.byteLength,
        sha256: sha256(bytes),
        checkedAgainst: 'hub',
        revision: COMMIT,
      })),
    });
    expect((await settings.getSettings()).downloadedModels).toMatchObject([
      { tokenizerPath: 'tiny/tokenizer.json', size: 95_700 },
    ]);
  });

  it('asks the hub twice a repository, however many files there are', async () => {
    const { manager, hub } = await phone();
    await manager.ensureModelPresent(PTE_MODEL);
    expect(hub.asked.map(({ json }) => json)).toEqual([undefined, { paths: Object.keys(FILES) }]);
  });

  it.each([
    ['1b/tiny.pte', { lfs: { oid: 'a'.repeat(64) } }],
    ['tokenizer.json', { oid: 'a'.repeat(40) }],
  ])('is refused when the digest of %s is another', async (path, lie) => {
    const { manager, world, hub } = await phone();
    hub.lies[path] = lie;
    await expect(manager.ensureModelPresent(PTE_MODEL)).rejects.toMatchObject({
      code: 'HASH_MISMATCH',
    });
    expect([...world.disk.files.keys()].filter((name) => name.startsWith('tiny/'))).toEqual([]);
  });

  it('keeps the file that was right when another one was wrong', async () => {
    const { manager, world } = await phone();
    const url = `${ENDPOINT}/${REPO}/resolve/${COMMIT}/tokenizer.json`;
    world.web.files.set(url, noise(5_000, 'other'));
    await expect(manager.ensureModelPresent(PTE_MODEL)).rejects.toMatchObject({
      code: 'HASH_MISMATCH',
    });
    world.web.log.length = 0;
    world.web.files.set(url, FILES['tokenizer.json']);
    await manager.ensureModelPresent(PTE_MODEL);
    expect(world.web.log.map((entry) => entry.url)).toEqual([
      url,
      url.replace('tokenizer', 'tokenizer_config'),
    ]);
  });

  it.each([
    ['a file that the hub doesn’t have', { path: 'other' }, 'HTTP_NOT_FOUND'],
    ['a digest that is none', { lfs: { oid: '../../etc' } }, 'NOT_A_MODEL'],
    ['a size that is none', { size: -4 }, 'NOT_A_MODEL'],
  ])('is refused for %s', async (_, lie, code) => {
    const { manager, hub, world } = await phone();
    hub.lies['1b/tiny.pte'] = lie;
    await expect(manager.ensureModelPresent(PTE_MODEL)).rejects.toMatchObject({ code });
    expect(world.web.log).toEqual([]);
  });
});

it('lets a digest of the registry win over what an endpoint states', async () => {
  const { pteSource } = PTE_MODEL;
  if (pteSource.kind !== 'remote') throw new Error('the fixture is remote');
  const pinned = { ...PTE_MODEL, pteSource: { ...pteSource, sha256: 'b'.repeat(64) } };
  const tab = await createTab({ models: [pinned], host: { runtimes: ['executorch'] } });
  serveHub(tab.world);
  await tab.manager.start();
  await expect(tab.manager.ensureModelPresent(pinned)).rejects.toMatchObject({
    code: 'HASH_MISMATCH',
    details: { expected: 'b'.repeat(64), actual: sha256(FILES['1b/tiny.pte']) },
  });
});

it('asks nobody about a file whose size and digest the registry states', async () => {
  const tab = await createTab();
  const hub = serveHub(tab.world);
  await tab.manager.start();
  await tab.manager.ensureModelPresent(MODEL);
  expect(hub.asked).toEqual([]);
});

it('refuses a model that this host can’t load, before the first byte', async () => {
  const tab = await createTab({ host: { maxModelBytes: 1000 } });
  await tab.manager.start();
  await expect(tab.manager.ensureModelPresent(MODEL)).rejects.toMatchObject({
    code: 'MODEL_UNAVAILABLE',
  });
  expect(tab.world.web.log).toEqual([]);
});
