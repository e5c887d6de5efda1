import { describe, expect, it } from 'vitest';

import { COMMIT, HUB, hubInMemory, json, repositoryWith } from '../../../tests/discoverFixture';
import { gitSha1, sha256 } from '../../../tests/modelFixture';
import { script } from '../../platform/memory/memoryWeb';
import { entrySchema } from '../registry/catalogEntry';
import { buildOf } from '../runtimes/notation';
import type { Repository } from '../discover/askRepository';
import { pinModel } from './pinBuild';
import { readLicense } from '../discover/readLicense';
import type { SmallFileTools } from '../discover/smallFile';
import { repositoryBuilds } from './repositoryBuilds';
import * as v from 'valibot';

const NEVER = new AbortController().signal;
const TOKENIZER = new TextEncoder().encode('{"note":"naïve"}');
const CONFIG = new TextEncoder().encode('{}');
const address = (path: string) => `${HUB}/org/Model-GGUF/resolve/${COMMIT}/${path}`;
const git = (path: string, bytes: Uint8Array) => ({
  ...{ path, size: bytes.byteLength, oid: gitSha1(bytes) },
});

function phones() {
  const repository = repositoryWith({ 'm_8da4w.pte': 900 });
  const files = [
    ...repository.files,
    ...[git('tokenizer.json', TOKENIZER), git('tokenizer_config.json', CONFIG)].map(
      ({ path, size, oid }) => ({ path, sizeBytes: size, sha256: undefined, gitSha1: oid }),
    ),
  ];
  const scene = hubInMemory(({ url }) =>
    url.includes('/revision/')
      ? json({ sha: COMMIT })
      : json([
          git('tokenizer.json', TOKENIZER),
          git('tokenizer_config.json', CONFIG),
          { path: 'm_8da4w.pte', size: 900, oid: 'b'.repeat(40), lfs: { oid: 'a'.repeat(64) } },
        ]),
  );
  scene.world.web.files.set(address('tokenizer.json'), TOKENIZER);
  scene.world.web.files.set(address('tokenizer_config.json'), CONFIG);
  return { ...scene, repository: { ...repository, files } };
}

describe('a model that is added', () => {
  it('has every byte pinned, states where it is from, and passes the check of a catalog', async () => {
    const { tools, repository, world } = phones();
    const [found] = repositoryBuilds(repository);
    if (!found) throw new Error('there is one build');
    const model = await pinModel(tools, { repository, build: found.build }, NEVER);
    const sources = buildOf(model, 'executorch')?.files.map(({ source }) => source);
    expect(sources).toEqual([
      { kind: 'remote', url: address('m_8da4w.pte'), sizeBytes: 900, sha256: 'a'.repeat(64) },
      ...[['tokenizer.json', TOKENIZER] as const, ['tokenizer_config.json', CONFIG] as const].map(
        ([path, bytes]) => ({
          ...{ kind: 'remote', url: address(path) },
          ...{ sizeBytes: bytes.byteLength, sha256: sha256(bytes) },
        }),
      ),
    ]);
    expect(model.provenance).toEqual({
      ...{ repository: 'org/Model-GGUF', commit: COMMIT, publisher: 'org' },
      publishedAt: '2026-01-02T00:00:00.000Z',
    });
    const entry = JSON.parse(JSON.stringify(model)) as unknown;
    expect(v.parse(entrySchema(2, HUB), entry)).toMatchObject({ provenance: model.provenance });
    expect([...world.disk.files.keys()]).toEqual([]);
  });

  it('isn’t pinned to a small file that differs from the one that the hub states', async () => {
    const { tools, repository, world } = phones();
    world.web.files.set(
      address('tokenizer.json'),
      TOKENIZER.map((byte) => byte ^ 1),
    );
    const [found] = repositoryBuilds(repository);
    if (!found) throw new Error('there is one build');
    await expect(pinModel(tools, { repository, build: found.build }, NEVER)).rejects.toMatchObject({
      code: 'HASH_MISMATCH',
    });
    expect([...world.disk.files.keys()]).toEqual([]);
  });
});

describe('the licence of a model that is added', () => {
  const LICENSE = new TextEncoder().encode('Terms “of use”: be nice, ö.\n');
  /** By a name that the hub doesn’t know. */
  const OWN_TERMS = 'lfm1.0';
  const licensed = (license: string, bytes = LICENSE) => {
    const scene = phones();
    const { repository, world } = scene;
    const file = git('LICENSE', bytes);
    const { size: sizeBytes, oid } = file;
    world.web.files.set(address('LICENSE'), bytes);
    const licenseFile = { path: 'LICENSE', sizeBytes, sha256: undefined, gitSha1: oid };
    const files = [...repository.files, licenseFile];
    const hasOwnTerms = license === OWN_TERMS;
    const about = { license, hasOwnTerms, licensePath: 'LICENSE', files };
    return { ...scene, repository: { ...repository, ...about } };
  };
  const pin = ({ tools, repository }: { tools: SmallFileTools; repository: Repository }) => {
    const [found] = repositoryBuilds(repository);
    if (!found) throw new Error('there is one build');
    return pinModel(tools, { repository, build: found.build }, NEVER);
  };

  it.each(['llama3.2', OWN_TERMS])('is asked about by its text at the commit: %s', async (name) => {
    const model = await pin(licensed(name));
    const digest = sha256(LICENSE);
    expect(model).toMatchObject({
      needsAcceptance: true,
      licenseText: { url: address('LICENSE'), sha256: digest },
      provenance: { licenseSha256: digest },
    });
    const entry = JSON.parse(JSON.stringify(model)) as unknown;
    expect(v.parse(entrySchema(2, HUB), entry)).toMatchObject({ needsAcceptance: true });
  });

  it('isn’t asked about where it is an open one', async () => {
    const model = await pin(licensed('apache-2.0'));
    expect(model).not.toHaveProperty('needsAcceptance');
    expect(model).not.toHaveProperty('licenseText');
    expect(model.provenance?.licenseSha256).toBe(sha256(LICENSE));
  });

  it('is stated without a digest where its text can’t be read, or isn’t in UTF-8', async () => {
    const closed = licensed('gemma');
    script(closed.world.web, address('LICENSE'), { kind: 'answer', status: 403 });
    for (const scene of [closed, licensed('gemma', Uint8Array.of(0xef, 0xbb, 0xbf, 65))]) {
      const model = await pin(scene);
      expect(model.licenseText).toEqual({ url: address('LICENSE') });
      expect(model.provenance).not.toHaveProperty('licenseSha256');
    }
  });

  it('is asked about by its name where the repository has no text', async () => {
    const scene = licensed('gemma');
    const repository = { ...scene.repository, licensePath: undefined };
    const model = await pin({ ...scene, repository });
    expect(model.needsAcceptance).toBe(true);
    expect(model).not.toHaveProperty('licenseText');
  });
});

describe('the text of a licence', () => {
  const TEXT = new TextEncoder().encode('Be nice.\n');
  const withLicense = (sizeBytes: number, gitOid = gitSha1(TEXT)) => {
    const file = { path: 'LICENSE', sizeBytes, sha256: undefined, gitSha1: gitOid };
    return repositoryWith({}, { licensePath: 'LICENSE', files: [file] });
  };

  it('is read at the commit, with its digest, and leaves nothing behind', async () => {
    const { tools, world } = hubInMemory(() => json({}));
    world.web.files.set(address('LICENSE'), TEXT);
    const repository = withLicense(TEXT.byteLength);
    expect(await readLicense(tools, repository, NEVER)).toEqual({
      ...{ text: 'Be nice.\n', sha256: sha256(TEXT) },
    });
    expect([...world.disk.files.keys()]).toEqual([]);
  });

  it('is refused when it isn’t the one of the list, and left out when it is too long or missing', async () => {
    const { tools, world } = hubInMemory(() => json({}));
    world.web.files.set(address('LICENSE'), TEXT);
    const other = withLicense(TEXT.byteLength, 'd'.repeat(40));
    await expect(readLicense(tools, other, NEVER)).rejects.toMatchObject({ code: 'HASH_MISMATCH' });
    expect(await readLicense(tools, withLicense(1e6), NEVER)).toBeUndefined();
    expect(await readLicense(tools, repositoryWith({}), NEVER)).toBeUndefined();
    expect(world.web.log).toHaveLength(1);
  });
});
