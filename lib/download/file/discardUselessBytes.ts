/** Removes a `.part` whose bytes a failure has shown to be useless, so that the next attempt starts over. */
import { ERROR_TRAITS, isModelError } from '../../errors';
import type { FileStore } from '../../platform/types';
import { journalPath } from '../journal/journal';

interface Part {
  path: string;
  /** Whether a digest will distinguish right bytes from wrong ones. */
  hasDigest: boolean;
}

/** Runs `work` and passes its failure on. Removes the file first, where `ERROR_TRAITS` says that bytes aren't kept. */
export async function discardUselessBytes<T>(
  files: FileStore,
  { path, hasDigest }: Part,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isModelError(error)) throw error;
    // One wrong answer of one server mustn't cost gigabytes that the digest may still prove right.
    // Without a digest, a mixture of two versions would go unnoticed.
    const mayBeMixed = error.code === 'REMOTE_CHANGED' && !hasDigest;
    if (mayBeMixed || !ERROR_TRAITS[error.code].keepsBytes) await discard(files, path);
    throw error;
  }
}

/** Removes the file, and its journal last: without its file, a journal proves nothing. */
export async function discard(files: FileStore, path: string): Promise<void> {
  await files.remove(path);
  await files.remove(journalPath(path));
}
