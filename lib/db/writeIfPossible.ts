/** For writes at the start: on a full disk they fail, but the app must start so that a person can make room. */
import { isModelError } from '../errors';

/** Resolves even when the database refused the write; the next start tries again. Rejects with any other failure. */
export async function writeIfPossible(write: Promise<void>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (!isModelError(error) || error.code !== 'DB_FAILED') throw error;
  }
}
