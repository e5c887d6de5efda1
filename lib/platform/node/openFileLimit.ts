/** The number of connections that a process may open, given the system's limit on open files. */
import { readdirSync, readFileSync } from 'node:fs';

import { toldBy, toldLeast, toldNumber } from '../shared/told';

/** Enough for a server that limits the rate of each connection, and still a reasonable number for one client. */
const MOST_CONNECTIONS = 16;
/**
 * Other files that a transfer opens: the model's files, their records and locks, the digest's thread, name look-ups.
 */
const OTHER_FILES = 24;

export interface OpenFiles {
  /** The text of `/proc/self/limits`. */
  limits: () => string;
  /** How many files are open, including files inherited from the parent process. */
  count: () => number;
}

const OF_THIS_PROCESS: OpenFiles = {
  limits: () => readFileSync('/proc/self/limits', 'utf8'),
  count: () => readdirSync('/proc/self/fd').length,
};

/** At least one; the full number where the system doesn't tell its limit. */
export function connectionsWithin({ limits, count }: OpenFiles = OF_THIS_PROCESS): number {
  const [, limit] = /^Max open files +(\d+)/m.exec(toldBy(limits) ?? '') ?? [];
  const openFiles = toldNumber(Number(limit), 1);
  if (openFiles === undefined) return MOST_CONNECTIONS;
  const free = openFiles - (toldNumber(toldBy(count)) ?? 0) - OTHER_FILES;
  return toldLeast(MOST_CONNECTIONS, Math.max(1, free)) ?? 1;
}
