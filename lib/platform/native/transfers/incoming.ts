/**
 * What the system brings lies beside its place, named by where it belongs, until it is taken in. Knows these files;
 * whether their bytes are the right ones, others find out.
 *
 * `{file}.{start}-{end}.incoming` is the system's, which removes it when its transfer is called off. On Android our
 * module's `TransferJobs.kt` reads the start from this name. `{file}.{start}-{end}.kept` is ours alone: what had come of
 * a transfer that was called off.
 */
import type { ModelFilesModule } from '../../../../modules/model-files';
import { ModelError } from '../../../errors';
import { diskError } from '../files/nativeErrors';
import { barePath, fileAt } from '../files/nativePaths';

const PIECE_NAME = /^(.+)\.(\d{1,15})-(\d{1,15}|end)\.(?:incoming|kept)$/;

/** A part of a file that lies beside its place. */
export interface Piece {
  /** Of the file's place, in the store. */
  path: string;
  /** Where its first byte belongs. */
  startBytes: number;
  /** One past its last byte; null where nobody has said. */
  endBytes: number | null;
}

export interface PieceFile extends Piece {
  sizeBytes: number;
}

export function incomingPath(piece: Piece): string {
  return `${nameOf(piece)}.incoming`;
}

export function keptPath(piece: Piece): string {
  return `${nameOf(piece)}.kept`;
}

function nameOf({ path, startBytes, endBytes }: Piece): string {
  return `${path}.${String(startBytes)}-${String(endBytes ?? 'end')}`;
}

/** Bytes at a path of the store; undefined when there is no file. */
export function sizeAt(path: string): number | undefined {
  const file = fileAt(barePath(path));
  return file.exists ? file.size : undefined;
}

/** The file that has the most of a piece; undefined where there is none. Both are there when the app died in between. */
function findBest(piece: Piece): { path: string; sizeBytes: number } | undefined {
  const [incoming, kept] = [sizeAt(incomingPath(piece)), sizeAt(keptPath(piece))];
  if (kept !== undefined && kept >= (incoming ?? 0)) {
    return { path: keptPath(piece), sizeBytes: kept };
  }
  return incoming === undefined ? undefined : { path: incomingPath(piece), sizeBytes: incoming };
}

/** What came of a piece; undefined where there is no file. */
export function bytesThatCame(piece: Piece): number | undefined {
  return findBest(piece)?.sizeBytes;
}

/** Whether all of a piece has come; also false where nobody has said how much that is. */
export function isWhole(piece: Piece): boolean {
  return piece.endBytes !== null && bytesThatCame(piece) === piece.endBytes - piece.startBytes;
}

/** Every piece in the store, each once. Rejects when it can't be read. */
export async function listPieces(modelFiles: ModelFilesModule): Promise<PieceFile[]> {
  const pieces = new Map<string, PieceFile>();
  for (const entry of await modelFiles.list(barePath(''))) {
    const [, path, start, end] = PIECE_NAME.exec(entry.path) ?? [];
    if (path === undefined) continue;
    const endBytes = end === 'end' ? null : Number(end);
    const piece = { path, startBytes: Number(start), endBytes };
    const sizeBytes = Math.max(entry.sizeBytes, pieces.get(nameOf(piece))?.sizeBytes ?? 0);
    pieces.set(nameOf(piece), { ...piece, sizeBytes });
  }
  return [...pieces.values()];
}

/** Leaves of a piece only the file that is ours. Call it before the system may remove its own. */
export async function keepMost(modelFiles: ModelFilesModule, piece: Piece): Promise<void> {
  const best = findBest(piece);
  if (!best) return;
  try {
    const kept = barePath(keptPath(piece));
    if (barePath(best.path) !== kept) await modelFiles.replace(barePath(best.path), kept);
    await modelFiles.remove(barePath(incomingPath(piece)));
  } catch (error) {
    throw diskError(error, { path: piece.path });
  }
}

/** @throws ModelError DISK_IO */
export async function cutOff(
  modelFiles: ModelFilesModule,
  path: string,
  sizeBytes: number,
): Promise<void> {
  try {
    await modelFiles.truncate(barePath(path), sizeBytes);
  } catch (error) {
    throw diskError(error, { path });
  }
}

export async function removePiece(modelFiles: ModelFilesModule, piece: Piece): Promise<void> {
  await modelFiles.remove(barePath(incomingPath(piece)));
  await modelFiles.remove(barePath(keptPath(piece)));
}

/**
 * Puts the first `sizeBytes` of a piece in their place, and removes the piece. What lies past its first byte in the
 * file is what another attempt at this left, and is cut off first.
 * @throws ModelError NO_SPACE, DISK_IO: the piece stays
 */
export async function takeIn(
  modelFiles: ModelFilesModule,
  piece: Piece,
  sizeBytes: number,
): Promise<void> {
  const { path, startBytes } = piece;
  const from = barePath(findBest(piece)?.path ?? incomingPath(piece));
  const to = barePath(path);
  try {
    await modelFiles.truncate(from, sizeBytes);
    if (startBytes === 0) {
      await modelFiles.replace(from, to);
    } else {
      await modelFiles.truncate(to, startBytes);
      await modelFiles.append(from, to);
    }
    await removePiece(modelFiles, piece);
  } catch (error) {
    throw diskError(error, { path, neededBytes: startBytes === 0 ? 0 : sizeBytes });
  }
}

export function tooMuch(
  path: string,
  sizes: { expectedBytes: number; actualBytes: number },
): ModelError {
  const fileName = path.slice(path.lastIndexOf('/') + 1);
  return new ModelError('LENGTH_MISMATCH', { fileName, ...sizes });
}
