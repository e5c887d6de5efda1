/** Copies a person’s file into the private file system, and hashes it meanwhile. Runs in a worker. */
import { createHashes } from '../hash/createHashes';
import type { CallContext } from '../workerCalls';
import { nextTurn } from './nextTurn';
import type { OpenFiles } from './openFiles';
import { PIECE_BYTES, readPiece } from './readPiece';
import { storageError } from './storageErrors';

export interface OpfsImport {
  /** A file that a picker or a drop gave: its bytes are read from where the person has it. */
  file: File;
  path: string;
}

/**
 * Resolves with the SHA-256 of the bytes, which are durable then; reports the number of bytes copied so far. After a
 * rejection the file at `path` is the caller’s to remove.
 */
export async function importFile(
  { file, path }: OpfsImport,
  openFiles: OpenFiles,
  { report, signal }: CallContext<number>,
): Promise<string> {
  try {
    const hasher = await createHashes()('sha256');
    await openFiles.withFile(path, async (target) => {
      // The whole size is reserved at once: a full disk is noticed before the first byte.
      target.resize(file.size);
      for (let at = 0; at < file.size; at += PIECE_BYTES) {
        signal.throwIfAborted();
        const piece = await readPiece(file, at);
        hasher.update(piece);
        target.write(piece, at);
        report(at + piece.byteLength);
        await nextTurn();
      }
      target.flush();
    });
    return hasher.digest('hex');
  } catch (error) {
    throw storageError(error, path, file.size);
  }
}
