/** Limits how many models are transferred at a time; the others wait in the order in which they came. */
import { abortError } from '../errors';
import { throwIfAborted } from './flow/abortable';

const AT_ONCE = 2;

export interface TransferQueue {
  /** Resolves at the caller's turn with a function that ends it. Calls `onWait` once if the caller has to wait. */
  enter(onWait: () => void, signal: AbortSignal): Promise<() => void>;
  /** The number of current turns. */
  active(): number;
}

export function createTransferQueue(): TransferQueue {
  const waiting: (() => void)[] = [];
  let active = 0;

  function leave(): void {
    active -= 1;
    waiting.shift()?.();
  }

  function begin(): () => void {
    active += 1;
    let hasLeft = false;
    return () => {
      if (!hasLeft) leave();
      hasLeft = true;
    };
  }

  return {
    active: () => active,
    async enter(onWait, signal) {
      throwIfAborted(signal);
      if (active < AT_ONCE && waiting.length === 0) return begin();
      onWait();
      return new Promise((resolve, reject) => {
        const turn = () => {
          signal.removeEventListener('abort', giveUp);
          resolve(begin());
        };
        const giveUp = () => {
          signal.removeEventListener('abort', giveUp);
          waiting.splice(waiting.indexOf(turn), 1);
          reject(abortError());
        };
        waiting.push(turn);
        signal.addEventListener('abort', giveUp);
      });
    },
  };
}
