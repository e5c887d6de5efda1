/** How many connections a file gets, and which of them is too slow to keep. Pure. */

const FIRST_CONNECTIONS = 8;
/** Of what each carried before: twice as many carry half as much on a full line, and less only where they are in each other's way. */
const WORTHWHILE = 0.4;
/** A connection under this part of the median is given up. */
const HOPELESS = 0.1;
const SHORTEST_TRIAL_MS = 3_000;

export interface Connections {
  /** How many may be open now. */
  limit(): number;
  /** The server said how many ranges are worth it; before that there is one. */
  open(maxConnections: number): void;
  /** The server refused one more while `others` were open: so many it takes, and no more. */
  refused(others: number): void;
  /** A piece came whole, at this rate. */
  pieceDone(bytesPerSecond: number): void;
}

/**
 * Starts with eight. Once half of them have brought a piece, tries all that are allowed, and keeps
 * them unless each then carries so much less that the file comes more slowly: where a server limits
 * each connection, or packets are lost, many carry more, and on a full line they do no harm. Judges
 * by whole pieces, since what a connection does in its first moments is the network's slow start.
 */
export function createConnections(): Connections {
  let most: number | undefined;
  let current = 1;
  let before: number | undefined;
  let isSettled = false;
  let rates: number[] = [];

  function judge(): void {
    const usual = median(rates);
    rates = [];
    if (before === undefined) {
      before = usual;
      current = most ?? 1;
      return;
    }
    isSettled = true;
    if (usual < before * WORTHWHILE) current = Math.min(current, FIRST_CONNECTIONS);
  }

  return {
    limit: () => current,
    open(maxConnections) {
      if (most !== undefined) return;
      most = maxConnections;
      current = Math.min(FIRST_CONNECTIONS, most);
    },
    refused(others) {
      most = Math.max(1, Math.min(most ?? 1, others));
      current = Math.min(current, most);
    },
    pieceDone(bytesPerSecond) {
      rates.push(bytesPerSecond);
      // The slowest of the first say nothing that is worth waiting for.
      const awaited = before === undefined ? current / 2 : current;
      if (!isSettled && rates.length >= awaited) judge();
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
