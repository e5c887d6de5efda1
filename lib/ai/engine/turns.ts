import { abortError } from '../../errors';

/** Runs one task at a time; a later request cancels the earlier ones. */
export interface Turns {
  /**
   * Cancels everything that runs or waits, and runs `work` once that has settled. Rejects with AbortError, without
   * running `work`, when another turn is taken before it began. While `work` runs, `isWanted` tells whether no other
   * turn was taken and nothing was stopped since.
   */
  take<T>(work: (signal: AbortSignal, isWanted: () => boolean) => Promise<T>): Promise<T>;
  /** Runs `work` after all other work and cancels nothing; a turn that is taken later cancels it. */
  follow<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Returns a function that tells whether no turn was taken and nothing was stopped since. */
  mark(): () => boolean;
  /** Invalidates every mark; with `interrupt` also cancels all work, and resolves when it has ended. */
  stop(interrupt: boolean): Promise<void>;
  /** Cancels all work and runs `last` after it; every later request rejects with AbortError. */
  close(last: () => Promise<void>): Promise<void>;
}

export function createTurns(): Turns {
  let tail: Promise<unknown> = Promise.resolve();
  /** The controllers of everything that runs or waits. */
  let called: AbortController[] = [];
  let latest = 0;
  let closed = false;

  const callOff = () => {
    for (const controller of called) controller.abort();
  };

  function mark(): () => boolean {
    const mine = latest;
    return () => mine === latest;
  }

  function queue<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    called.push(controller);
    const turn = tail
      .then(() => {
        if (controller.signal.aborted) throw abortError();
        return work(controller.signal);
      })
      .finally(() => {
        called = called.filter((other) => other !== controller);
      });
    // The caller that took the turn gets its failure; the turns behind it only wait for its end.
    tail = turn.catch(() => undefined);
    return turn;
  }

  return {
    take(work) {
      if (closed) return Promise.reject(abortError());
      latest += 1;
      callOff();
      const isWanted = mark();
      return queue((signal) => work(signal, isWanted));
    },
    follow: (work) => (closed ? Promise.reject(abortError()) : queue(work)),
    mark,
    async stop(interrupt) {
      latest += 1;
      if (!interrupt || closed) return;
      callOff();
      await tail;
    },
    async close(last) {
      callOff();
      const closing = queue(last);
      closed = true;
      await closing;
    },
  };
}
