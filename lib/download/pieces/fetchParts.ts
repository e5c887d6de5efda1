/** The parts of one file's transfer, each of which owns its state. This module holds no state of its own. */
import type { ModelError } from '../../errors';
import type { OneVersion } from '../answers/oneVersion';
import type { Changes } from '../flow/changes';
import type { ByteRange } from '../journal/byteRanges';
import type { AttemptTools } from './attempt';
import type { Connection } from './connection';
import type { Connections, ConnectionTools } from './connections';
import type { Pace } from './pace';
import type { Pieces } from './pieces';
import type { RunningConnections } from './runningConnections';
import type { Setbacks, SetbackTools } from './setbacks';
import type { Source } from './source';

export interface FetchTools extends AttemptTools, ConnectionTools, SetbackTools {
  /** How many of the given number of connections this file may have now; at least one. */
  connectionShare: (connections: number) => number;
}

export interface FetchJob {
  url: string;
  path: string;
  pieces: Pieces;
  version: OneVersion;
  /** Called with the names of the version of all bytes that land from now on. */
  onVersion: (names: readonly string[]) => void;
  /** Called after the range was added to `pieces.landed`. */
  onLanded: (range: ByteRange) => void;
  /** Called with the bytes that the system has received beyond the landed ones; 0 when there are none any more. */
  onUnderway: (receivedBytes: number, isHeld: boolean) => void;
  /** Called when no landed byte counts any more: the server sends from the beginning, or another version. */
  onRestart: () => void;
  /** Called before each wait for another attempt while no connection is open. */
  onRetry: (error: ModelError, delayMs: number) => void;
}

export interface FetchParts {
  readonly tools: FetchTools;
  readonly job: FetchJob;
  readonly signal: AbortSignal;
  readonly source: Source;
  readonly connections: Connections;
  readonly setbacks: Setbacks;
  readonly pace: Pace<Connection>;
  readonly running: RunningConnections;
  readonly changes: Changes;
}

/** Forgets the landed bytes, because the server sends from the beginning, or another version. */
export function startOver({ job }: Pick<FetchParts, 'job'>): void {
  job.pieces.landed.clear();
  job.onRestart();
}
