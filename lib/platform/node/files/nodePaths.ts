/** From paths in the store to places on disk, without ever leaving the models folder through a link. */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, lstat, mkdir, open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { ModelError } from '../../../errors';
import { storeSegments } from '../../shared/storePath';
import { isAbsent, reasonOf, systemCode } from '../nodeErrors';

// Windows has no such flag and no links that a plain open would follow by surprise.
export const NO_FOLLOW = (constants as Partial<typeof constants>).O_NOFOLLOW ?? 0;
export const NO_WAIT = (constants as Partial<typeof constants>).O_NONBLOCK ?? 0;

// Whoever may read them may share them; what is verified stays so only where nobody else writes.
export const FILE_MODE = 0o644;
const FOLDER_MODE = 0o755;

/**
 * Where a path of the store lies on disk, to be written, moved or removed.
 * @throws ModelError NAME_INVALID; FOLDER_LINKED, or DISK_IO for a link further below: behind it is
 * somebody else's folder.
 */
export async function placeOf(root: string, path: string): Promise<string> {
  const segments = storeSegments(path);
  if (await isLinkedFolder(root, segments)) {
    throw new ModelError('FOLDER_LINKED', { path: segments[0] ?? path });
  }
  await refuseLinks(root, path, segments.slice(0, -1));
  return join(root, ...segments);
}

/**
 * The same, only to be read: a link in a model's place may lead elsewhere.
 * @throws ModelError NAME_INVALID; DISK_IO for a link further below
 */
export async function readablePlaceOf(root: string, path: string): Promise<string> {
  const segments = storeSegments(path);
  const isFollowed = await isLinkedFolder(root, segments);
  await refuseLinks(root, path, isFollowed ? [] : segments.slice(0, -1));
  return join(root, ...segments);
}

async function refuseLinks(root: string, path: string, folders: readonly string[]): Promise<void> {
  let place = root;
  for (const folder of folders) {
    place = join(place, folder);
    if (await isLink(place)) {
      throw new ModelError('DISK_IO', { path, reason: 'a link is in the way' });
    }
  }
}

/** Whether a path is at or right behind a link in a model's place. Folders of ours, which begin with a dot, are no such. */
async function isLinkedFolder(root: string, segments: readonly string[]): Promise<boolean> {
  const [folder] = segments;
  if (folder === undefined || folder.startsWith('.') || segments.length > 2) return false;
  return isFolderLink(join(root, folder));
}

/** Also one that leads nowhere, to a drive that isn't connected. */
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

/** Makes a folder and those above it, and makes their names outlast a power cut. */
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

/** The topmost folder that was made. Not Node's own recursion, which calls a full disk ENOENT. */
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

/** Makes renames in a folder outlast a power cut, where the system can. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    // Windows opens no folders and some network file systems sync none; there the rename itself has to do.
    if (!['EPERM', 'EISDIR', 'EINVAL', 'ENOTSUP', 'EACCES'].includes(systemCode(error) ?? ''))
      throw error;
  }
}

/** Writes a file's bytes through to the disk. A rename before that can leave an empty file after a power cut. */
export async function syncFile(place: string): Promise<void> {
  const handle = await open(place, constants.O_RDWR | NO_FOLLOW);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A new name beside a file, for what is to take its place at once: a rename does that only within one volume. */
export function siblingOf(place: string): string {
  return `${place}.${randomBytes(6).toString('hex')}.tmp`;
}

/**
 * Opens a file to write, made where there is none.
 * @throws ModelError DISK_IO for one that has other names too: they are somebody else's, and so are its bytes
 */
export async function openOwn(place: string, flags: number): Promise<FileHandle> {
  const handle = await open(place, flags | NO_FOLLOW, FILE_MODE);
  if ((await handle.stat()).nlink < 2) return handle;
  await handle.close();
  throw new ModelError('DISK_IO', { path: basename(place), reason: 'it has another name too' });
}

/** Puts a copy in the place of a file that has other names too, which are somebody else's. */
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
