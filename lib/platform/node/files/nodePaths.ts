/** Turns paths in the store into places on disk, without leaving the models folder through a link. */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, lstat, mkdir, open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { ModelError } from '../../../errors';
import { storeSegments } from '../../shared/storePath';
import { isAbsent, reasonOf, systemCode } from '../nodeErrors';
import { findVolume } from './nodeVolumes';

// Windows doesn't have this flag, and a plain open there doesn't follow links unexpectedly.
export const NO_FOLLOW = (constants as Partial<typeof constants>).O_NOFOLLOW ?? 0;
export const NO_WAIT = (constants as Partial<typeof constants>).O_NONBLOCK ?? 0;

// Other users may read the files, so that they can share them. They may not write: a verified file has to stay
// unchanged.
export const FILE_MODE = 0o644;
const FOLDER_MODE = 0o755;

/**
 * The place of a store path on disk, for writing, moving or removing.
 * @throws ModelError NAME_INVALID; PLACE_MISSING; FOLDER_LINKED, or DISK_IO for a link further below: a link leads to
 * a folder outside the store.
 */
export async function placeOf(root: string, path: string): Promise<string> {
  const { volume, segments } = await onVolume(root, path);
  if (await isLinkedFolder(volume, segments)) {
    throw new ModelError('FOLDER_LINKED', { path: segments[0] ?? path });
  }
  await refuseLinks(volume, path, segments.slice(0, -1));
  return join(volume, ...segments);
}

/**
 * The same, only for reading: a link in a model's place is followed.
 * @throws ModelError NAME_INVALID; PLACE_MISSING; DISK_IO for a link further below
 */
export async function readablePlaceOf(root: string, path: string): Promise<string> {
  const { volume, segments } = await onVolume(root, path);
  const isFollowed = await isLinkedFolder(volume, segments);
  await refuseLinks(volume, path, isFollowed ? [] : segments.slice(0, -1));
  return join(volume, ...segments);
}

async function onVolume(root: string, path: string) {
  storeSegments(path);
  const found = await findVolume(root, path);
  return { volume: found.volume, segments: storeSegments(found.path) };
}

async function refuseLinks(
  volume: string,
  path: string,
  folders: readonly string[],
): Promise<void> {
  let place = volume;
  for (const folder of folders) {
    place = join(place, folder);
    if (await isLink(place)) {
      throw new ModelError('DISK_IO', { path, reason: 'a link is in the way' });
    }
  }
}

/**
 * Whether a path is a link in a model's place, or a file directly behind one. The store's own folders begin with a dot
 * and don't count.
 */
async function isLinkedFolder(root: string, segments: readonly string[]): Promise<boolean> {
  const [folder] = segments;
  if (folder === undefined || folder.startsWith('.') || segments.length > 2) return false;
  return isFolderLink(join(root, folder));
}

/** True also for a broken link, such as one to a drive that isn't connected. */
export async function isFolderLink(place: string): Promise<boolean> {
  if (!(await isLink(place))) return false;
  try {
    return (await stat(place)).isDirectory();
  } catch {
    return true;
  }
}

export async function isLink(place: string): Promise<boolean> {
  try {
    return (await lstat(place)).isSymbolicLink();
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}

/** Makes a folder and its parent folders durably: they survive a power cut. */
export async function makeFolder(root: string, folder: string): Promise<void> {
  await makeRoot(root);
  const firstMade = await makeMissing(folder);
  if (firstMade === undefined) return;
  const top = dirname(firstMade);
  for (let made = dirname(folder); made.length >= top.length; made = dirname(made)) {
    await syncFolder(made);
    if (made === top) return;
  }
}

/**
 * Returns the topmost folder that was made. Node's own recursive `mkdir` isn't used: it reports a full disk as ENOENT.
 */
async function makeMissing(folder: string): Promise<string | undefined> {
  const outcome = await makeOne(folder);
  if (outcome !== 'no parent') return outcome === 'made' ? folder : undefined;
  const top = await makeMissing(dirname(folder));
  return (await makeOne(folder)) === 'made' ? (top ?? folder) : top;
}

async function makeOne(folder: string): Promise<'made' | 'there' | 'no parent'> {
  try {
    await mkdir(folder, { mode: FOLDER_MODE });
    return 'made';
  } catch (error) {
    if (systemCode(error) === 'ENOENT' && dirname(folder) !== folder) return 'no parent';
    const isThere = await stat(folder).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (isThere) return 'there';
    throw error;
  }
}

async function makeRoot(root: string): Promise<void> {
  try {
    await makeMissing(root);
  } catch (error) {
    if (['ENOSPC', 'EDQUOT'].includes(systemCode(error) ?? '')) throw error;
    throw new ModelError('STORAGE_UNAVAILABLE', { reason: reasonOf(error) }, { cause: error });
  }
}

/** Makes renames in a folder durable, so that they survive a power cut, where the system supports it. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    // Windows can't open folders, and some network file systems can't sync them; the rename alone has to suffice there.
    if (!['EPERM', 'EISDIR', 'EINVAL', 'ENOTSUP', 'EACCES'].includes(systemCode(error) ?? ''))
      throw error;
  }
}

/** Writes a file's bytes through to the disk. Without this, a rename can leave an empty file after a power cut. */
export async function syncFile(place: string): Promise<void> {
  const handle = await open(place, constants.O_RDWR | NO_FOLLOW);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A new name in the same folder, for a file that will replace this one: a rename is atomic only within one volume. */
export function siblingOf(place: string): string {
  return `${place}.${randomBytes(6).toString('hex')}.tmp`;
}

/**
 * Opens a file for writing; creates it where there is none.
 * @throws ModelError DISK_IO for a file with other hard links: these, and so its bytes, belong to other programs
 */
export async function openOwn(place: string, flags: number): Promise<FileHandle> {
  const handle = await open(place, flags | NO_FOLLOW, FILE_MODE);
  if ((await handle.stat()).nlink < 2) return handle;
  await handle.close();
  throw new ModelError('DISK_IO', { path: basename(place), reason: 'it has another name too' });
}

/** Replaces a file that has other hard links by a copy, because the other links belong to other programs. */
export async function makePrivate(place: string): Promise<void> {
  const { nlink } = await lstat(place);
  if (nlink < 2) return;
  const sibling = siblingOf(place);
  try {
    await copyFile(place, sibling, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
    await syncFile(sibling);
    await rename(sibling, place);
  } catch (error) {
    await rm(sibling, { force: true });
    throw error;
  }
}
