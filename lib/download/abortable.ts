/** Cancellation that nests: what `AbortSignal.any` would be if every host had it. */
import type { Clock } from '../platform/types';

/** A controller that also aborts when `outer` does. `release` forgets `outer`, which may live much longer. */
export function abortable(outer: AbortSignal): {
  controller: AbortController;
  release: () => void;
} {
  const controller = new AbortController();
  const follow = () => {
    controller.abort(outer.reason);
  };
  if (outer.aborted) follow();
  outer.addEventListener('abort', follow);
  return {
    controller,
    release: () => {
      outer.removeEventListener('abort', follow);
    },
  };
}

/** Resolves after `delayMs`, or rejects with the signal's reason as soon as it aborts. */
export function wait(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const onAbort = () => {
      callOff();
      reject(signal.reason as Error);
    };
    const callOff = clock.after(delayMs, () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    signal.addEventListener('abort', onAbort);
  });
}
