/** How fast the connections of a file are, and which of them is too slow to keep. */
import type { Clock } from '../../platform/types';

/** How often somebody should look. */
export const LOOK_EVERY_MS = 500;
/** A connection that carries less than this part of what is usual may be given up. */
const HOPELESS = 0.1;
/** After so long. */
const PATIENCE_MS = 3_000;
/** Bytes a millisecond below which anything is a trickle, whatever the others do: little is lost by beginning again. */
const TRICKLE = 1;
/** What is usual, so many connections say that have ended. */
const REMEMBERED = 8;

/** Whoever looks later than that slept, or had no time: so had what brings the bytes here. */
const HELD_UP_MS = 4 * LOOK_EVERY_MS;

/** A connection as it is looked at; what it carries is read each time. */
export interface Runner {
  readonly startedAtMs: number;
  readonly receivedBytes: number;
}

export interface Pace<R extends Runner> {
  /** What it carried is an example for the others. */
  ended(runner: R): void;
  /**
   * The one to give up, if any: for three seconds it has brought less than a tenth of what a
   * connection of this file usually brings, or a trickle. A line that became slow for everybody
   * looks the same, so each time that this helped nobody the patience doubles.
   */
  findLate(runners: readonly R[]): R | undefined;
}

interface Mark {
  atMs: number;
  receivedBytes: number;
  /** Since when it has been too slow. */
  slowSinceMs: number;
  isTrickle: boolean;
}

export function createPace<R extends Runner>(clock: Pick<Clock, 'monotonicMs'>): Pace<R> {
  const marks = new WeakMap<R, Mark>();
  let examples: number[] = [];
  let givenUpInVain = 0;
  let lookedAtMs = clock.monotonicMs();

  const rateOf = ({ startedAtMs, receivedBytes }: Runner) =>
    receivedBytes / Math.max(1, clock.monotonicMs() - startedAtMs);

  /** Bytes a millisecond, by all but this one. Undefined where there is no other. */
  function usualFor(runner: R, runners: readonly R[]): number | undefined {
    const others = runners.filter((other) => other !== runner && other.receivedBytes > 0);
    const rates = [...examples, ...others.map(rateOf)];
    return rates.length === 0 ? undefined : median(rates);
  }

  /** Since when it has been too slow. */
  function slowSince(runner: R, usual: number | undefined, wasHeldUp: boolean): number {
    const nowMs = clock.monotonicMs();
    const { receivedBytes, startedAtMs } = runner;
    const begun = {
      atMs: startedAtMs,
      receivedBytes: 0,
      slowSinceMs: startedAtMs,
      isTrickle: false,
    };
    const mark = marks.get(runner) ?? begun;
    const bytes = receivedBytes - mark.receivedBytes;
    const passedMs = nowMs - mark.atMs;
    const isLate = usual !== undefined && bytes < usual * HOPELESS * passedMs;
    // Silence alone is no trickle: how long that may last is said elsewhere.
    const isTrickle = bytes < TRICKLE * passedMs && (bytes > 0 || mark.isTrickle);
    const isSlow = isLate || isTrickle;
    if (!isSlow && bytes > 0) givenUpInVain = 0;
    const slowSinceMs = isSlow && !wasHeldUp ? mark.slowSinceMs : nowMs;
    marks.set(runner, { atMs: nowMs, receivedBytes, slowSinceMs, isTrickle });
    return slowSinceMs;
  }

  return {
    ended(runner) {
      if (runner.receivedBytes === 0) return;
      examples = [...examples, rateOf(runner)].slice(-REMEMBERED);
    },
    findLate(runners) {
      const nowMs = clock.monotonicMs();
      const wasHeldUp = nowMs - lookedAtMs > HELD_UP_MS;
      lookedAtMs = nowMs;
      const usual = runners.map((runner) => usualFor(runner, runners));
      const since = runners.map((runner, place) => slowSince(runner, usual[place], wasHeldUp));
      const longest = Math.min(...since);
      if (nowMs - longest < PATIENCE_MS * 2 ** givenUpInVain) return undefined;
      givenUpInVain += 1;
      return runners[since.indexOf(longest)];
    },
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
