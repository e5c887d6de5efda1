/**
 * Files that the system transfers are stored beside the target file, with their range in the name, until they are
 * added to it. This module handles these files; it doesn't check their bytes.
 *
 * `{file}.{start}-{end}.incoming` belongs to the system, which removes it when its transfer is cancelled. On Android
 * the app's own `TransferJobs.kt` reads the start from this name. `{file}.{start}-{end}.kept` belongs to the app
 * alone: it contains the received bytes of a cancelled transfer.
 */
import type { ModelFilesModule } from '../../../../modules/model-files';
import { ModelError } from '../../../errors';
import { diskError } from '../files/nativeErrors';
import { barePath, fileAt } from '../files/nativePaths';

const PIECE_NAME = /^(.+)\.(\d{1,15})-(\d{1,15}|end)\.(?:incoming|kept)$/;

/** A part of a file that is stored beside its place. */
export interface Piece {
  /** The target file's path in the store. */
  path: string;
  /** The position of its first byte in the target file. */
  startBytes: number;
  /** One past its last byte; null where it isn't known. */
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

/** The larger of a piece's two files; undefined where there is none. Both exist if the app died between two steps. */
function findBest(piece: Piece): { path: string; sizeBytes: number } | undefined {
  const [incoming, kept] = [sizeAt(incomingPath(piece)), sizeAt(keptPath(piece))];
  if (kept !== undefined && kept >= (incoming ?? 0)) {
    return { path: keptPath(piece), sizeBytes: kept };
  }
  return incoming === undefined ? undefined : { path: incomingPath(piece), sizeBytes: incoming };
}

/** The number of received bytes of a piece; undefined where there is no file. */
export function bytesThatCame(piece: Piece): number | undefined {
  return findBest(piece)?.sizeBytes;
}

/** Whether a piece is complete; also false where its size isn't known. */
export function isWhole(piece: Piece): boolean {
  return piece.endBytes !== null && bytesThatCame(piece) === piece.endBytes - piece.startBytes;
}

/** Every piece in the store, each once. Rejects when the store can't be read. */
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

/** Keeps a piece's bytes only in the app's own file. Call it before the system may remove its file. */
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
 * Adds the first `sizeBytes` of a piece to the target file, and removes the piece. Bytes in the target file after the
 * piece's start are left from an interrupted attempt to add it, and are cut off first.
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
