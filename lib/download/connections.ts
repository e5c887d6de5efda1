/** How many connections a file gets, and which of them is too slow to keep. Pure. */

const FIRST_CONNECTIONS = 8;
/** A connection under this part of the median is given up. */
const HOPELESS = 0.1;
const SHORTEST_TRIAL_MS = 3_000;

export interface Connections {
  /** How many may be open now. */
  limit(): number;
  /** The server said how many ranges are worth it; before that there is one. */
  open(maxConnections: number): void;
  /** From eight to all that are worth it. */
  widen(): void;
  /** The server refused one more while `others` were open: so many it takes, and no more. */
  refused(others: number): void;
}

export function createConnections(): Connections {
  let most: number | undefined;
  let current = 1;
  return {
    limit: () => current,
    open(maxConnections) {
      if (most !== undefined) return;
      most = maxConnections;
      current = Math.min(FIRST_CONNECTIONS, most);
    },
    widen() {
      current = most ?? current;
    },
    refused(others) {
      most = Math.max(1, Math.min(most ?? 1, others));
      current = Math.min(current, most);
    },
  };
}

export interface Runner {
  startedAtMs: number;
  receivedBytes: number;
}

/** The first that had time to show what it can and carries less than a tenth of the median. */
export function findHopeless<R extends Runner>(
  runners: readonly R[],
  nowMs: number,
): R | undefined {
  const rateOf = ({ startedAtMs, receivedBytes }: Runner) =>
    receivedBytes / Math.max(1, nowMs - startedAtMs);
  const tried = runners.filter(({ startedAtMs }) => nowMs - startedAtMs >= SHORTEST_TRIAL_MS);
  if (runners.length < 3) return undefined;
  const usual = median(runners.map(rateOf));
  return tried.find((runner) => rateOf(runner) < usual * HOPELESS);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
