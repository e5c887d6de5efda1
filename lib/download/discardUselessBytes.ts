/** Removes a `.part` whose bytes a failure has shown to be worth nothing, so that the next try starts over. */
import { ERROR_TRAITS, isModelError } from '../errors';
import type { FileStore } from '../platform/types';
import { journalPath } from './journal';

/** Runs `work`; its failure is passed on after the file at `path` was removed, where `ERROR_TRAITS` says so. */
export async function discardUselessBytes<T>(
  files: FileStore,
  path: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isModelError(error) && !ERROR_TRAITS[error.code].keepsBytes) await discard(files, path);
    throw error;
  }
}

/** The journal last: without its file it vouches for nothing. */
export async function discard(files: FileStore, path: string): Promise<void> {
  await files.remove(path);
  await files.remove(journalPath(path));
}
