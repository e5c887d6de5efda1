/** Removes a `.part` whose bytes a failure has shown to be worth nothing, so that the next try starts over. */
import { ERROR_TRAITS, isModelError } from '../errors';
import type { FileStore } from '../platform/types';

/** Runs `work`; its failure is passed on after the file at `path` was removed, where `ERROR_TRAITS` says so. */
export async function discardUselessBytes<T>(
  files: FileStore,
  path: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isModelError(error) && !ERROR_TRAITS[error.code].keepsBytes) await files.remove(path);
    throw error;
  }
}
