/** What one call for a file knows while the system brings it, and how bytes get into their place. */
import { ModelError } from '../../errors';
import type { FileEvents, FileRequest } from '../types';
import type { HandOverTools } from './handOver';
import { bytesThatCame, incomingPath, keepMost, keptPath, sizeAt, takeIn } from './incoming';
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
  /** What the system has, by where it begins. */
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
  if (task.isOver() || !isWanted(run, task)) return false;
  if (run.system === 'android') return isRightOnAndroid(task);
  return !task.isPaused() || task.receivedBytes() > 0;
}

function isWanted(run: Run, { about }: SystemTask): boolean {
  const { startBytes, endBytes } = about;
  return (
    isSameFile(run.request, about) &&
    startBytes >= run.positionBytes &&
    (startBytes - run.positionBytes) % run.longestPieceBytes === 0 &&
    endBytes === (endOf(run, startBytes) ?? null)
  );
}

function isRightOnAndroid(task: SystemTask): boolean {
  const { about } = task;
  const here = sizeAt(incomingPath(about)) ?? 0;
  if (task.isPaused()) {
    // Android goes on at the end of the file, whatever place it asks the server for: by its own count, which begins
    // with the piece and may lag behind.
    return about.startBytes === 0 && here > 0 && task.receivedBytes() === here;
  }
  if (task.isOfThisRun) return true;
  // What an earlier run began died with the app's process, and is begun again from what was first asked for, without
  // its range. Where it had been resumed, it goes on at the end of what came, and has as much as the other name.
  const kept = sizeAt(keptPath(about));
  return about.startBytes === 0 && (kept === undefined || here > kept);
}

/** Where a piece ends; undefined where nobody knows. */
export function endOf(
  { totalBytes, longestPieceBytes }: Run,
  startBytes: number,
): number | undefined {
  return totalBytes === undefined
    ? undefined
    : Math.min(totalBytes, startBytes + longestPieceBytes);
}

export function isComplete({ positionBytes, totalBytes }: Run): boolean {
  return totalBytes !== undefined && positionBytes >= totalBytes;
}

export function interrupted({ request }: Run): ModelError {
  return new ModelError('NET_INTERRUPTED', { host: new URL(request.url).host });
}

/** Before the first byte is in its place. */
export function answer(run: Run, url: string): void {
  if (run.isAnswered) return;
  run.isAnswered = true;
  run.events.onAnswer({
    ...{ offsetBytes: run.positionBytes, endBytes: run.totalBytes, totalBytes: run.totalBytes },
    // The system tells no headers. It brings all of a file from one version, and parts of one whose digest judges.
    ...{ versions: [], url, maxConnections: 1, isHandedOver: true },
  });
}

export function showUnderway({ received, events, wifi }: Run): void {
  const bytes = [...received.values()].reduce((sum, one) => sum + one, 0);
  events.onUnderway(bytes, wifi.isForbidden());
}

/** Ends a task for good. What Android had brought of it stays. */
export async function letGo(
  { system, modelFiles, received }: Run,
  task: SystemTask,
): Promise<void> {
  received.delete(task.about.startBytes);
  if (system === 'android') await keepMost(modelFiles, task.about);
  await task.stop();
}

/** Takes in what came as far as it has no gap, piece after piece. */
export function takeWholePieces(run: Run): Promise<void> {
  const { request, modelFiles, events } = run;
  const take = async () => {
    while (!isComplete(run)) {
      const piece = { path: request.path, startBytes: run.positionBytes };
      const endBytes = endOf(run, piece.startBytes);
      const sizeBytes = bytesThatCame(piece);
      if (endBytes === undefined || sizeBytes !== endBytes - piece.startBytes) return;
      answer(run, run.directUrl ?? request.url);
      await takeIn(modelFiles, piece, sizeBytes);
      run.received.delete(piece.startBytes);
      run.positionBytes = endBytes;
      events.onProgress(endBytes);
      showUnderway(run);
    }
  };
  const taking = run.takingIn.then(take);
  run.takingIn = taking.catch(() => undefined);
  return taking;
}

export async function takePart(run: Run, bytes: number): Promise<void> {
  const { request, modelFiles, events } = run;
  await takeIn(modelFiles, { path: request.path, startBytes: run.positionBytes }, bytes);
  run.positionBytes += bytes;
  events.onProgress(run.positionBytes);
}
