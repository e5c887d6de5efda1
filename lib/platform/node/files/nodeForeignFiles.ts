/** Files of other programs on a computer’s disk. */
import { constants } from 'node:fs';
import { copyFile, lstat, readdir, realpath, rename, rm } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { ModelError } from '../../../errors';
import { freePlace } from '../../shared/foreignPlace';
import type { ForeignFile, ForeignFiles } from '../../types';
import { diskError, isAbsent, systemCode } from '../nodeErrors';
import { makeFolder, placeOf, siblingOf, syncFile, syncFolder } from './nodePaths';

/** `move` renames a file, and rejects with EXDEV between two volumes. */
export function createNodeForeignFiles(root: string, move = rename): ForeignFiles {
  return {
    find: (folder) => translated(folder, () => filesIn(root, placeOfFolder(folder))),

    moveIn: (origin, path) =>
      translated(origin, async () => {
        const place = await placeOf(root, path);
        if ((await sizeAt(origin)) === undefined) {
          throw new ModelError('DISK_IO', { path: origin, reason: 'no such file' });
        }
        await makeFolder(root, dirname(place));
        await relocate(origin, place, move);
      }),

    moveOut: (path, origin) =>
      translated(origin, async () => {
        const source = await placeOf(root, path);
        const { size } = await lstat(source);
        const place = await freePlace(origin, size, anySizeAt);
        if (place === undefined) {
          await rm(source);
          return;
        }
        await makeFolder(root, dirname(place));
        await relocate(source, place, move);
      }),
  };
}

async function translated<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw diskError(error, { path });
  }
}

function placeOfFolder(folder: string): string {
  const place = folder.startsWith('file:') ? urlPath(folder) : folder;
  if (!isAbsolute(place)) throw new ModelError('NAME_INVALID', { name: folder });
  return resolve(place);
}

function urlPath(url: string): string {
  try {
    return fileURLToPath(url);
  } catch (error) {
    throw new ModelError('NAME_INVALID', { name: url }, { cause: error });
  }
}

async function filesIn(root: string, folder: string): Promise<ForeignFile[]> {
  try {
    // A name for the store that contains a link leads to the store, too.
    if (!(await lstat(folder)).isDirectory() || (await isIn(root, folder))) return [];
    const entries = await readdir(folder, { withFileTypes: true });
    const places = entries.filter((entry) => entry.isFile()).map(({ name }) => join(folder, name));
    const found = await Promise.all(
      places.map(async (origin) => ({ origin, sizeBytes: await sizeAt(origin) })),
    );
    return found.flatMap(({ origin, sizeBytes }) =>
      sizeBytes === undefined ? [] : { origin, sizeBytes },
    );
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

async function isIn(root: string, folder: string): Promise<boolean> {
  const store = await realpath(root).catch(() => root);
  const path = relative(store, await realpath(folder));
  return path === '' || (!isAbsolute(path) && path.split(/[/\\]/)[0] !== '..');
}

/** Undefined where there is no regular file. */
async function sizeAt(place: string): Promise<number | undefined> {
  const stats = await statusOf(place);
  return stats?.isFile() ? stats.size : undefined;
}

/** -1 for what isn’t a regular file, and undefined where nothing has the name. */
async function anySizeAt(place: string): Promise<number | undefined> {
  const stats = await statusOf(place);
  return stats && (stats.isFile() ? stats.size : -1);
}

async function statusOf(place: string) {
  try {
    return await lstat(place);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

async function relocate(from: string, to: string, move: typeof rename): Promise<void> {
  try {
    await move(from, to);
  } catch (error) {
    if (systemCode(error) !== 'EXDEV') throw error;
    await copyThenRemove(from, to);
  }
  await syncFolder(dirname(to));
  await syncFolder(dirname(from));
}

async function copyThenRemove(from: string, to: string): Promise<void> {
  const sibling = siblingOf(to);
  try {
    await copyFile(from, sibling, constants.COPYFILE_EXCL);
    await syncFile(sibling);
    await rename(sibling, to);
  } catch (error) {
    await rm(sibling, { force: true });
    throw error;
  }
  await syncFolder(dirname(to));
  await rm(from);
}
