import { abortError } from '../errors';

/** One thing after the other, where the last to come wins. */
export interface Turns {
  /**
   * Calls off whatever runs or waits, and does `work` once that has settled.
   * Rejects with AbortError, without doing it, when somebody else comes before it began.
   */
  take<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Tells later whether nobody has come since. */
  mark(): () => boolean;
  /** Makes every mark stale; with `interrupt` also ends what runs, and resolves when it has ended. */
  stop(interrupt: boolean): Promise<void>;
}

export function createTurns(): Turns {
  let tail: Promise<unknown> = Promise.resolve();
  let running: AbortController | undefined;
  let latest = 0;

  return {
    take(work) {
      latest += 1;
      running?.abort();
      const controller = new AbortController();
      running = controller;
      const turn = tail.then(() => {
        if (controller.signal.aborted) throw abortError();
        return work(controller.signal);
      });
      // Whoever took the turn hears of its failure; those behind only wait for its end.
      tail = turn.catch(() => undefined);
      return turn;
    },
    mark() {
      const mine = latest;
      return () => mine === latest;
    },
    async stop(interrupt) {
      latest += 1;
      if (!interrupt) return;
      running?.abort();
      await tail;
    },
  };
}
