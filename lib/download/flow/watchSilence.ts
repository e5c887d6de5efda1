/** Aborts a request that brings no bytes for too long, or almost none. Serves requests for files and for texts. */
import { isAbortError, ModelError, type ModelErrorDetails } from '../../errors';
import type { Clock } from '../../platform/types';
import { abortable } from './abortable';

export interface Patience {
  /** The request is given up after this time without a byte, whether before the first byte or later. */
  silentMs: number;
  /** A request that brings less than `floorBytes` in this time is given up, too. */
  floorMs: number;
  floorBytes: number;
}

/** For a file: another connection may be faster. */
export const FILE_PATIENCE: Patience = {
  silentMs: 30_000,
  floorMs: 120_000,
  floorBytes: 120 * 1024,
};

/** The argument of the watched request. */
export interface Watch {
  /** Aborted when the outer signal is, or when the request is given up. */
  signal: AbortSignal;
  /** To be called with the number of bytes received so far. */
  onProgress(receivedBytes: number): void;
  /** Ends the watch: silence no longer aborts the request. */
  stop(): void;
}

export interface Watched<T> {
  url: string;
  patience: Patience;
  request: (watch: Watch) => Promise<T>;
}

/**
 * Settles as the request does. The request must obey its signal.
 * @throws ModelError NET_STALLED when it was given up; else what the request throws
 */
export async function watchSilence<T>(
  clock: Clock,
  { url, patience, request }: Watched<T>,
  signal: AbortSignal,
): Promise<T> {
  const { silentMs, floorMs, floorBytes } = patience;
  const { controller, release } = abortable(signal);
  let received = 0;
  let isOver = false;
  const end: { stalled: Stalled | undefined } = { stalled: undefined };
  const giveUp = (sinceMs: number, receivedBytes: number) => {
    stop();
    end.stalled = { waitedMs: Math.round(clock.monotonicMs() - sinceMs), receivedBytes };
    controller.abort();
  };
  let signMs = clock.monotonicMs();
  // Progress comes a thousand times a second, so each call only stores the time and sets no timer.
  const waitForSign = (forMs: number): (() => void) =>
    clock.after(forMs, () => {
      const leftMs = signMs + silentMs - clock.monotonicMs();
      if (leftMs > 0) callOffSign = waitForSign(leftMs);
      else giveUp(signMs, 0);
    });
  const waitForFloor = (): (() => void) => {
    const [sinceMs, before] = [clock.monotonicMs(), received];
    return clock.after(floorMs, () => {
      if (received - before < floorBytes) giveUp(sinceMs, received - before);
      else callOffFloor = waitForFloor();
    });
  };
  let callOffSign = waitForSign(silentMs);
  let callOffFloor = waitForFloor();
  // After the device has slept, both timers may be due at once; only the first one counts.
  function stop(): void {
    isOver = true;
    callOffSign();
    callOffFloor();
  }
  const onProgress = (receivedBytes: number) => {
    // A request that was given up may still report progress.
    if (isOver) return;
    received = receivedBytes;
    signMs = clock.monotonicMs();
  };
  try {
    return await request({ signal: controller.signal, onProgress, stop });
  } catch (error) {
    // The request rejects with AbortError; only this function knows why it was aborted.
    if (!end.stalled || signal.aborted || !isAbortError(error)) throw error;
    const { host } = new URL(url);
    throw new ModelError('NET_STALLED', { host, ...end.stalled }, { cause: error });
  } finally {
    stop();
    release();
  }
}

type Stalled = Omit<ModelErrorDetails['NET_STALLED'], 'host'>;
