/** Work folders: each owner of a folder works in one of its own, which holds the work of earlier owners. */
import { constants, type Stats } from 'node:fs';
import { copyFile, lstat, mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { ModelError } from '../../../errors';
import { ownersFolder } from '../../shared/storePath';
import { diskError, isAbsent } from '../nodeErrors';
import { isGone, renewed, type Reach } from './nodeOwner';
import { makeFolder, makePrivate, placeOf, syncFile } from '../files/nodePaths';

export interface OwnerRequest extends Reach {
  /** The path in the store where the work lies while it has no owner. */
  folder: string;
  owner: string;
}

/**
 * Makes the folder of all owners; returns the place of their lease's record in it.
 * @throws ModelError DISK_IO, NO_SPACE, STORAGE_UNAVAILABLE
 */
export async function makeOwnersFolder({ root, folder }: OwnerRequest): Promise<string> {
  const path = ownersFolder(folder);
  try {
    const lease = await placeOf(root, `${path}/lease`);
    await makeFolder(root, dirname(lease));
    return lease;
  } catch (error) {
    throw diskError(error, { path });
  }
}

/**
 * The owner's work folder in the store. It holds the work of an earlier owner; if several left work, the work
 * with the most bytes is taken and the rest is removed. Its files have no other hard links, and no earlier owner
 * has them open: if the earlier owner may still be alive, the files are copied, and `isSound` is false.
 * Once this resolves, earlier owners find no files of theirs that they could move.
 * @throws ModelError DISK_IO, NO_SPACE; STORAGE_BUSY when another process writes to a file while it is copied
 */
export async function takePlace(
  request: OwnerRequest,
): Promise<{ path: string; isSound: boolean }> {
  const { root, folder, owner } = request;
  const path = `${ownersFolder(folder)}/${owner}`;
  try {
    const own = await placeOf(root, path);
    const rest = await placeOf(root, folder);
    const { whole, broken } = await findLeft(dirname(own), rest);
    const [best, ...others] = whole;
    const isSound = best === undefined || best === rest || (await isGone(basename(best), request));
    if (best !== undefined && isSound) await rename(best, own);
    if (best !== undefined && !isSound) await copyPlace(best, own);
    if (best !== undefined) await makeFilesPrivate(own);
    for (const place of [...others, ...broken]) await rm(place, { recursive: true, force: true });
    return { path, isSound };
  } catch (error) {
    throw diskError(error, { path });
  }
}

/**
 * Leaves the owner's work folder for the next owner, or removes it when the next owner has already taken over.
 * Never rejects: if the folder can't be moved, the next owner finds it all the same.
 */
export async function leavePlace(
  { root, folder, owner }: OwnerRequest,
  isLost: boolean,
): Promise<void> {
  try {
    const own = await placeOf(root, `${ownersFolder(folder)}/${owner}`);
    if (isLost) await rm(own, { recursive: true, force: true });
    if (!(await isFolder(own))) return;
    const rest = await placeOf(root, folder);
    await makeFolder(root, dirname(rest));
    await rename(own, rest);
  } catch {
    // See the comment of this function.
  }
}

/** Removes the folder of all owners, by the place of its lease, when it is empty. */
export async function removeOwnersFolder(lease: string | undefined): Promise<void> {
  if (lease === undefined) return;
  const place = dirname(lease);
  // Another owner may have begun to work there, or the folder may not exist.
  await rmdir(place).catch(() => undefined);
  await rmdir(dirname(place)).catch(() => undefined);
}

/** The work folders of earlier owners, those with the most bytes first; `broken` are unfinished copies. */
async function findLeft(owners: string, rest: string) {
  const whole: string[] = [];
  const broken: string[] = [];
  if (await isFolder(rest)) whole.push(rest);
  for (const entry of await unlessAbsent(readdir(owners, { withFileTypes: true }), [])) {
    const place = join(owners, entry.name);
    if (entry.isDirectory()) (entry.name.includes('.') ? broken : whole).push(place);
  }
  if (whole.length < 2) return { whole, broken };
  const sizes = new Map<string, number>();
  for (const place of whole) sizes.set(place, await usedBytes(place));
  whole.sort((one, other) => (sizes.get(other) ?? 0) - (sizes.get(one) ?? 0));
  return { whole, broken };
}

/** @throws ModelError DISK_IO for a link: it leads to a folder outside the store */
async function isFolder(place: string): Promise<boolean> {
  const stats = await unlessAbsent(lstat(place), undefined);
  if (stats?.isSymbolicLink())
    throw new ModelError('DISK_IO', { path: basename(place), reason: 'a link is in the way' });
  return stats?.isDirectory() ?? false;
}

async function usedBytes(place: string): Promise<number> {
  let total = 0;
  for (const { blocks } of (await filesIn(place)).values()) total += blocks;
  return total;
}

/** Regular files by name. */
async function filesIn(place: string): Promise<Map<string, Stats>> {
  const files = new Map<string, Stats>();
  for (const name of await readdir(place)) {
    const stats = await lstat(join(place, name));
    if (stats.isFile()) files.set(name, stats);
  }
  return files;
}

/**
 * Copies into new files, which the earlier owner can't write to. From the first step on, the earlier owner
 * no longer finds its work folder. The files that it may have open are only the copy's source, and are removed
 * when the copy is complete.
 */
async function copyPlace(from: string, own: string): Promise<void> {
  const source = join(dirname(own), renewed(basename(from)));
  const copy = `${own}.copy`;
  await rename(from, source);
  await mkdir(copy);
  const before = await filesIn(source);
  for (const name of before.keys()) {
    const place = join(copy, name);
    const flags = constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL;
    await copyFile(join(source, name), place, flags);
    // Bytes that a journal records as durable have to be durable.
    await syncFile(place);
  }
  const after = await filesIn(source);
  for (const [name, { mtimeMs, size }] of after) {
    const had = before.get(name);
    if (had?.mtimeMs === mtimeMs && had.size === size) continue;
    throw new ModelError('STORAGE_BUSY', { path: name });
  }
  await rename(copy, own);
  await rm(source, { recursive: true, force: true });
}

async function makeFilesPrivate(place: string): Promise<void> {
  for (const name of (await filesIn(place)).keys()) await makePrivate(join(place, name));
}

async function unlessAbsent<T>(work: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (isAbsent(error)) return otherwise;
    throw error;
  }
}
