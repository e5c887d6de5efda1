/** One request for one range, given up when it falls silent. */
import { ModelError } from '../errors';
import type { Clock, Downloader, FileAnswer, FileRequest } from '../platform/types';
import { abortable } from './abortable';

/** Silence after which a connection counts as dead, before the first byte as well as after the last but one. */
const STALL_MS = 30_000;

/** A connection that brings less than this in so long is as good as dead: another one may do better. */
const FLOOR_MS = 120_000;
const FLOOR_BYTES = 120 * 1024;

export interface AttemptTools {
  downloader: Downloader;
  clock: Clock;
}

export interface Attempt {
  request: FileRequest;
  onAnswer: (answer: FileAnswer) => void;
  onProgress: (endBytes: number) => void;
  onUnderway: (receivedBytes: number, isHeld: boolean) => void;
}

/** What was handed over to the system is never given up: it may sleep, and so may this app. @throws what `fetchFile` does, NET_STALLED after thirty silent seconds or two minutes that brought next to nothing. */
export async function attempt(
  { downloader, clock }: AttemptTools,
  { request, onAnswer, onProgress, onUnderway }: Attempt,
  signal: AbortSignal,
): Promise<void> {
  const { controller, release } = abortable(signal);
  const end = { isStalled: false, isHandedOver: false };
  const giveUpLater = () =>
    clock.after(STALL_MS, () => {
      end.isStalled = true;
      controller.abort();
    });
  let callOff = giveUpLater();
  let [position, lookedAtPosition] = [request.offsetBytes, request.offsetBytes];
  const lookLater = (): (() => void) =>
    clock.after(FLOOR_MS, () => {
      end.isStalled = position - lookedAtPosition < FLOOR_BYTES;
      lookedAtPosition = position;
      if (end.isStalled) controller.abort();
      else callOffLook = lookLater();
    });
  let callOffLook = lookLater();
  const alive = () => {
    callOff();
    callOff = giveUpLater();
  };
  const events = {
    onAnswer(answer: FileAnswer) {
      alive();
      end.isHandedOver = answer.isHandedOver;
      if (answer.isHandedOver) {
        callOff();
        callOffLook();
      }
      onAnswer(answer);
    },
    onUnderway,
    onProgress(endBytes: number) {
      if (!end.isHandedOver) alive();
      position = endBytes;
      onProgress(endBytes);
    },
  };
  try {
    await downloader.fetchFile(request, events, controller.signal);
  } catch (error) {
    // The adapter rejects with AbortError; why it was aborted is ours to say.
    if (!end.isStalled) throw error;
    const { host } = new URL(request.url);
    throw new ModelError('NET_STALLED', { host, silentMs: STALL_MS }, { cause: error });
  } finally {
    callOff();
    callOffLook();
    release();
  }
}
