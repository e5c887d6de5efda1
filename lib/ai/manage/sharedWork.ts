/** One piece of work that several callers wait for. It is called off when the last of them has left. */
import { throwIfAborted } from '../../download/flow/abortable';
import { abortError } from '../../errors';

export interface SharedWork<T> {
  /** Whether it was called off; it may still be ending. */
  isCalledOff(): boolean;
  callOff(): void;
  /** Settles with the work. Its failure is reported to those who have joined. */
  readonly done: Promise<T>;
  /**
   * Settles with the work, or rejects with AbortError when `signal` aborts: at once if others still wait for the work,
   * else when the work has ended. Without a signal, the caller stays until the end.
   */
  join(signal?: AbortSignal): Promise<T>;
}

/** Begins at once. Join it in the same turn: until then its failure has nobody to be reported to. */
export function createSharedWork<T>(work: (signal: AbortSignal) => Promise<T>): SharedWork<T> {
  const controller = new AbortController();
  const done = work(controller.signal);
  let waiting = 0;

  async function joinUntil(signal: AbortSignal): Promise<T> {
    let leave = () => {};
    const left = new Promise<never>((_resolve, reject) => {
      leave = () => {
        waiting -= 1;
        if (waiting === 0) controller.abort();
        else reject(abortError());
      };
    });
    signal.addEventListener('abort', leave);
    if (signal.aborted) leave();
    try {
      const value = await Promise.race([left, done]);
      // The work had come too far to be called off.
      throwIfAborted(signal);
      return value;
    } catch (error) {
      throwIfAborted(signal);
      throw error;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  return {
    isCalledOff: () => controller.signal.aborted,
    callOff() {
      controller.abort();
    },
    done,
    join(signal) {
      waiting += 1;
      return signal === undefined ? done : joinUntil(signal);
    },
  };
}
