/** Delays the reads of several transfers, so that together they stay under a rate. Pure except for the clock. */
import type { Clock } from '../../platform/types';

export interface RateLimiter {
  /** Sets the limit in bytes per second; undefined removes it. */
  set(bytesPerSecond: number | undefined): void;
  /** How long a transfer must wait before its next read, after it has just read `takenBytes`. */
  delayMs(takenBytes: number): number;
}

export function createRateLimiter(clock: Pick<Clock, 'monotonicMs'>): RateLimiter {
  let limit: number | undefined;
  let freeAtMs = 0;
  return {
    set(bytesPerSecond) {
      limit = bytesPerSecond;
      freeAtMs = 0;
    },
    delayMs(takenBytes) {
      if (limit === undefined) return 0;
      const nowMs = clock.monotonicMs();
      freeAtMs = Math.max(nowMs, freeAtMs) + (takenBytes * 1000) / limit;
      return freeAtMs - nowMs;
    },
  };
}
