/** One request for one range, given up when it falls silent. */
import { ModelError, type ModelErrorDetails } from '../errors';
import type { Clock, Downloader, FileAnswer, FileRequest } from '../platform/types';
import { abortable } from './abortable';

/** A connection that brings less than this in so long is as good as dead: another one may do better. */
export const FLOOR_MS = 120_000;
const FLOOR_BYTES = 120 * 1024;

export interface AttemptTools {
  downloader: Downloader;
  clock: Clock;
}

export interface Attempt {
  request: FileRequest;
  /** How long nothing may come, before the first byte as well as after the last but one. */
  silenceMs: number;
  onAnswer: (answer: FileAnswer) => void;
  onProgress: (endBytes: number) => void;
  onUnderway: (receivedBytes: number, isHeld: boolean) => void;
}

/**
 * What was handed over to the system is never given up: it may sleep, and so may this app.
 * @throws what `fetchFile` does, NET_STALLED after so much silence, or after two minutes that brought next to nothing.
 */
export async function attempt(
  { downloader, clock }: AttemptTools,
  { request, silenceMs, onAnswer, onProgress, onUnderway }: Attempt,
  signal: AbortSignal,
): Promise<void> {
  const { controller, release } = abortable(signal);
  let stalled: Stalled | undefined;
  const giveUp = (found: Stalled) => {
    stalled = found;
    controller.abort();
  };
  const watch = watchStalls(clock, { silenceMs, startBytes: request.offsetBytes }, giveUp);
  const events = {
    onAnswer(answer: FileAnswer) {
      if (answer.isHandedOver) watch.stop();
      else watch.answered(answer.offsetBytes);
      onAnswer(answer);
    },
    onUnderway,
    onProgress(endBytes: number) {
      watch.reached(endBytes);
      onProgress(endBytes);
    },
  };
  try {
    await downloader.fetchFile(request, events, controller.signal);
  } catch (error) {
    // The adapter rejects with AbortError; why it was aborted is ours to say.
    if (!stalled) throw error;
    const { host } = new URL(request.url);
    throw new ModelError('NET_STALLED', { host, ...stalled }, { cause: error });
  } finally {
    watch.stop();
    release();
  }
}

type Stalled = Omit<ModelErrorDetails['NET_STALLED'], 'host'>;

interface StallWatch {
  answered(offsetBytes: number): void;
  reached(endBytes: number): void;
  stop(): void;
}

/** Tells once of what stalled, and then no more: after a sleep, what would have been told at several times is due at once. */
function watchStalls(
  clock: Clock,
  { silenceMs, startBytes }: { silenceMs: number; startBytes: number },
  onStalled: (stalled: Stalled) => void,
): StallWatch {
  let position = startBytes;
  let receivedBytes = 0;
  let isOver = false;
  let callOffSilence: () => void = () => undefined;
  let callOffFloor: () => void = () => undefined;

  function stop(): void {
    isOver = true;
    callOffSilence();
    callOffFloor();
  }

  function tell(sinceMs: number, bytes: number): void {
    stop();
    onStalled({ waitedMs: Math.round(clock.monotonicMs() - sinceMs), receivedBytes: bytes });
  }

  function waitForSilence(): void {
    callOffSilence();
    if (isOver) return;
    const sinceMs = clock.monotonicMs();
    callOffSilence = clock.after(silenceMs, () => {
      tell(sinceMs, 0);
    });
  }

  function waitForFloor(): void {
    const [sinceMs, before] = [clock.monotonicMs(), receivedBytes];
    callOffFloor = clock.after(FLOOR_MS, () => {
      const bytes = receivedBytes - before;
      if (bytes < FLOOR_BYTES) tell(sinceMs, bytes);
      else waitForFloor();
    });
  }

  waitForSilence();
  waitForFloor();
  return {
    answered(offsetBytes) {
      position = offsetBytes;
      waitForSilence();
    },
    reached(endBytes) {
      receivedBytes += endBytes - position;
      position = endBytes;
      waitForSilence();
    },
    stop,
  };
}
