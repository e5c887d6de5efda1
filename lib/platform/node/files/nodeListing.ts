/** Lists the files below a folder of the store, and clears away what writers that died have left there. */
import type { Stats } from 'node:fs';
import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { ModelError } from '../../../errors';
import { isPortableName, storeSegments } from '../../shared/storePath';
import type { FileEntry, OnUnreadable } from '../../types';
import { isAbsent, reasonOf } from '../nodeErrors';
import { isFolderLink, isLink, readablePlaceOf } from './nodePaths';

const TEMPORARY = /\.[0-9a-f]{12}\.tmp$/;
/** Whoever lives writes a record in far less; its process may be one that can't be seen from here. */
const STALE_AFTER_MS = 60_000;

interface Listing {
  root: string;
  entries: FileEntry[];
  /** What can't be read; throws where that is what was asked for. */
  refuse: (path: string, error: unknown) => void;
}

/** The FileStore port's `list`; the contract is the port's. */
export async function listFolder(
  root: string,
  folder: string,
  onUnreadable: OnUnreadable = () => undefined,
): Promise<FileEntry[]> {
  storeSegments(folder);
  const entries: FileEntry[] = [];
  const refuse = (path: string, error: unknown) => {
    const reason = path === '' ? reasonOf(error) : `${path}: ${reasonOf(error)}`;
    const failure = new ModelError('STORAGE_UNAVAILABLE', { reason }, { cause: error });
    if (path === folder) throw failure;
    onUnreadable(path, failure);
  };
  const listing = { root, entries, refuse };
  if (folder === '') await collect(listing, folder);
  else await enter(listing, folder);
  return entries;
}

/** The folder's files, or what a link in its place leads to. */
async function enter(listing: Listing, folder: string): Promise<void> {
  const { root, refuse } = listing;
  try {
    if (await isLink(await readablePlaceOf(root, folder))) await follow(listing, folder);
    else await collect(listing, folder);
  } catch (error) {
    refuse(folder, error);
  }
}

/** A link in a model's place, and only the files right behind it: it may lead anywhere, also to a folder above this one. */
async function follow({ root, entries, refuse }: Listing, path: string): Promise<void> {
  const place = join(root, path);
  const isModelsPlace = !path.includes('/') && !path.startsWith('.');
  if (!isModelsPlace || !(await isFolderLink(place))) return;
  entries.push({ path, sizeBytes: 0, usedBytes: 0, isLink: true, version: undefined });
  const names = await readdir(place).catch((error: unknown) => {
    if (!isAbsent(error)) refuse(path, error);
    return [];
  });
  for (const name of names.filter(isPortableName)) {
    const stats = await lstat(join(place, name)).catch(() => undefined);
    if (stats?.isFile() && !TEMPORARY.test(name)) {
      entries.push({ ...entryOf(`${path}/${name}`, stats), usedBytes: 0 });
    }
  }
}

async function collect(listing: Listing, folder: string): Promise<void> {
  const { root, refuse } = listing;
  for (const name of await namesIn(listing, folder)) {
    // No other method could name it, so it isn't the store's.
    if (!isPortableName(name)) continue;
    const path = folder === '' ? name : `${folder}/${name}`;
    const stats = await lstat(join(root, path)).catch((error: unknown) => {
      if (!isAbsent(error)) refuse(path, error);
    });
    if (stats?.isDirectory()) await collect(listing, path);
    else if (stats?.isSymbolicLink()) await follow(listing, path);
    else if (stats?.isFile()) await addFile(listing, path, stats);
  }
}

async function addFile({ root, entries }: Listing, path: string, stats: Stats): Promise<void> {
  if (!TEMPORARY.test(path)) entries.push(entryOf(path, stats));
  else if (Date.now() - stats.mtimeMs > STALE_AFTER_MS) await removeStale(join(root, path));
}

async function namesIn({ root, refuse }: Listing, folder: string): Promise<string[]> {
  try {
    return await readdir(join(root, folder));
  } catch (error) {
    // A file where the models folder should be is a broken disk, not an empty one.
    const isEmpty = folder === '' ? reasonOf(error).startsWith('ENOENT') : isAbsent(error);
    if (!isEmpty) refuse(folder, error);
    return [];
  }
}

async function removeStale(place: string): Promise<void> {
  try {
    await rm(place);
  } catch {
    // Gone by now, or on a disk that takes no writes: it is hidden either way, and the next listing tries again.
  }
}

// Windows tells no blocks; elsewhere a block is 512 bytes, whatever the file system's are.
function entryOf(path: string, { ino, mtimeMs, size, blocks }: Stats): FileEntry {
  const onDisk = (blocks as number | undefined) === undefined ? size : blocks * 512;
  const version = [ino, mtimeMs, size].join('-');
  return { path, sizeBytes: size, usedBytes: Math.min(size, onDisk), isLink: false, version };
}
