/** From paths in the store to places on disk, without ever leaving the models folder through a link. */
import { constants } from 'node:fs';
import { lstat, mkdir, open, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { ModelError } from '../../errors';
import { storeSegments } from '../storePath';
import { isAbsent, reasonOf, systemCode } from './nodeErrors';

// Windows has no such flag and no links that a plain open would follow by surprise.
export const NO_FOLLOW = (constants as Partial<typeof constants>).O_NOFOLLOW ?? 0;
export const NO_WAIT = (constants as Partial<typeof constants>).O_NONBLOCK ?? 0;

// Whoever may read them may share them; what is verified stays so only where nobody else writes.
export const FILE_MODE = 0o644;
const FOLDER_MODE = 0o755;

/**
 * Where a path of the store lies on disk.
 * @throws ModelError NAME_INVALID; DISK_IO when a link stands in the way, for behind it is somebody else's folder.
 */
export async function placeOf(root: string, path: string): Promise<string> {
  const segments = storeSegments(path);
  let place = root;
  for (const segment of segments.slice(0, -1)) {
    place = join(place, segment);
    if (await isLink(place))
      throw new ModelError('DISK_IO', { path, reason: 'a link is in the way' });
  }
  return join(root, ...segments);
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
