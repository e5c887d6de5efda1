/** Measures how fast the connections of a file are, and finds one that is too slow to keep. */
import type { Clock } from '../../platform/types';

/** How often `findLate` should be called. */
export const LOOK_EVERY_MS = 500;
/** A connection with less than this part of the usual speed may be given up. */
const HOPELESS = 0.1;
/** A slow connection is given up after this time. */
const PATIENCE_MS = 3_000;
/** In bytes per millisecond. A lower speed is always too slow, whatever the others' speed: a new try loses little. */
const TRICKLE = 1;
/** How many of the last ended connections count towards the usual speed. */
const REMEMBERED = 8;

/** When `findLate` is called later than this, the process slept or was busy, and could not receive bytes either. */
const HELD_UP_MS = 4 * LOOK_EVERY_MS;

/** A connection under observation; its `receivedBytes` is read anew each time. */
export interface Runner {
  readonly startedAtMs: number;
  readonly receivedBytes: number;
}

export interface Pace<R extends Runner> {
  /** Adds the speed of an ended connection to the usual ones. */
  ended(runner: R): void;
  /**
   * The connection to give up, if any: for three seconds it has brought less than a tenth of the bytes
   * that a connection of this file usually brings, or almost none. A network that became slow for all
   * connections looks the same, so the time doubles each time that giving one up didn't help.
   */
  findLate(runners: readonly R[]): R | undefined;
}

interface Mark {
  atMs: number;
  receivedBytes: number;
  /** The time since when the connection has been too slow. */
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

  /** The median speed of the other connections, in bytes per millisecond. Undefined where there are no others. */
  function usualFor(runner: R, runners: readonly R[]): number | undefined {
    const others = runners.filter((other) => other !== runner && other.receivedBytes > 0);
    const rates = [...examples, ...others.map(rateOf)];
    return rates.length === 0 ? undefined : median(rates);
  }

  /** The time since when the connection has been too slow. */
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
    // No byte at all doesn't count here: `silenceMs` limits how long silence may last.
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
