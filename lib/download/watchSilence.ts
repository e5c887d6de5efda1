/** Gives up a request that falls silent or brings next to nothing. Knows neither files nor texts. */
import { isAbortError, ModelError } from '../errors';
import type { Clock } from '../platform/types';
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
  /** A sign of life: everything up to here has come. */
  onProgress(endBytes: number): void;
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
  const end = { isGivenUp: false };
  let position = 0;
  const giveUp = () => {
    end.isGivenUp = true;
    stop();
    controller.abort();
  };
  const waitForSign = () => clock.after(silentMs, giveUp);
  const waitForFloor = (fromBytes: number): (() => void) =>
    clock.after(floorMs, () => {
      if (position - fromBytes < floorBytes) giveUp();
      else callOffFloor = waitForFloor(position);
    });
  let callOffSign = waitForSign();
  let callOffFloor = waitForFloor(0);
  function stop(): void {
    callOffSign();
    callOffFloor();
  }
  const onProgress = (endBytes: number) => {
    // What was given up may still say something.
    if (end.isGivenUp) return;
    position = endBytes;
    callOffSign();
    callOffSign = waitForSign();
  };
  try {
    return await request({ signal: controller.signal, onProgress });
  } catch (error) {
    // The request rejects with AbortError; why it was aborted is known here alone.
    if (!end.isGivenUp || signal.aborted || !isAbortError(error)) throw error;
    throw new ModelError('NET_STALLED', { host: new URL(url).host, silentMs }, { cause: error });
  } finally {
    stop();
    release();
  }
}
