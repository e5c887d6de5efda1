/** Cancellation that nests and waits, with no more of `AbortSignal` than every host has: React Native's knows no reason. */
import { abortError } from '../../errors';
import type { Clock } from '../../platform/types';

/** A controller that also aborts when any of `outers` does. `release` forgets them, who may live much longer. */
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

/** @throws AbortError when the signal says so. */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw abortError();
}

/** Resolves after `delayMs`, or rejects with AbortError as soon as the signal says so. */
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
