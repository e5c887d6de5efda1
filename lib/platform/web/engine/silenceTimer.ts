/** Notices that something which should keep showing signs of life no longer does. */
import type { Clock } from '../../types';

export interface SilenceTimer {
  /** A sign of life: the wait begins anew. */
  touch(): void;
  /** Resolves after `silenceMs` without a sign of life; never after `stop`. */
  readonly expired: Promise<void>;
  stop(): void;
}

export function createSilenceTimer(clock: Clock, silenceMs: number): SilenceTimer {
  let expire: () => void = () => undefined;
  const expired = new Promise<void>((resolve) => {
    expire = resolve;
  });
  let lastSignMs = clock.monotonicMs();
  let callOff: () => void = () => undefined;

  // One timer that looks back when it fires: signs come by the thousand while a model loads.
  const wait = (delayMs: number) => {
    callOff = clock.after(delayMs, () => {
      const leftMs = lastSignMs + silenceMs - clock.monotonicMs();
      if (leftMs > 0) wait(leftMs);
      else expire();
    });
  };
  wait(silenceMs);

  return {
    touch() {
      lastSignMs = clock.monotonicMs();
    },
    expired,
    stop() {
      callOff();
    },
  };
}
