import { expect, it } from 'vitest';

import { MODEL, WEIGHTS, createTab, stateOf, until } from '../../../tests/modelFixture';
import type { MemoryWorld } from '../../platform/memory/memoryPlatform';
import { ModelError } from '../../errors';
import type { Runtime } from '../../platform/types';
import { formatManifest } from './manifest';
import { expireKept, formatKept, listKept } from './keptBuilds';

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
const MARGIN_BYTES = 64 * 1024 * 1024;

/** A build of `sizeBytes` that was kept at `keptAt`; without a record where that is undefined. */
function keep(world: MemoryWorld, folder: string, sizeBytes: number, keptAt?: number): void {
  const put = (name: string, text: string) =>
    world.disk.files.set(`${folder}/${name}`, new TextEncoder().encode(text));
  world.disk.files.set(`${folder}/weights.gguf`, new Uint8Array(sizeBytes));
  if (keptAt === undefined) return;
  const runtime = folder.includes('-executorch/') ? 'executorch' : 'llama.cpp';
  put(
    runtime === 'executorch' ? 'model.executorch.json' : 'model.json',
    manifest(runtime, sizeBytes),
  );
  put('kept.json', formatKept(keptAt));
}

const manifest = (runtime: Runtime, sizeBytes: number) =>
  formatManifest({
    ...{ modelId: 'kept', runtime, installedAt: 1 },
    files: [
      {
        ...{ fileName: 'weights.gguf', role: 'weights', sizeBytes },
        ...{ sha256: '0'.repeat(64), checkedAgainst: 'hub' },
      },
    ],
  });
const recordBytes = formatKept(900).length + manifest('llama.cpp', 10).length;

const foldersIn = (world: MemoryWorld) => [
  ...new Set([...world.disk.files.keys()].map((path) => path.split('/').slice(0, 2).join('/'))),
];

it('lists removed builds before earlier versions, and the oldest first', async () => {
  const { world, platform } = await createTab();
  keep(world, '.earlier/old', 10, 100);
  keep(world, '.removed/newer', 10, 900);
  keep(world, '.removed-executorch/older', 10, 500);
  keep(world, '.removed/half', 10);
  const listed = await listKept(platform.files);
  expect(listed.map(({ place, runtime, folderName }) => [place, runtime, folderName])).toEqual([
    ['removed', 'llama.cpp', 'half'],
    ['removed', 'executorch', 'older'],
    ['removed', 'llama.cpp', 'newer'],
    ['earlier', 'llama.cpp', 'old'],
  ]);
  expect(listed[2]).toMatchObject({ keptAt: 900, modelId: 'kept', usedBytes: 10 + recordBytes });
});

it('deletes at the next start what has no readable record, or whose time is over', async () => {
  const { world, manager, clock } = await createTab();
  const now = clock.nowMs();
  keep(world, '.removed/fresh', 10, now - DAY_MS + 1);
  keep(world, '.removed/over', 10, now - DAY_MS);
  keep(world, '.removed/from-the-future', 10, now + DAY_MS);
  keep(world, '.removed/half', 10);
  keep(world, '.removed/without-manifest', 10, now);
  world.disk.files.delete('.removed/without-manifest/model.json');
  keep(world, '.removed/without-weights', 10, now);
  world.disk.files.delete('.removed/without-weights/weights.gguf');
  keep(world, '.removed/torn', 10, now);
  world.disk.files.set('.removed/torn/kept.json', new TextEncoder().encode('{"version":1,"kep'));
  keep(world, '.earlier/week', 10, now - 7 * DAY_MS + 1);
  keep(world, '.earlier/over', 10, now - 7 * DAY_MS);
  await manager.start();
  expect(foldersIn(world)).toEqual(['.removed/fresh', '.earlier/week']);
  expect(manager.getSnapshot().kept.map(({ folderName }) => folderName)).toEqual(['fresh', 'week']);
});

it('leaves them to a process that changes kept builds right now', async () => {
  const { world, platform } = await createTab();
  keep(world, '.removed/half', 10);
  let release = () => {};
  const held = platform.peers.withLock('kept', () => new Promise<void>((end) => (release = end)));
  await expireKept(platform);
  expect(foldersIn(world)).toEqual(['.removed/half']);
  release();
  await held;
  await expireKept(platform);
  expect(foldersIn(world)).toEqual([]);
});

it('starts on a disk that refuses to delete them', async () => {
  const { world, manager } = await createTab();
  keep(world, '.removed/half', 10);
  world.disk.beforeOperation = (operation, path) => {
    if (operation === 'remove') throw new ModelError('DISK_IO', { path, reason: 'read-only' });
  };
  await manager.start();
  expect(manager.getSnapshot().started).toBe(true);
});

it('counts kept bytes as free, in what is shown and in what is planned', async () => {
  const { world, manager, clock } = await createTab();
  keep(world, '.removed/one', 1_000, clock.nowMs());
  keep(world, 'other', 50);
  world.disk.capacityBytes = 10_000;
  await manager.start();
  expect(manager.getSnapshot().storage).toEqual({ usedBytes: 50, freeBytes: 9_950 });
  expect(await manager.freeBytes()).toBe(9_950);
  const { freeBytes } = await manager.previewDownload(MODEL, new AbortController().signal);
  expect(freeBytes).toBe(9_950);
});

it('gives way to a download that needs the room, in the order of the list and no further', async () => {
  const { world, manager, clock } = await createTab();
  const now = clock.nowMs();
  await manager.start();
  keep(world, '.earlier/old', 100_000, now - 3 * HOUR_MS);
  keep(world, '.removed/first', 60_000, now - 2 * HOUR_MS);
  keep(world, '.removed/second', 150_000, now - HOUR_MS);
  keep(world, '.removed/third', 60_000, now);
  // Two of the removed ones, and a little, are missing.
  const kept = [...world.disk.files.values()].reduce((sum, { length }) => sum + length, 0);
  world.disk.capacityBytes = MARGIN_BYTES + WEIGHTS.byteLength + kept - 200_000;
  await manager.ensureModelPresent(MODEL);
  expect(stateOf(manager).kind).toBe('installed');
  expect(foldersIn(world).sort()).toEqual([
    '.earlier/old',
    '.removed/third',
    'tiny/model.json',
    'tiny/tiny.gguf',
  ]);
  expect(manager.getSnapshot().kept.map(({ folderName }) => folderName)).toEqual(['third', 'old']);
});

it('deletes nothing for a download that wouldn’t fit even then', async () => {
  const { world, manager, clock } = await createTab();
  await manager.start();
  keep(world, '.removed/first', 1_000, clock.nowMs());
  world.disk.capacityBytes = MARGIN_BYTES;
  await expect(manager.ensureModelPresent(MODEL)).rejects.toMatchObject({
    code: 'NO_SPACE',
    // What is shown as free.
    details: { freeBytes: MARGIN_BYTES },
  });
  expect(foldersIn(world)).toEqual(['.removed/first']);
});

it('gives way when the disk gets full in the middle, one build after the other', async () => {
  const { world, manager, clock } = await createTab();
  await manager.start();
  keep(world, '.removed/first', 1_000, clock.nowMs() - HOUR_MS);
  keep(world, '.removed/second', 1_000, clock.nowMs());
  let refusals = 1;
  world.disk.beforeOperation = (operation, path) => {
    if (operation !== 'write' || !path.endsWith('.part') || refusals === 0) return;
    refusals -= 1;
    throw new ModelError('NO_SPACE', { neededBytes: 1, freeBytes: 0 });
  };
  await manager.ensureModelPresent(MODEL);
  expect(stateOf(manager).kind).toBe('installed');
  expect(foldersIn(world)).not.toContain('.removed/first');
  expect(foldersIn(world)).toContain('.removed/second');
});

it('lets a download that waits for room go on once a build is kept', async () => {
  const { world, manager, clock } = await createTab();
  await manager.start();
  let isFull = true;
  world.disk.beforeOperation = (operation, path) => {
    if (operation === 'remove' && path === '.removed/late') isFull = false;
    if (operation === 'write' && path.endsWith('.part') && isFull) {
      throw new ModelError('NO_SPACE', { neededBytes: 20_000, freeBytes: 0 });
    }
  };
  world.disk.capacityBytes = 10 * MARGIN_BYTES;
  const ended = manager.ensureModelPresent(MODEL);
  const waiting = ({ states }: { states: Readonly<Record<string, unknown>> }) =>
    JSON.stringify(states['tiny']).includes('"space"');
  await until(manager, waiting);
  keep(world, '.removed/late', 20_000, clock.nowMs());
  clock.advance(5_000);
  await ended;
  expect(stateOf(manager).kind).toBe('installed');
  expect(foldersIn(world)).not.toContain('.removed/late');
});

it('never deletes a build without a record to make room: an update may have been killed over it', async () => {
  const { world, manager } = await createTab({ waitsForSpace: false });
  await manager.start();
  keep(world, '.earlier/half', 300_000);
  world.disk.beforeOperation = (operation, path) => {
    if (operation !== 'write' || !path.endsWith('.part')) return;
    throw new ModelError('NO_SPACE', { neededBytes: 1, freeBytes: 0 });
  };
  await expect(manager.ensureModelPresent(MODEL)).rejects.toMatchObject({ code: 'NO_SPACE' });
  expect(foldersIn(world)).toContain('.earlier/half');
});
