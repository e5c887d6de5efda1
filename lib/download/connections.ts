/** How many connections a file gets, which of them is too slow to keep, and which needs help. Pure. */

const FIRST_CONNECTIONS = 8;
/** Twice as many connections each carry half as much where they gain nothing, and as much where they gain most. */
const WORTHWHILE = 0.6;
/** A connection under this part of the median is given up. */
const HOPELESS = 0.1;
const SHORTEST_TRIAL_MS = 3_000;
/** What takes less is brought about as soon as it is asked for; who has had less time has shown nothing. */
const WORTH_SHARING_MS = 500;

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
 * them unless each then carries so much less that nothing is gained: so a server that limits each
 * connection and a path that loses packets get all, and a line that is full gets eight. Judges by
 * whole pieces, since what a connection does in its first moments is the network's slow start.
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

export interface LoadedRunner extends Runner {
  /** What it still has to bring. */
  restBytes: number;
  /** When another took half of that for the last time. */
  sharedAtMs: number | undefined;
}

/** The one that is the last to be done with at least so many bytes, where somebody else's help is worth another request. */
export function findSlowest<R extends LoadedRunner>(
  runners: readonly R[],
  nowMs: number,
  smallestBytes: number,
): R | undefined {
  const leftMs = ({ startedAtMs, receivedBytes, restBytes }: LoadedRunner) =>
    (restBytes * (nowMs - startedAtMs)) / receivedBytes;
  const [slowest] = runners
    // Else all who are free would take half of the same one, less each time.
    .filter(
      ({ startedAtMs, sharedAtMs }) => nowMs - (sharedAtMs ?? startedAtMs) >= WORTH_SHARING_MS,
    )
    .filter(({ receivedBytes, restBytes }) => receivedBytes > 0 && restBytes >= smallestBytes)
    .sort((one, other) => leftMs(other) - leftMs(one));
  return slowest && leftMs(slowest) >= WORTH_SHARING_MS ? slowest : undefined;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
