/** Repeats an operation as long as its failures are temporary. */
import { isModelError, type ModelError } from '../../errors';
import type { Clock } from '../../platform/types';
import { throwIfAborted, wait } from './abortable';
import { retryDelayMs } from './retry';

export interface RetryTools {
  clock: Clock;
  /** In [0, 1). */
  random: () => number;
}

export interface Retried<T> {
  work: () => Promise<T>;
  /** Called before each wait for another attempt. */
  onRetry: (error: ModelError, delayMs: number) => void;
}

/** @throws the last failure, once another attempt is useless; AbortError as soon as `signal` aborts */
export async function untilDone<T>(
  { clock, random }: RetryTools,
  { work, onRetry }: Retried<T>,
  signal: AbortSignal,
): Promise<T> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await work();
    } catch (error) {
      throwIfAborted(signal);
      if (!isModelError(error)) throw error;
      const delayMs = retryDelayMs(error, failures, random());
      if (delayMs === undefined) throw error;
      onRetry(error, delayMs);
      await wait(clock, delayMs, signal);
    }
  }
}
