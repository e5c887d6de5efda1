/** The state of one call for a file while the system transfers it, and functions that move bytes into their place. */
import { ModelError } from '../../../errors';
import type { FileEvents, FileRequest } from '../../types';
import type { HandOverTools } from './handOverTools';
import {
  bytesThatCame,
  incomingPath,
  isWhole,
  keepMost,
  keptPath,
  sizeAt,
  takeIn,
  type Piece,
} from './incoming';
import type { SystemTask } from './systemTasks';

export interface HandedFile {
  request: FileRequest;
  events: FileEvents;
  signal: AbortSignal;
}

export interface Run extends HandOverTools, HandedFile {
  /** The size of the whole file; undefined while it isn't known. */
  totalBytes: number | undefined;
  /** All bytes before this position are in the file. */
  positionBytes: number;
  /** The address after redirects; undefined before the first request. */
  directUrl: string | undefined;
  isAnswered: boolean;
  /** The pieces that are stored beside the file or are being transferred; no two pieces overlap. */
  pieces: Piece[];
  /** The bytes that the system has received of each piece, by the piece's first byte. */
  received: Map<number, number>;
  /** The last of the operations that add pieces to the file, one after the other. */
  takingIn: Promise<void>;
  leaving: AbortController;
  followers: Promise<void>[];
}

export function isSameFile(
  { path, url, expectedBytes }: FileRequest,
  about: SystemTask['about'],
): boolean {
  return (
    about.path === path &&
    about.url === url &&
    (expectedBytes === undefined || expectedBytes === about.expectedBytes)
  );
}

/** Whether the bytes of a task are still needed, and will be correct if the task continues. */
export function isUseful(run: Run, task: SystemTask): boolean {
  const { about } = task;
  const isWanted =
    isSameFile(run.request, about) &&
    about.startBytes >= run.positionBytes &&
    !run.pieces.some((piece) => !isSamePiece(piece, about) && overlaps(piece, about));
  if (!isWanted || isWhole(about) || task.isOver()) return false;
  if (run.system === 'android') return isRightOnAndroid(task);
  return !task.isPaused() || task.receivedBytes() > 0;
}

export function isSamePiece(one: Piece, other: Piece): boolean {
  return one.startBytes === other.startBytes && one.endBytes === other.endBytes;
}

function overlaps(one: Piece, other: Piece): boolean {
  return (
    one.startBytes < (other.endBytes ?? Infinity) && other.startBytes < (one.endBytes ?? Infinity)
  );
}

function isRightOnAndroid(task: SystemTask): boolean {
  const { about } = task;
  // The task was being ended, and the app died before the system had ended it.
  if (sizeAt(keptPath(about)) !== undefined) return false;
  if (!task.isPaused()) return true;
  // Android appends to the end of its file, whatever position it requests from the server. It requests a position by
  // its own count, which starts at the beginning of the piece and may lag behind.
  const here = sizeAt(incomingPath(about)) ?? 0;
  return about.startBytes === 0 && here > 0 && task.receivedBytes() === here;
}

export function isComplete({ positionBytes, totalBytes }: Run): boolean {
  return totalBytes !== undefined && positionBytes >= totalBytes;
}

export function interrupted({ request }: Run): ModelError {
  return new ModelError('NET_INTERRUPTED', { host: new URL(request.url).host });
}

/** Reports the answer once; call it before the first byte is put in its place. */
export function answer(run: Run): void {
  if (run.isAnswered) return;
  run.isAnswered = true;
  run.events.onAnswer({
    ...{ offsetBytes: run.positionBytes, endBytes: run.totalBytes, totalBytes: run.totalBytes },
    // The system reports no headers. It transfers either a whole file, which is of one version, or parts of a file
    // whose digest is checked. The original address is reported: the one after redirects may expire before a later
    // request.
    ...{ versions: [], url: run.request.url, maxConnections: 1, isHandedOver: true },
  });
}

export function showUnderway({ received, events, wifi }: Run): void {
  const bytes = [...received.values()].reduce((sum, one) => sum + one, 0);
  events.onUnderway(bytes, wifi.isForbidden());
}

/** Ends a task for good. Bytes that Android has received stay. */
export async function endTask({ system, modelFiles }: Run, task: SystemTask): Promise<void> {
  if (system === 'android') await keepMost(modelFiles, task.about);
  await task.stop();
}

/** Adds complete pieces to the file, one after the other, up to the first gap. */
export function takeWholePieces(run: Run): Promise<void> {
  const take = async () => {
    for (;;) {
      const piece = run.pieces.find(({ startBytes }) => startBytes === run.positionBytes);
      // After an abort, bytes that are added to the file wouldn't be counted.
      if (!piece || !isWhole(piece) || run.signal.aborted) return;
      await takePiece(run, piece, bytesThatCame(piece) ?? 0);
    }
  };
  const taking = run.takingIn.then(take);
  run.takingIn = taking.catch(() => undefined);
  return taking;
}

/** Adds the first `sizeBytes` of the piece that begins at the file's current position, and removes the piece. */
export async function takePiece(run: Run, piece: Piece, sizeBytes: number): Promise<void> {
  answer(run);
  await takeIn(run.modelFiles, piece, sizeBytes);
  forget(run, piece);
  advance(run, sizeBytes);
}

export function advance(run: Run, byBytes: number): void {
  run.positionBytes += byBytes;
  run.events.onProgress(run.positionBytes);
  showUnderway(run);
}

/** Removes a piece from the state, when no file beside its place exists any more. */
export function forget(run: Run, piece: Piece): void {
  run.pieces = run.pieces.filter((other) => !isSamePiece(other, piece));
  run.received.delete(piece.startBytes);
}
