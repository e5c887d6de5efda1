/** Spaces out what several transfers take, so that together they stay under a rate. Pure but for the clock. */
import type { Clock } from '../../platform/types';

export interface RateLimiter {
  /** Bytes a second; undefined for no limit. */
  set(bytesPerSecond: number | undefined): void;
  /** How long whoever has just taken so many bytes waits before it takes more. */
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
