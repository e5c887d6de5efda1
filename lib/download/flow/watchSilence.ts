/** Gives up a request that falls silent or brings next to nothing. Knows neither files nor texts. */
import { isAbortError, ModelError, type ModelErrorDetails } from '../../errors';
import type { Clock } from '../../platform/types';
import { abortable } from './abortable';

export interface Patience {
  /** Silence after which nothing more is expected, before the first byte as well as before the last. */
  silentMs: number;
  /** Whoever brings less than `floorBytes` in so long is as good as silent. */
  floorMs: number;
  floorBytes: number;
}

/** Of a file: another connection may do better. */
export const FILE_PATIENCE: Patience = {
  silentMs: 30_000,
  floorMs: 120_000,
  floorBytes: 120 * 1024,
};

/** What the request that is watched is given. */
export interface Watch {
  /** Aborted when the outer signal is, or when the request is given up. */
  signal: AbortSignal;
  /** A sign of life: so many bytes have come. */
  onProgress(receivedBytes: number): void;
  /** From now on silence says nothing. */
  stop(): void;
}

export interface Watched<T> {
  url: string;
  patience: Patience;
  request: (watch: Watch) => Promise<T>;
}

/**
 * Settles as the request does, which obeys its signal.
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
  // Signs come a thousand times a second: each is a time to remember, and no timer of its own.
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
  // After a sleep, what would have been noticed at several times is due at once: the first counts.
  function stop(): void {
    isOver = true;
    callOffSign();
    callOffFloor();
  }
  const onProgress = (receivedBytes: number) => {
    // What was given up may still say something.
    if (isOver) return;
    received = receivedBytes;
    signMs = clock.monotonicMs();
  };
  try {
    return await request({ signal: controller.signal, onProgress, stop });
  } catch (error) {
    // The request rejects with AbortError; why it was aborted is known here alone.
    if (!end.stalled || signal.aborted || !isAbortError(error)) throw error;
    const { host } = new URL(url);
    throw new ModelError('NET_STALLED', { host, ...end.stalled }, { cause: error });
  } finally {
    stop();
    release();
  }
}

type Stalled = Omit<ModelErrorDetails['NET_STALLED'], 'host'>;
