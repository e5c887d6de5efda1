/** Does what shows numbers that change by themselves, at a pace that a screen can follow. */
import type { Clock } from '../../platform/types';

/** Ten a second: more is work without being seen. */
const SHORTEST_INTERVAL_MS = 100;

export interface Pacer {
  now(): void;
  /** At once, or when the time since the last is over; once, however often it is asked for meanwhile. */
  soon(): void;
  /** What was asked for is not to come any more. */
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
