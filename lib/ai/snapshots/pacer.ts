/** Limits how often changing numbers are shown, to a rate that a screen can follow. */
import type { Clock } from '../../platform/types';

/** Ten updates per second; more would be invisible work. */
const SHORTEST_INTERVAL_MS = 100;

export interface Pacer {
  now(): void;
  /** Runs the work at once, or when the interval since the last run is over. Several calls meanwhile cause one run. */
  soon(): void;
  /** Cancels a pending run. */
  callOff(): void;
}

export function createPacer(clock: Clock, act: () => void): Pacer {
  let actedAtMs = -Infinity;
  let callOffTimer: (() => void) | undefined;

  function callOff() {
    callOffTimer?.();
    callOffTimer = undefined;
  }

  function now() {
    callOff();
    actedAtMs = clock.monotonicMs();
    act();
  }

  return {
    now,
    soon() {
      if (callOffTimer) return;
      const waitMs = actedAtMs + SHORTEST_INTERVAL_MS - clock.monotonicMs();
      if (waitMs <= 0) now();
      else callOffTimer = clock.after(waitMs, now);
    },
    callOff,
  };
}
