/** What one call for a file knows while the system brings it, and how bytes get into their place. */
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
  /** Of the whole file; undefined where nobody has said. */
  totalBytes: number | undefined;
  /** Everything before it is in its place. */
  positionBytes: number;
  /** Where redirects led, once somebody has asked. */
  directUrl: string | undefined;
  isAnswered: boolean;
  /** What lies beside its place or is on its way there; no two have a byte in common. */
  pieces: Piece[];
  /** What the system has of those, by where they begin. */
  received: Map<number, number>;
  /** One after the other into the one file. */
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

/** Whether what a task brings is still wanted, and will be right if it goes on. */
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
  // It was let go, and the app died before the system knew.
  if (sizeAt(keptPath(about)) !== undefined) return false;
  if (!task.isPaused()) return true;
  // Android goes on at the end of the file, whatever place it asks the server for: by its own count, which begins
  // with the piece and may lag behind.
  const here = sizeAt(incomingPath(about)) ?? 0;
  return about.startBytes === 0 && here > 0 && task.receivedBytes() === here;
}

export function isComplete({ positionBytes, totalBytes }: Run): boolean {
  return totalBytes !== undefined && positionBytes >= totalBytes;
}

export function interrupted({ request }: Run): ModelError {
  return new ModelError('NET_INTERRUPTED', { host: new URL(request.url).host });
}

/** Before the first byte is in its place. */
export function answer(run: Run): void {
  if (run.isAnswered) return;
  run.isAnswered = true;
  run.events.onAnswer({
    ...{ offsetBytes: run.positionBytes, endBytes: run.totalBytes, totalBytes: run.totalBytes },
    // The system tells no headers. It brings all of a file from one version, and parts of one whose digest judges.
    // Whoever goes on asks the same address: one that redirects led to may have expired by then.
    ...{ versions: [], url: run.request.url, maxConnections: 1, isHandedOver: true },
  });
}

export function showUnderway({ received, events, wifi }: Run): void {
  const bytes = [...received.values()].reduce((sum, one) => sum + one, 0);
  events.onUnderway(bytes, wifi.isForbidden());
}

/** Ends a task for good. What Android had brought of it stays. */
export async function endTask({ system, modelFiles }: Run, task: SystemTask): Promise<void> {
  if (system === 'android') await keepMost(modelFiles, task.about);
  await task.stop();
}

/** Takes in what came as far as it has no gap, piece after piece. */
export function takeWholePieces(run: Run): Promise<void> {
  const take = async () => {
    for (;;) {
      const piece = run.pieces.find(({ startBytes }) => startBytes === run.positionBytes);
      // Nobody counts what is added to the file once it was called off.
      if (!piece || !isWhole(piece) || run.signal.aborted) return;
      await takePiece(run, piece, bytesThatCame(piece) ?? 0);
    }
  };
  const taking = run.takingIn.then(take);
  run.takingIn = taking.catch(() => undefined);
  return taking;
}

/** Puts the first `sizeBytes` of the piece at the place that the file has come to into the file, and removes the piece. */
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

/** Of a piece nothing is beside its place any more. */
export function forget(run: Run, piece: Piece): void {
  run.pieces = run.pieces.filter((other) => !isSamePiece(other, piece));
  run.received.delete(piece.startBytes);
}
