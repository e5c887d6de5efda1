import { lstat, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

import { GGUF_URL, MODEL, WEIGHTS, createTab, untilTicking } from '../../../tests/modelFixture';
import { formatKept } from '../../download/store/keptBuilds';
import { script } from '../../platform/memory/memoryWeb';
import { createNodeFileStore } from '../../platform/node/files/nodeFileStore';
import { createRegistry } from '../registry/registry';
import { accountStorage } from './accountStorage';
import { discard, planMoreRoom, readStorage, type StorageParts } from './storage';

const OTHER = { ...MODEL, modelId: 'other', folderName: 'other', displayName: 'Other' };

async function begin() {
  const tab = await createTab({ models: [MODEL, OTHER] });
  const { manager, world, platform } = tab;
  await manager.start();
  const put = (path: string, sizeBytes: number) =>
    world.disk.files.set(path, new Uint8Array(sizeBytes));
  const parts: StorageParts = {
    ...platform,
    manager,
    registry: createRegistry([MODEL, OTHER]),
    heldIds: () => [],
    marks: {
      getSnapshot: () => ({ tiny: { isFavourite: false, note: '', lastUsedAt: 77 } }),
    },
  };
  const items = async () =>
    (await readStorage(parts)).items.map(({ kind, path, name }) => [kind, path, name]);
  return { ...tab, put, parts, items };
}

it('accounts for every byte, and says what each is for', async () => {
  const { manager, clock, world, put, parts } = await begin();
  await manager.ensureModelPresent(OTHER);
  await manager.deleteModel(OTHER, { canComeBack: true });
  await manager.ensureModelPresent(MODEL);
  put('tiny/README.md', 5);
  put('.staging/other/plan.json', 7);
  put('.runs/other/1/weights.part', 11);
  put('.earlier/tiny/weights.gguf', 13);
  put('.update/tiny/weights.gguf', 17);
  put('.staging-update/tiny/weights.part', 19);
  put('.importing/arriving-0', 23);
  put('.adopting/a', 29);
  put('.trash/other/weights.gguf', 31);
  put('notes.txt', 37);
  put('lost+found/x/y', 41);
  const { items, usedBytes } = await readStorage(parts);
  const onDisk = [...world.disk.files.values()].reduce((sum, { length }) => sum + length, 0);
  expect(usedBytes).toBe(onDisk);
  expect(items.reduce((sum, item) => sum + item.usedBytes, 0)).toBe(onDisk);
  const found = Object.fromEntries(
    items.map(({ path, kind, usedBytes: bytes }) => [path, [kind, bytes]]),
  );
  const [, tinyBytes] = found['tiny'] ?? [];
  const [, keptBytes] = found['.removed/other'] ?? [];
  expect(tinyBytes).toBeGreaterThan(WEIGHTS.byteLength + 5);
  expect(keptBytes).toBeGreaterThan(WEIGHTS.byteLength);
  expect(found).toEqual({
    tiny: ['model', tinyBytes],
    '.removed/other': ['removed', keptBytes],
    '.staging/other': ['download', 7],
    '.runs/other': ['download', 11],
    // It has no record, so it can't come back.
    '.earlier/tiny': ['leftover', 13],
    '.update/tiny': ['update', 17],
    '.staging-update/tiny': ['update', 19],
    '.importing': ['import', 23],
    '.adopting': ['import', 29],
    '.trash/other': ['leftover', 31],
    'notes.txt': ['unknown', 37],
    'lost+found': ['unknown', 41],
  });
  const since = Object.fromEntries(items.map((item) => [item.path, item.since]));
  expect(since).toMatchObject({ tiny: 77, '.removed/other': clock.nowMs() });
});

it('reports what the host tells of the rest', async () => {
  const { parts } = await begin();
  expect((await readStorage(parts)).app).toEqual({
    databaseBytes: undefined,
    cacheBytes: undefined,
  });
  const appStorage = () => Promise.resolve({ databaseBytes: 5, cacheBytes: undefined });
  const told = await readStorage({ ...parts, host: { appStorage } });
  expect(told.app).toEqual({ databaseBytes: 5, cacheBytes: undefined });
});

it('deletes one thing, and nothing else', async () => {
  const { manager, clock, world, put, parts, items } = await begin();
  await manager.ensureModelPresent(MODEL);
  for (const path of [
    '.trash/other/w',
    '.update/other/w',
    '.staging/other/x.part',
    'notes.txt',
    'box/a',
  ])
    put(path, 10);
  put('.removed/other/w', 10);
  world.disk.files.set(
    '.removed/other/kept.json',
    new TextEncoder().encode(formatKept(clock.nowMs())),
  );
  const all = (await readStorage(parts)).items;
  expect(all).toHaveLength(7);
  for (const [index, item] of all.entries()) {
    await discard(parts, item);
    const left = await items();
    expect(left.map(([, path]) => path)).toEqual(all.slice(index + 1).map(({ path }) => path));
  }
  expect(world.disk.files.size).toBe(0);
  expect(manager.getSnapshot().storage.usedBytes).toBe(0);
});

it('deletes nothing that has become another thing in the meantime', async () => {
  const { manager, world, put, parts } = await begin();
  put('tiny/tiny.gguf', 10);
  const [item] = (await readStorage(parts)).items;
  expect(item).toMatchObject({ kind: 'unknown', path: 'tiny' });
  await manager.ensureModelPresent(MODEL);
  if (item) await expect(discard(parts, item)).rejects.toMatchObject({ code: 'STORAGE_BUSY' });
  expect(world.disk.files.has('tiny/tiny.gguf')).toBe(true);
  const gone = { path: 'never', kind: 'unknown' } as const;
  await expect(discard(parts, gone)).rejects.toMatchObject({ code: 'STORAGE_BUSY' });
});

it('plans for more room without favourites, held models and what is to be kept', async () => {
  const { manager, parts } = await begin();
  await manager.ensureModelPresent(MODEL);
  await manager.ensureModelPresent(OTHER);
  const offered = async (keptIds: string[], isFavourite = false) => {
    const marks = { getSnapshot: () => ({ tiny: { isFavourite, note: '', lastUsedAt: 1 } }) };
    const question = { wantedBytes: 1, keptIds: new Set(keptIds) };
    const plan = await planMoreRoom({ ...parts, marks }, question);
    return plan.offered.map(({ item }) => item.modelId);
  };
  expect(await offered([])).toEqual(['tiny', 'other']);
  expect(await offered(['other'])).toEqual(['tiny']);
  expect(await offered([], true)).toEqual(['other']);
  const question = { wantedBytes: 1, keptIds: new Set<string>() };
  const held = await planMoreRoom({ ...parts, heldIds: () => ['other'] }, question);
  expect(held.offered.map(({ item }) => item.modelId)).toEqual(['tiny']);
});

it('ends a download that it deletes, and leaves one alone on which another tab works', async () => {
  const tab = await begin();
  const { manager, world, parts, platform } = tab;
  const never = new Promise<void>(() => undefined);
  script(world.web, GGUF_URL, { kind: 'hold', afterBytes: 50_000, until: never });
  const ended = manager.ensureModelPresent(MODEL).catch((error: unknown) => error);
  await untilTicking(
    tab,
    (state) => state.kind === 'downloading' && state.receivedBytes === 50_000,
  );
  const [item] = (await readStorage(parts)).items;
  expect(item).toMatchObject({ kind: 'download', path: '.staging/tiny' });
  if (item) await discard(parts, item);
  expect(await ended).toMatchObject({ name: 'AbortError' });
  expect(world.disk.files.size).toBe(0);
  world.disk.files.set('.staging/gone/x.part', new Uint8Array(3));
  let release = () => {};
  const held = platform.peers.withLock(
    'model/gone',
    () => new Promise<void>((end) => (release = end)),
  );
  const busy = { path: '.staging/gone', kind: 'download' } as const;
  await expect(discard(parts, busy)).rejects.toMatchObject({ code: 'STORAGE_BUSY' });
  release();
  await held;
  await discard(parts, busy);
  expect(world.disk.files.size).toBe(0);
});

it('says what a real disk says', async () => {
  const root = await mkdtemp(join(tmpdir(), 'modelshelf-du-'));
  await mkdir(join(root, '.staging/tiny'), { recursive: true });
  await mkdir(join(root, 'box'));
  await writeFile(join(root, '.staging/tiny/a.part'), Buffer.alloc(300_000, 1));
  await writeFile(join(root, 'box/b'), Buffer.alloc(70_000, 1));
  const files = createNodeFileStore(root);
  try {
    const entries = await files.list('');
    const facts = { models: [], states: {}, kept: [], homes: {}, lastUsedAt: () => undefined };
    const { usedBytes } = accountStorage({ ...facts, entries });
    const found = await readdir(root, { recursive: true, withFileTypes: true });
    let bytes = 0;
    for (const entry of found) {
      if (entry.isFile()) bytes += (await lstat(join(entry.parentPath, entry.name))).size;
    }
    expect(usedBytes).toBe(bytes);
  } finally {
    await files.close();
    await rm(root, { recursive: true });
  }
});
