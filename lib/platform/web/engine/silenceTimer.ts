/** Notices when regular signs of life stop. */
import type { Clock } from '../../types';

export interface SilenceTimer {
  /** Records a sign of life: the wait begins anew. */
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

  // One timer, which compares times when it fires: thousands of signs arrive while a model loads.
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
