/** Small file systems for tests that fill, lock and break them; only where the tests may mount. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { open, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { isModelError } from '../../lib/errors';
import type { DiskScene } from './diskScene';

const run = (command: string, ...args: string[]) => execFileSync(command, args, { stdio: 'pipe' });

function works(probe: (place: string) => void): boolean {
  const place = mkdtempSync(join(tmpdir(), 'modelshelf-mount-'));
  try {
    probe(place);
    return true;
  } catch {
    // No right, no such command, no such file system: all the same to a test.
    return false;
  } finally {
    rmSync(place, { recursive: true });
  }
}

export const canMount = works((place) => {
  run('mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', place);
  run('umount', place);
});

export const canMountImage =
  canMount &&
  works((place) => {
    const [image, volume] = [join(place, 'image'), join(place, 'volume')];
    mkdirSync(volume);
    run('truncate', '-s', '8M', image);
    run('mkfs.ext4', '-q', '-F', image);
    run('mount', '-o', 'loop', image, volume);
    run('umount', volume);
  });

/** For the name of a test that is left out. */
export const needs = (isThere: boolean, what: string) => (isThere ? '' : ` (needs ${what})`);

/** Models lie on a file system in memory from now on. */
export function mountMemory(scene: DiskScene, options: string): string {
  const volume = join(scene.base, 'volume');
  mkdirSync(volume);
  mountOver(scene, volume, options);
  scene.use(join(volume, 'models'));
  return volume;
}

/** Mounts over a folder that is there. Returns the way to take it off before the end of the test. */
export function mountOver(scene: DiskScene, place: string, options: string): () => void {
  run('mount', '-t', 'tmpfs', '-o', options, 'tmpfs', place);
  let isMounted = true;
  const unmount = () => {
    if (isMounted) run('umount', place);
    isMounted = false;
  };
  scene.later(unmount);
  return unmount;
}

export interface Image {
  /** Where it is mounted. */
  volume: string;
  /** The file that holds it. */
  image: string;
}

/** Models lie on ext4 in a file from now on; beside everything else unless a folder is given. */
export function mountImage(scene: DiskScene, sizeBytes: number, beside = scene.base): Image {
  const [volume, image] = [join(beside, 'volume'), join(beside, 'volume.img')];
  mkdirSync(volume);
  run('truncate', '-s', String(sizeBytes), image);
  run('mkfs.ext4', '-q', '-F', '-O', '^has_journal', '-m', '0', image);
  run('mount', '-o', 'loop', image, volume);
  scene.later(() => {
    run('umount', volume);
  });
  scene.use(join(volume, 'models'));
  return { volume, image };
}

export function remount(volume: string, ...options: string[]): void {
  run('mount', '-o', ['remount', ...options].join(','), volume);
}

/** Nothing of it is in memory any more. */
export async function reopenImage(
  { volume, image }: Image,
  meanwhile: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  run('umount', volume);
  await meanwhile();
  run('mount', '-o', 'loop', image, volume);
}

/** Takes all the room that is left, to the last byte. Returns the way to give it back. */
export async function fill(volume: string): Promise<() => Promise<void>> {
  const place = join(volume, 'filler');
  const file = await open(place, 'w');
  try {
    for (const sizeBytes of [1024 * 1024, 4096, 1]) await writeUntilFull(file, sizeBytes);
  } finally {
    await file.close();
  }
  return () => rm(place, { force: true });
}

async function writeUntilFull(
  file: Awaited<ReturnType<typeof open>>,
  sizeBytes: number,
): Promise<void> {
  const chunk = Buffer.alloc(sizeBytes, 1);
  try {
    for (;;) {
      const { bytesWritten } = await file.write(chunk);
      if (bytesWritten < sizeBytes) return;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}

export const shorten = truncate;

/** Rejections by their code. */
export const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (isModelError(error) ? error.code : String(error)),
  );
