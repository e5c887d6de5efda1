/** Follows one transfer of the system's for a call, to where its bytes are in their place or wait beside it. */
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

/** From this moment on; how it ends, `run.followers` say. */
export function follow(run: Run, task: SystemTask): void {
  const follower = followToItsEnd(run, task);
  // Heard of where all are awaited.
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
    // iOS keeps what came of a transfer as long as that is paused.
    if (end.kind === 'failed' || system === 'android') {
      await endTask(run, task);
      await takeBeginning(run, task);
    }
    if (end.kind === 'still') throw interrupted(run);
    throw failureOfTask(end.errorCode, { request, freeBytes: freeBytesNow() });
  } catch (error) {
    // The system has removed its own already; of a file with too many bytes none is worth a second look.
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
  // It may be whole, and wait for what comes before it.
  if (run.positionBytes > about.startBytes || actualBytes === expectedBytes) return;
  if (actualBytes > expectedBytes) throw overlong(task, expectedBytes)(actualBytes);
  await endTask(run, task);
  throw interrupted(run);
}

function lengthOf({ about: { startBytes, endBytes } }: SystemTask): number | undefined {
  return endBytes === null ? undefined : endBytes - startBytes;
}

/** What is wrong with a piece that grows too long: a piece in the middle is only one that came wrongly. */
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
    // Android asks once, when a task is made.
    isKept: () => system === 'android' && isKeptToWifi,
    ...{ count: () => countOf(run, task), isOffline: network.isOffline },
    // iOS has a few of its transfers move at a time, and the others wait for those.
    pulse: system === 'ios' ? run.pulse : createPulse(clock),
    // Android counts from the file's beginning what it began again by itself, and writes where everybody can look.
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

/** By the system's own count: what it tells of by itself may be older. */
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
    // The system tells the status of failures alone.
    readAnswer(part, { status: headers.has('content-range') ? 206 : 200, url: about.url, header });
    return undefined;
  } catch (error) {
    if (isModelError(error)) return error;
    throw error;
  }
}

/** The beginning of a file that this very run of the app saw come is what it should be. */
async function takeBeginning(run: Run, { about, isOfThisRun }: SystemTask): Promise<void> {
  const bytes = bytesThatCame(about) ?? 0;
  const isSeen = isOfThisRun && about.startBytes === 0 && run.positionBytes === 0;
  if (isSeen && bytes > 0 && run.totalBytes !== undefined && bytes < run.totalBytes) {
    await takePiece(run, about, bytes);
  }
}
