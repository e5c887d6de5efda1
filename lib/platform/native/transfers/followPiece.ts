/** Follows one of the system's transfers, until its bytes are in their place or wait beside it. */
import { readAnswer } from '../../../download/answers/readAnswer';
import { isModelError, ModelError } from '../../../errors';
import type { FileRequest } from '../../types';
import { followTask, type Following } from './followTask';
import {
  interrupted,
  isSamePiece,
  endTask,
  showUnderway,
  takePiece,
  takeWholePieces,
  type Run,
} from './handedRun';
import { bytesThatCame, incomingPath, removePiece, sizeAt, tooMuch } from './incoming';
import { freeBytesNow } from '../files/nativeErrors';
import { createPulse } from './stillTask';
import type { SystemTask } from './systemTasks';
import { failureOfTask } from './taskFailures';

/** Follows the task from now on; its promise in `run.followers` reports the end. */
export function follow(run: Run, task: SystemTask): void {
  const follower = followToItsEnd(run, task);
  // A rejection is handled where all followers are awaited.
  follower.catch(() => undefined);
  run.followers.push(follower);
}

async function followToItsEnd(run: Run, task: SystemTask): Promise<void> {
  const { request, modelFiles, system } = run;
  const { about } = task;
  try {
    const end = await followTask(task, followingOf(run, task), run.signal);
    if (end.kind === 'done') {
      await takeWhatCame(run, task);
      return;
    }
    // iOS keeps a transfer's received bytes as long as the transfer is paused.
    if (end.kind === 'failed' || system === 'android') {
      await endTask(run, task);
      await takeBeginning(run, task);
    }
    if (end.kind === 'still') throw interrupted(run);
    throw failureOfTask(end.errorCode, { request, freeBytes: freeBytesNow() });
  } catch (error) {
    // The system has already removed its own file. A file with too many bytes is useless, so a kept part is removed,
    // too.
    if (isModelError(error) && error.code === 'LENGTH_MISMATCH') {
      await removePiece(modelFiles, about);
    }
    throw error;
  }
}

async function takeWhatCame(run: Run, task: SystemTask): Promise<void> {
  const { about } = task;
  const actualBytes = sizeAt(incomingPath(about)) ?? 0;
  const expectedBytes = lengthOf(task);
  if (expectedBytes === undefined) {
    run.totalBytes = actualBytes;
    await takePiece(run, about, actualBytes);
    return;
  }
  await takeWholePieces(run);
  // The piece may be complete and wait for earlier pieces.
  if (run.positionBytes > about.startBytes || actualBytes === expectedBytes) return;
  if (actualBytes > expectedBytes) throw overlong(task, expectedBytes)(actualBytes);
  await endTask(run, task);
  throw interrupted(run);
}

function lengthOf({ about: { startBytes, endBytes } }: SystemTask): number | undefined {
  return endBytes === null ? undefined : endBytes - startBytes;
}

/**
 * The failure for a piece that grows too long. For a piece in the middle of a file, this is only an interrupted
 * transfer.
 */
function overlong({ about }: SystemTask, expectedBytes: number) {
  return (actualBytes: number): ModelError => {
    const { path, startBytes, url } = about;
    if (startBytes === 0 && about.endBytes === about.expectedBytes) {
      return tooMuch(path, { expectedBytes, actualBytes });
    }
    return new ModelError('NET_INTERRUPTED', { host: new URL(url).host });
  };
}

function followingOf(run: Run, task: SystemTask): Following {
  const { clock, system, wifi, network, request, leaving } = run;
  const { startBytes, endBytes, expectedBytes, isKeptToWifi } = task.about;
  if (!run.pieces.some((piece) => isSamePiece(piece, task.about))) run.pieces.push(task.about);
  const length = lengthOf(task);
  return {
    ...{ clock, subscribe: wifi.subscribe, isForbidden: wifi.isForbidden, isFree: wifi.isFree },
    // Android fixes this rule once, when a task is made.
    isKept: () => system === 'android' && isKeptToWifi,
    ...{ count: () => countOf(run, task), isOffline: network.isOffline },
    // iOS runs only a few of its transfers at a time, and the other transfers wait for these.
    pulse: system === 'ios' ? run.pulse : createPulse(clock),
    // For a transfer that Android restarted by itself, it counts from the file's beginning. Its file shows the real
    // number.
    countOf: (told) => (system === 'ios' ? told : (sizeAt(incomingPath(task.about)) ?? 0)),
    leaving: leaving.signal,
    expectedBytes: length,
    tooMuch: overlong(task, length ?? 0),
    judgeHead(headers) {
      const isWhole = startBytes === 0 && endBytes === expectedBytes;
      return isWhole || headers.size === 0 ? undefined : wrongPart(request, task, headers);
    },
    onUnderway(bytes) {
      run.received.set(startBytes, bytes);
      showUnderway(run);
    },
  };
}

/** Asks the system for its count: the counts in its events may be older. */
async function countOf({ tasks, system }: Run, { id }: SystemTask): Promise<number | undefined> {
  const found = await tasks.find();
  const counted = system === 'ios' ? found : found.filter((other) => other.id === id);
  if (!found.some((other) => other.id === id)) return undefined;
  return counted.reduce((sum, other) => sum + other.receivedBytes(), 0);
}

function wrongPart(
  request: FileRequest,
  { about }: SystemTask,
  headers: ReadonlyMap<string, string>,
): ModelError | undefined {
  const part = {
    ...{ ...request, offsetBytes: about.startBytes, endBytes: about.endBytes ?? undefined },
    acceptsWhole: false,
  };
  const header = (name: string) => headers.get(name);
  try {
    // The system reports the status only of failures.
    readAnswer(part, { status: headers.has('content-range') ? 206 : 200, url: about.url, header });
    return undefined;
  } catch (error) {
    if (isModelError(error)) return error;
    throw error;
  }
}

/** Takes the beginning of a file. It is certainly correct only if this run of the app began the task. */
async function takeBeginning(run: Run, { about, isOfThisRun }: SystemTask): Promise<void> {
  const bytes = bytesThatCame(about) ?? 0;
  const isSeen = isOfThisRun && about.startBytes === 0 && run.positionBytes === 0;
  if (isSeen && bytes > 0 && run.totalBytes !== undefined && bytes < run.totalBytes) {
    await takePiece(run, about, bytes);
  }
}
