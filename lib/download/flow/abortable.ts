/** Nested cancellation and waits. Uses only what every host's `AbortSignal` has: React Native's has no `reason`. */
import { abortError } from '../../errors';
import type { Clock } from '../../platform/types';

/** A controller that also aborts when any of `outers` does. `release` unsubscribes from them; they may live longer. */
export function abortable(...outers: readonly AbortSignal[]): {
  controller: AbortController;
  release: () => void;
} {
  const controller = new AbortController();
  const follow = () => {
    controller.abort();
  };
  for (const outer of outers) {
    if (outer.aborted) follow();
    outer.addEventListener('abort', follow);
  }
  return {
    controller,
    release: () => {
      for (const outer of outers) outer.removeEventListener('abort', follow);
    },
  };
}

/** @throws AbortError when the signal is aborted. */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw abortError();
}

/** Resolves after `delayMs`, or rejects with AbortError as soon as the signal aborts. */
export function wait(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    throwIfAborted(signal);
    const onAbort = () => {
      callOff();
      reject(abortError());
    };
    const callOff = clock.after(delayMs, () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    signal.addEventListener('abort', onAbort);
  });
}
