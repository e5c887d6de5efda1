/** How many connections a process may have where the system lets it open few files. */
import { readdirSync, readFileSync } from 'node:fs';

import { toldBy, toldLeast, toldNumber } from '../shared/told';

/** What a server that limits each connection needs, and no more than one may reasonably open. */
const MOST_CONNECTIONS = 16;
/** What a transfer opens besides: the model's files, their records and locks, the digest's thread, look-ups of names. */
const OTHER_FILES = 24;

export interface OpenFiles {
  /** The text of `/proc/self/limits`. */
  limits: () => string;
  /** How many are open, whoever opened them: some are inherited from the process that started this one. */
  count: () => number;
}

const OF_THIS_PROCESS: OpenFiles = {
  limits: () => readFileSync('/proc/self/limits', 'utf8'),
  count: () => readdirSync('/proc/self/fd').length,
};

/** At least one; all that are worth it where the system doesn't tell its limit. */
export function connectionsWithin({ limits, count }: OpenFiles = OF_THIS_PROCESS): number {
  const [, limit] = /^Max open files +(\d+)/m.exec(toldBy(limits) ?? '') ?? [];
  const openFiles = toldNumber(Number(limit), 1);
  if (openFiles === undefined) return MOST_CONNECTIONS;
  const free = openFiles - (toldNumber(toldBy(count)) ?? 0) - OTHER_FILES;
  return toldLeast(MOST_CONNECTIONS, Math.max(1, free)) ?? 1;
}
