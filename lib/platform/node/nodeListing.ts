/** Lists the files below a folder of the store, and clears away what writers that died have left there. */
import type { Stats } from 'node:fs';
import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { ModelError } from '../../errors';
import { isPortableName, storeSegments } from '../storePath';
import type { FileEntry, OnUnreadable } from '../types';
import { isAbsent, reasonOf } from './nodeErrors';
import { isLink, placeOf } from './nodePaths';

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
  if (folder === '' || !(await isLinked(root, folder, refuse))) {
    await collect({ root, entries, refuse }, folder);
  }
  return entries;
}

async function isLinked(root: string, folder: string, refuse: Listing['refuse']): Promise<boolean> {
  try {
    return await isLink(await placeOf(root, folder));
  } catch (error) {
    refuse(folder, error);
    return true;
  }
}

async function collect(listing: Listing, folder: string): Promise<void> {
  const { root, entries, refuse } = listing;
  for (const name of await namesIn(listing, folder)) {
    // No other method could name it, so it isn't the store's.
    if (!isPortableName(name)) continue;
    const path = folder === '' ? name : `${folder}/${name}`;
    const place = join(root, path);
    const stats = await lstat(place).catch((error: unknown) => {
      if (!isAbsent(error)) refuse(path, error);
    });
    if (stats?.isDirectory()) await collect(listing, path);
    if (!stats?.isFile()) continue;
    if (!TEMPORARY.test(name)) entries.push(entryOf(path, stats));
    else if (Date.now() - stats.mtimeMs > STALE_AFTER_MS) await removeStale(place);
  }
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
  return { path, sizeBytes: size, usedBytes: Math.min(size, onDisk), version };
}
