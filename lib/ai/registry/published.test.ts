/** A model whose file isn't the one that the registry names, from the start to the repair. */
import { describe, expect, it } from 'vitest';

import {
  createTab,
  MODEL,
  noise,
  sha256,
  stateOf,
  WEIGHTS,
  type Tab,
} from '../../../tests/modelFixture';
import type { LlmModelConfig, ModelSource } from '../modelConfig';
import type { InstalledFile } from '../modelState';
import { findDifference, isEarlierVersion } from './published';

const FINAL = 'tiny/tiny.gguf';
const ELSEWHERE = 'https://elsewhere.example/noise.gguf';

const withSource = (ggufSource: ModelSource): LlmModelConfig => ({ ...MODEL, ggufSource });
/** What a catalog says under the registry's id, of a file whose digest nobody publishes. */
const ENTRY = withSource({ kind: 'remote', url: ELSEWHERE });

async function start(models: LlmModelConfig[], { world, database }: Partial<Tab> = {}) {
  const tab = await createTab({ models, ...(world && { world }), ...(database && { database }) });
  await tab.manager.start();
  return tab;
}

/** The next start, without the catalog, after `bytes` came under the registry's id. */
async function startWith(bytes: Uint8Array): Promise<Tab> {
  const before = await createTab({ models: [ENTRY] });
  before.world.web.files.set(ELSEWHERE, bytes);
  await before.manager.start();
  await before.manager.ensureModelPresent(ENTRY);
  expect(stateOf(before.manager)).toMatchObject({
    kind: 'installed',
    files: [{ checkedAgainst: 'none' }],
  });
  await before.manager.close();
  return start([MODEL], before);
}

const NOISE = noise(50_000, 'other');
const SAME_SIZE = noise(WEIGHTS.byteLength, 'other');

describe.each([
  ['size', NOISE],
  ['digest', SAME_SIZE],
])('an installed file of another %s than the registry states', (_, bytes) => {
  it('is a state of its own, found at start, and no installed model', async () => {
    const { manager, settings } = await startWith(bytes);
    expect(stateOf(manager)).toMatchObject({
      kind: 'differs',
      failure: { code: 'NOT_AS_PUBLISHED', details: { fileName: 'tiny.gguf' } },
      sizeBytes: bytes.byteLength,
    });
    expect(await settings.isModelDownloaded('tiny')).toBe(false);
  });

  it('is found by a check of its bytes, which changes nothing', async () => {
    const { manager, world } = await startWith(bytes);
    await expect(manager.verifyModel(MODEL)).rejects.toMatchObject({ code: 'NOT_AS_PUBLISHED' });
    expect(stateOf(manager).kind).toBe('differs');
    expect(world.disk.files.get(FINAL)).toEqual(bytes);
  });

  it('is not replaced by a download that nobody meant as a repair', async () => {
    const { manager, world } = await startWith(bytes);
    const downloading = manager.ensureModelPresent(MODEL);
    await expect(downloading).rejects.toMatchObject({ code: 'NOT_AS_PUBLISHED' });
    expect(stateOf(manager).kind).toBe('differs');
    expect(world.disk.files.get(FINAL)).toEqual(bytes);
  });

  it('is replaced by a repair with the file that the registry names, fetched once', async () => {
    const { manager, world } = await startWith(bytes);
    world.web.log.length = 0;
    await manager.repairModel(MODEL);
    expect(stateOf(manager)).toMatchObject({
      kind: 'installed',
      files: [{ checkedAgainst: 'registry', sha256: sha256(WEIGHTS) }],
    });
    expect(world.disk.files.get(FINAL)).toEqual(WEIGHTS);
    const sent = world.web.log.reduce((sum, { sentBytes }) => sum + sentBytes, 0);
    expect(sent).toBe(WEIGHTS.byteLength);
    await manager.verifyModel(MODEL);
  });

  it('can be removed, and belongs to its catalog again where that is back', async () => {
    const tab = await startWith(bytes);
    await tab.manager.close();
    const again = await start([ENTRY], tab);
    expect(stateOf(again.manager).kind).toBe('installed');
    await again.manager.close();
    const { manager, world } = await start([MODEL], again);
    await manager.deleteModel(MODEL);
    expect(stateOf(manager).kind).toBe('absent');
    expect(world.disk.files.has(FINAL)).toBe(false);
  });
});

it('a file that is the one after all is as good as any, wherever it came from', async () => {
  const { manager } = await startWith(WEIGHTS);
  expect(stateOf(manager).kind).toBe('installed');
  await manager.verifyModel(MODEL);
});

it('a record that lies about the right file costs a reading and no download', async () => {
  const tab = await startWith(SAME_SIZE);
  tab.world.disk.files.set(FINAL, WEIGHTS);
  tab.world.web.log.length = 0;
  await tab.manager.repairModel(MODEL);
  expect(stateOf(tab.manager).kind).toBe('installed');
  expect(tab.world.web.log).toEqual([]);
});

describe('findDifference', () => {
  const had: InstalledFile = {
    ...{ fileName: 'tiny.gguf', role: 'weights', sizeBytes: 10, sha256: 'a'.repeat(64) },
    ...{ checkedAgainst: 'hub', url: `${ELSEWHERE}?old`, revision: 'c'.repeat(40) },
  };
  const url = 'https://hub.example/me/tiny/resolve/v2/tiny.gguf';
  const remote = (stated: { sizeBytes?: number; sha256?: string } = {}): ModelSource => ({
    ...{ kind: 'remote', url },
    ...stated,
  });

  it.each<[string, ModelSource, InstalledFile]>([
    ['nothing is stated, at another address and commit', remote(), had],
    [
      'nothing is stated of a file that nobody vouches for',
      remote(),
      { ...had, checkedAgainst: 'none' },
    ],
    ['what is stated holds', remote({ sizeBytes: 10, sha256: had.sha256 }), had],
    ['there is no build any more', { kind: 'unavailable', reason: 'Gone.' }, had],
    ['the app brought it', { kind: 'bundled', requireId: 'x' }, { ...had, checkedAgainst: 'app' }],
  ])('sees none where %s', (_, source, file) => {
    expect(findDifference(withSource(source), 'llama.cpp', [file])).toBeUndefined();
  });

  const OTHERS: readonly (readonly [string, ModelSource, InstalledFile])[] = [
    ['another size is stated', remote({ sizeBytes: 11 }), had],
    ['another digest is stated', remote({ sha256: 'b'.repeat(64) }), had],
    ['the file has another name', remote(), { ...had, fileName: 'old.gguf' }],
    [
      'a file from elsewhere has the place of the app’s own',
      { kind: 'bundled', requireId: 'x' },
      had,
    ],
  ];

  it.each(OTHERS)('sees one where %s, and nobody vouched for the file', (_, source, file) => {
    const unknown: InstalledFile = { ...file, checkedAgainst: 'none' };
    expect(findDifference(withSource(source), 'llama.cpp', [unknown])).toEqual({
      code: 'NOT_AS_PUBLISHED',
      details: { fileName: 'tiny.gguf' },
    });
    expect(isEarlierVersion(withSource(source), 'llama.cpp', [unknown])).toBe(false);
  });

  it.each(OTHERS)(
    'sees an earlier version where %s, and the file was published',
    (_, source, file) => {
      expect(findDifference(withSource(source), 'llama.cpp', [file])).toBeUndefined();
      expect(isEarlierVersion(withSource(source), 'llama.cpp', [file])).toBe(true);
    },
  );

  it('sees no earlier version where nothing differs', () => {
    expect(isEarlierVersion(withSource(remote()), 'llama.cpp', [had])).toBe(false);
  });
});
