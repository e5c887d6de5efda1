import { abortError } from '../../errors';

/** One thing after the other, where the last to come wins. */
export interface Turns {
  /**
   * Calls off whatever runs or waits, and does `work` once that has settled.
   * Rejects with AbortError, without doing it, when somebody else comes before it began. `isWanted`
   * tells while it works whether nobody has taken a turn or stopped since.
   */
  take<T>(work: (signal: AbortSignal, isWanted: () => boolean) => Promise<T>): Promise<T>;
  /** Does `work` once nothing else is to be done, calling nothing off; whoever takes a turn then calls it off. */
  follow<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Tells later whether nobody has taken a turn or stopped since. */
  mark(): () => boolean;
  /** Makes every mark stale; with `interrupt` also ends what runs, and resolves when it has ended. */
  stop(interrupt: boolean): Promise<void>;
  /** Ends what runs and does `last` after it; everything else from now on rejects with AbortError. */
  close(last: () => Promise<void>): Promise<void>;
}

export function createTurns(): Turns {
  let tail: Promise<unknown> = Promise.resolve();
  /** Of everything that runs or waits. */
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
    // Whoever took the turn hears of its failure; those behind only wait for its end.
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
