/** The clock of every real host: all hosts have these globals, and the core isn't allowed to use them. */
import type { Clock } from '../types';

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => {
      clearTimeout(timer);
    };
  },
};
