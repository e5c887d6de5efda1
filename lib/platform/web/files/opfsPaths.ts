/** Finds folders and files of the store in the browser's private file system. */
import { isModelError, ModelError } from '../../../errors';
import { storeSegments } from '../../shared/storePath';
import { setAside } from './setAside';
import { hasName } from './storageErrors';

/** The folder of the private file system that contains models; the database is beside it. */
export const MODELS_FOLDER = 'models';

/**
 * Opens the models folder, and makes it when it is missing; a file in its place is set aside.
 * @throws ModelError STORAGE_UNAVAILABLE, UNSUPPORTED
 */
export async function openModelsFolder(): Promise<FileSystemDirectoryHandle> {
  // Missing on plain http from another computer, and in old browsers.
  const storage = (navigator as Partial<Navigator>).storage as Partial<StorageManager> | undefined;
  if (!storage?.getDirectory) {
    throw new ModelError('UNSUPPORTED', { feature: 'private-storage', host: 'web' });
  }
  try {
    const root = await storage.getDirectory().catch(refuseRoot);
    const open = () => root.getDirectoryHandle(MODELS_FOLDER, { create: true });
    return await open().catch(async (error: unknown) => {
      if (!hasName(error, 'TypeMismatchError')) throw error;
      // A file of that name contains no models.
      await setAside(root, MODELS_FOLDER);
      return open();
    });
  } catch (cause) {
    if (isModelError(cause)) throw cause;
    const reason = cause instanceof Error ? cause.name : 'refused';
    throw new ModelError('STORAGE_UNAVAILABLE', { reason }, { cause });
  }
}

/**
 * A private window refuses storage altogether: Firefox's with SecurityError, Safari's with UnknownError
 * (https://github.com/rhashimoto/wa-sqlite/issues/237).
 */
function refuseRoot(cause: unknown): never {
  if (hasName(cause, 'SecurityError') || hasName(cause, 'UnknownError')) {
    throw new ModelError('UNSUPPORTED', { feature: 'private-storage', host: 'web' }, { cause });
  }
  throw cause;
}

/** A file's folder and name. */
export interface FilePlace {
  folder: FileSystemDirectoryHandle;
  name: string;
}

/** The place of a file; makes its folders. @throws ModelError NAME_INVALID, or the browser's error. */
export async function makePlace(root: FileSystemDirectoryHandle, path: string): Promise<FilePlace> {
  const { parents, name } = split(path);
  let folder = root;
  for (const parent of parents) folder = await folder.getDirectoryHandle(parent, { create: true });
  return { folder, name };
}

/** The place of a file or folder whose parents exist, else undefined. @throws ModelError NAME_INVALID */
export async function findPlace(
  root: FileSystemDirectoryHandle,
  path: string,
): Promise<FilePlace | undefined> {
  const { parents, name } = split(path);
  const folder = await findFolder(root, parents);
  return folder && { folder, name };
}

/** The file, or undefined when there is none by that name. @throws ModelError NAME_INVALID */
export async function findFile(
  root: FileSystemDirectoryHandle,
  path: string,
): Promise<FileSystemFileHandle | undefined> {
  const place = await findPlace(root, path);
  return place && unlessAbsent(place.folder.getFileHandle(place.name));
}

/** The folder below `root`, or undefined when there is none. */
export async function findFolder(
  root: FileSystemDirectoryHandle,
  segments: readonly string[],
): Promise<FileSystemDirectoryHandle | undefined> {
  let folder: FileSystemDirectoryHandle | undefined = root;
  for (const segment of segments) {
    folder = await unlessAbsent(folder.getDirectoryHandle(segment));
    if (!folder) return undefined;
  }
  return folder;
}

// TypeMismatchError means a file where a folder was expected, or the reverse: the requested entry is absent.
export async function unlessAbsent<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (hasName(error, 'NotFoundError') || hasName(error, 'TypeMismatchError')) return undefined;
    throw error;
  }
}

function split(path: string): { parents: string[]; name: string } {
  const parents = storeSegments(path);
  const name = parents.pop();
  // The empty path is the store itself, which isn't a file and may not be removed.
  if (name === undefined) throw new ModelError('NAME_INVALID', { name: path });
  return { parents, name };
}
