/** How many connections a process may have where the system lets it open few files. */
import { readFileSync } from 'node:fs';

import { toldBy, toldLeast, toldNumber } from '../told';

/** What a server that limits each connection needs, and no more than one may reasonably open. */
const MOST_CONNECTIONS = 16;
/** What Node itself, the model's files, their records and the digest have open, and a few to spare. */
const OTHER_FILES = 34;

const readLimits = () => readFileSync('/proc/self/limits', 'utf8');

/** At least one; all that are worth it where the system doesn't tell its limit. */
export function connectionsWithin(read: () => string = readLimits): number {
  const [, limit] = /^Max open files +(\d+)/m.exec(toldBy(read) ?? '') ?? [];
  const openFiles = toldNumber(Number(limit), 1);
  if (openFiles === undefined) return MOST_CONNECTIONS;
  return toldLeast(MOST_CONNECTIONS, Math.max(1, openFiles - OTHER_FILES)) ?? 1;
}
