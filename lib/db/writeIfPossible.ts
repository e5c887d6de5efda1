/** For what a start writes down: on a full disk nothing can be written, and the app has to start so that room can be made. */
import { isModelError } from '../errors';

/** Resolves also when the database refused the write; the next start tries it again. Rejects with any other failure. */
export async function writeIfPossible(write: Promise<void>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (!isModelError(error) || error.code !== 'DB_FAILED') throw error;
  }
}
