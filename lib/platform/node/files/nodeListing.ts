/** Lists the files below a folder of the store, and removes temporary files that dead writers have left there. */
import type { Stats } from 'node:fs';
import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { ModelError } from '../../../errors';
import { isPortableName, storeSegments } from '../../shared/storePath';
import type { FileEntry, OnUnreadable } from '../../types';
import { isAbsent, reasonOf } from '../nodeErrors';
import { isFolderLink, isLink, readablePlaceOf } from './nodePaths';

const TEMPORARY = /\.[0-9a-f]{12}\.tmp$/;
/** A living writer needs far less time for a record. Its process may run on another machine, so only the age counts. */
const STALE_AFTER_MS = 60_000;

interface Listing {
  root: string;
  entries: FileEntry[];
  /** Reports a path that can't be read; throws when it is the requested folder. */
  refuse: (path: string, error: unknown) => void;
}

/** Implements `list` of the FileStore port; see the port for the contract. */
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

/** Lists the folder's files, or the files behind a link in its place. */
async function enter(listing: Listing, folder: string): Promise<void> {
  const { root, refuse } = listing;
  try {
    if (await isLink(await readablePlaceOf(root, folder))) await follow(listing, folder);
    else await collect(listing, folder);
  } catch (error) {
    refuse(folder, error);
  }
}

/**
 * Lists a link in a model's place, and only the files directly behind it: the link may lead anywhere, also to a parent
 * folder.
 */
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
    // No other method accepts this name, so the entry isn't part of the store.
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
    // A file in the place of the models folder is an error, not an empty store.
    const isEmpty = folder === '' ? reasonOf(error).startsWith('ENOENT') : isAbsent(error);
    if (!isEmpty) refuse(folder, error);
    return [];
  }
}

async function removeStale(place: string): Promise<void> {
  try {
    await rm(place);
  } catch {
    // The file is gone, or the disk is read-only. It isn't listed in any case, and the next listing tries again.
  }
}

// Windows doesn't report blocks; on other systems a reported block is always 512 bytes.
function entryOf(path: string, { dev, ino, nlink, mtimeMs, size, blocks }: Stats): FileEntry {
  const onDisk = (blocks as number | undefined) === undefined ? size : blocks * 512;
  const version = [ino, mtimeMs, size].join('-');
  return {
    ...{ path, sizeBytes: size, usedBytes: Math.min(size, onDisk), isLink: false, version },
    ...(nlink > 1 && { shared: { id: `${String(dev)}-${String(ino)}`, names: nlink } }),
  };
}
