/**
 * What the system brings lies beside its place, named by its first byte, until it is taken in. Knows these files;
 * whether their bytes are the right ones, others find out.
 *
 * `{file}.{first byte}.incoming` is the system's: it may remove it at any time, and Android does when it begins again
 * by itself. `{file}.{first byte}.kept` is ours alone: the same bytes under a second name.
 */
import type { ModelFilesModule } from '../../../modules/model-files';
import { ModelError } from '../../errors';
import { diskError } from './nativeErrors';
import { barePath, fileAt } from './nativePaths';

/** A part of a file that lies beside its place. */
export interface Piece {
  /** Of the file's place, in the store. */
  path: string;
  /** Where its first byte belongs. */
  startBytes: number;
}

export interface PieceFile extends Piece {
  sizeBytes: number;
}

export function incomingPath({ path, startBytes }: Piece): string {
  return `${path}.${String(startBytes)}.incoming`;
}

export function keptPath({ path, startBytes }: Piece): string {
  return `${path}.${String(startBytes)}.kept`;
}

/** Bytes at a path of the store; undefined when there is no file. */
export function sizeAt(path: string): number | undefined {
  const file = fileAt(barePath(path));
  return file.exists ? file.size : undefined;
}

/** What came of a piece, by either of its names; undefined where there is neither. */
export function bytesThatCame(piece: Piece): number | undefined {
  const [incoming, kept] = [sizeAt(incomingPath(piece)), sizeAt(keptPath(piece))];
  return incoming === undefined && kept === undefined
    ? undefined
    : Math.max(incoming ?? 0, kept ?? 0);
}

/** Every piece in the store, each once. Rejects when it can't be read. */
export async function listPieces(modelFiles: ModelFilesModule): Promise<PieceFile[]> {
  const pieces = new Map<string, PieceFile>();
  for (const entry of await modelFiles.list(barePath(''))) {
    const [, path, start] = /^(.+)\.(\d{1,15})\.(?:incoming|kept)$/.exec(entry.path) ?? [];
    if (path === undefined) continue;
    const name = `${path}.${String(start)}`;
    const sizeBytes = Math.max(entry.sizeBytes, pieces.get(name)?.sizeBytes ?? 0);
    pieces.set(name, { path, startBytes: Number(start), sizeBytes });
  }
  return [...pieces.values()];
}

/**
 * Gives what came the second name. Where it fails, nothing holds the bytes if the system begins again.
 * The one name is for the other bytes where it has them already.
 */
export async function keepAsItComes(modelFiles: ModelFilesModule, piece: Piece): Promise<void> {
  const kept = barePath(keptPath(piece));
  try {
    await modelFiles.remove(kept);
    await modelFiles.link(barePath(incomingPath(piece)), kept);
  } catch {
    // Nothing has come yet, or links can't be had here: then a piece may have to come again.
  }
}

/** Leaves of a piece only the file that is ours, with the most that came. Call it before the system may remove its own. */
export async function keepMost(modelFiles: ModelFilesModule, piece: Piece): Promise<void> {
  const incoming = sizeAt(incomingPath(piece));
  if (incoming === undefined) return;
  const [from, to] = [barePath(incomingPath(piece)), barePath(keptPath(piece))];
  try {
    if (incoming >= (sizeAt(keptPath(piece)) ?? 0)) await modelFiles.replace(from, to);
    // Also where both are names of one file, which no renaming changes.
    await modelFiles.remove(from);
  } catch (error) {
    throw diskError(error, { path: piece.path });
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
  const isKept = (sizeAt(keptPath(piece)) ?? -1) >= (sizeAt(incomingPath(piece)) ?? 0);
  const from = barePath(isKept ? keptPath(piece) : incomingPath(piece));
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
