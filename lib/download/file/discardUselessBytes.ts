/** Removes a `.part` whose bytes a failure has shown to be worth nothing, so that the next try starts over. */
import { ERROR_TRAITS, isModelError } from '../../errors';
import type { FileStore } from '../../platform/types';
import { journalPath } from '../journal/journal';

interface Part {
  path: string;
  /** Whether a digest will tell right bytes from wrong ones. */
  hasDigest: boolean;
}

/** Runs `work`; its failure is passed on after the file was removed, where `ERROR_TRAITS` says so. */
export async function discardUselessBytes<T>(
  files: FileStore,
  { path, hasDigest }: Part,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isModelError(error)) throw error;
    // One wrong answer of one server mustn't cost gigabytes that the digest may still prove right;
    // where there is none, nobody would notice that two versions were mixed.
    const mayBeMixed = error.code === 'REMOTE_CHANGED' && !hasDigest;
    if (mayBeMixed || !ERROR_TRAITS[error.code].keepsBytes) await discard(files, path);
    throw error;
  }
}

/** The journal last: without its file it vouches for nothing. */
export async function discard(files: FileStore, path: string): Promise<void> {
  await files.remove(path);
  await files.remove(journalPath(path));
}
