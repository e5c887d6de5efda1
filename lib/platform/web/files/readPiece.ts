/** Reads a part of a file that a person gave. The page and the worker do so; only the worker hashes. */
import { ModelError } from '../../../errors';

export const PIECE_BYTES = 1024 * 1024;

/** @throws ModelError IMPORT_REFUSED: a browser refuses to read a file that was changed since it was picked. */
export async function readPiece(
  file: File,
  startBytes: number,
  lengthBytes = PIECE_BYTES,
): Promise<Uint8Array> {
  const endBytes = Math.min(file.size, startBytes + lengthBytes);
  const changed = (cause?: unknown) => {
    const details = { fileName: file.name, problem: 'changed', reason: '' } as const;
    return new ModelError('IMPORT_REFUSED', details, { cause });
  };
  let piece: Uint8Array;
  try {
    piece = new Uint8Array(await file.slice(startBytes, endBytes).arrayBuffer());
  } catch (error) {
    throw changed(error);
  }
  if (piece.byteLength !== Math.max(0, endBytes - startBytes)) throw changed();
  return piece;
}
