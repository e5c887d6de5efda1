/**
 * Fetches the missing bytes of one file over several connections: the only loop around the host's downloader.
 * `pieces` decides what to fetch, `connections` how many requests run, `source` which address to ask,
 * `setbacks` what follows from a failure, and `pace` which connection is too slow.
 */
import { isModelError, ModelError } from '../../errors';
import type { FileAnswer } from '../../platform/types';
import { throwIfAborted } from '../flow/abortable';
import type { AttemptTools } from './attempt';
import type { ByteRange } from '../journal/byteRanges';
import { createChanges, type Changes } from '../flow/changes';
import { drop, openConnection, type Connection, type ConnectionEvents } from './connection';
import { createConnections, type Connections, type ConnectionTools } from './connections';
import type { OneVersion, VersionVerdict } from '../answers/oneVersion';
import { createPace, LOOK_EVERY_MS, type Pace } from './pace';
import type { Pieces } from './pieces';
import { createSetbacks, type Setbacks, type SetbackTools } from './setbacks';
import { createSource, type Source } from './source';

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

interface Run {
  tools: FetchTools;
  job: FetchJob;
  signal: AbortSignal;
  source: Source;
  connections: Connections;
  setbacks: Setbacks;
  pace: Pace<Connection>;
  running: Set<Connection>;
  changes: Changes;
  /** The most bytes that had ever landed: bytes that land again after a restart are no progress. */
  mostBytes: number;
  /** A failure that no further attempt would overcome. */
  fatal: Error | undefined;
}

/**
 * Resolves when no byte of the file is missing; the bytes aren't verified yet. After temporary failures
 * it waits and tries again. Landed bytes stay after any failure. No request is under way when it settles.
 * @throws ModelError the last failure, AbortError as soon as `signal` aborts.
 */
export async function fetchPieces(
  tools: FetchTools,
  job: FetchJob,
  signal: AbortSignal,
): Promise<void> {
  const changes = createChanges();
  const run: Run = {
    ...{ tools, job, signal, changes },
    source: createSource(job.url),
    connections: createConnections(tools, changes.tell),
    setbacks: createSetbacks(tools, changes.tell),
    pace: createPace(tools.clock),
    running: new Set(),
    mostBytes: job.pieces.landed.sizeBytes(),
    fatal: undefined,
  };
  const stopLooking = lookAfter(run);
  // All connections, however many, share one listener.
  const stop = () => {
    for (const connection of run.running) connection.stop();
    changes.tell();
  };
  signal.addEventListener('abort', stop);
  try {
    while (!job.pieces.isComplete()) {
      throwIfAborted(signal);
      if (run.fatal !== undefined) throw run.fatal;
      openMore(run);
      if (run.running.size === 0) tellOfWait(run);
      await changes.next();
    }
  } finally {
    signal.removeEventListener('abort', stop);
    stopLooking();
    run.setbacks.close();
    run.connections.close();
    for (const connection of run.running) drop(connection);
    await Promise.all([...run.running].map(({ ended }) => ended));
  }
}

function tellOfWait({ job, setbacks }: Run): void {
  const news = setbacks.takeNews();
  if (news) job.onRetry(news.error, news.delayMs);
}

function openMore(run: Run): void {
  const { tools, job, running, connections, source, setbacks } = run;
  for (;;) {
    if (setbacks.isWaiting()) return;
    const limit = connections.limit();
    if (limit === 0 || running.size >= tools.connectionShare(limit)) return;
    // The first connection follows redirects to the file's final address; the others go straight there.
    const isAsking = [...running].some(({ isAnswered, url }) => !isAnswered && url === job.url);
    if (!source.isDirect && isAsking) return;
    if (running.size === 0 && !job.version.mayGoOn()) restart(run);
    const piece = job.pieces.take(tools.connectionShare(limit));
    if (!piece) return;
    open(run, piece);
  }
}

function open(run: Run, piece: ByteRange): void {
  const { tools, job, source, setbacks } = run;
  const { path, pieces, version } = job;
  const events: ConnectionEvents = {
    onAnswer(connection, answer) {
      answered(run, connection, answer);
    },
    onLanded(_, range) {
      pieces.landed.add(range);
      if (pieces.landed.sizeBytes() > run.mostBytes) {
        run.mostBytes = pieces.landed.sizeBytes();
        setbacks.progressed();
      }
      job.onLanded(range);
    },
    onUnderway: job.onUnderway,
    onEnd(connection, failure) {
      run.running.delete(connection);
      if (failure) pieces.putLast(connection.piece);
      else pieces.giveBack(connection.piece);
      if (connection.underwayBytes > 0) job.onUnderway(0, false);
      if (!failure) complete(run, connection);
      else if (!connection.isDropped && !run.signal.aborted) fail(run, connection, failure.error);
      run.changes.tell();
    },
  };
  const order = {
    ...{ url: source.url, path, piece, totalBytes: pieces.totalBytes, versions: version.names },
    // Landed bytes, and a source that supports ranges, aren't given up for one answer with the whole file.
    acceptsWhole: !source.hasRanges && pieces.landed.sizeBytes() === 0,
    isRest:
      run.running.size === 0 &&
      pieces.landed.list().every(({ endBytes }) => endBytes <= piece.startBytes),
    silenceMs: setbacks.silenceMs(),
    begunAt: setbacks.now(),
  };
  run.running.add(openConnection(tools, order, events));
}

function answered(run: Run, connection: Connection, answer: FileAnswer): void {
  const { job } = run;
  const { pieces, version } = job;
  const { offsetBytes, endBytes = Infinity } = answer;
  const { piece } = connection;
  const isRange = offsetBytes === piece.startBytes && endBytes <= piece.endBytes;
  run.source.answered(answer.url, isRange && piece.endBytes !== Infinity);
  run.setbacks.answered();
  pieces.totalBytes ??= answer.totalBytes;
  const verdict = version.judge(answer, pieces.landed.sizeBytes() > 0);
  if (verdict !== 'same') changeVersion(run, connection, verdict);
  if (verdict === 'useless') return;
  if (isRange && !pieces.isWhole) {
    run.connections.open(answer.maxConnections);
  } else {
    takeAll(run, connection, answer);
  }
  // This comes after a possible restart, which also forgets the names.
  job.onVersion(version.names ?? []);
  run.changes.tell();
}

/** Lets one answer bring all remaining bytes, and drops the other connections. */
function takeAll(run: Run, connection: Connection, answer: FileAnswer): void {
  const { offsetBytes, endBytes = Infinity } = answer;
  const { piece } = connection;
  run.connections.refused(0);
  for (const other of run.running) if (other !== connection) drop(other);
  // The server sends the whole file. Adding that to the landed bytes would give a plausible file with
  // wrong bytes, so start over. A download by the system that begins at the requested offset only adds to them.
  if (!answer.isHandedOver || offsetBytes !== piece.startBytes) restart(run);
  connection.piece = run.job.pieces.extend(piece, { startBytes: offsetBytes, endBytes });
  connection.positionBytes = offsetBytes;
}

function restart(run: Run): void {
  if (run.job.pieces.landed.sizeBytes() > 0) startOver(run);
}

function startOver({ job }: Run): void {
  job.pieces.landed.clear();
  job.onRestart();
}

/** The landed bytes and those of other connections are of another version, or of an unknown one. */
function changeVersion(
  run: Run,
  connection: Connection,
  verdict: Exclude<VersionVerdict, 'same'>,
): void {
  const { pieces } = run.job;
  for (const other of run.running) {
    if (other !== connection || verdict === 'useless') drop(other);
  }
  startOver(run);
  if (verdict === 'other') return;
  run.connections.refused(0);
  if (pieces.isWhole) {
    const { host } = new URL(connection.url);
    const reason = 'a part of a file whose version it does not tell, asked for all of it';
    setBack(run, connection, {
      error: new ModelError('RANGE_INVALID', { host, reason }),
      others: 0,
    });
  }
  pieces.makeWhole();
}

function complete({ job, pace, setbacks }: Run, connection: Connection): void {
  pace.ended(connection);
  if (connection.receivedBytes > 0) setbacks.wentWell();
  // A body of unknown length has ended, so the file's size is known now.
  const { piece, positionBytes } = connection;
  if (piece.endBytes === Infinity) job.pieces.totalBytes ??= positionBytes;
}

function fail(run: Run, connection: Connection, thrown: unknown): void {
  const { job, source, connections, setbacks, running } = run;
  const { url } = connection;
  source.forget(url);
  if (source.isExpiry(url, thrown)) return;
  if (!isModelError(thrown)) {
    run.fatal ??= thrown instanceof Error ? thrown : new Error(String(thrown));
    return;
  }
  const error = source.judge(thrown);
  const others = running.size;
  if (others > 0 && isOneTooMany(error, connection)) connections.refused(others);
  setBack(run, connection, { error, others });
  // A server whose ranges are wrong twice in a row can still send the whole file.
  if (error.code === 'RANGE_INVALID' && setbacks.inARow > 1 && !source.hasRanges) {
    connections.refused(0);
    job.pieces.makeWhole();
  }
}

function setBack(
  run: Run,
  { begunAt }: Connection,
  { error, others }: { error: ModelError; others: number },
): void {
  const consequence = run.setbacks.failed(error, { begunAt, others });
  if (consequence.kind === 'end') run.fatal ??= error;
  else run.connections.rest(consequence.delayMs);
}

/** Whether the failure may mean that the server accepts no more connections. */
function isOneTooMany({ code }: ModelError, { isAnswered }: Connection): boolean {
  return (
    code === 'HTTP_SERVER' ||
    code === 'HTTP_RATE_LIMITED' ||
    (code.startsWith('NET_') && !isAnswered)
  );
}

/** Regularly gives up a connection that is much slower than the others; another one fetches its remaining bytes. */
function lookAfter(run: Run): () => void {
  let callOff: () => void = () => undefined;
  const look = () => {
    // When the server only sends the whole file, all landed bytes would be lost.
    const replaceable = run.job.pieces.isWhole ? [] : [...run.running];
    const late = run.pace.findLate(replaceable.filter(({ isHandedOver }) => !isHandedOver));
    if (late) {
      drop(late);
      run.source.forget(late.url);
    }
    callOff = run.tools.clock.after(LOOK_EVERY_MS, look);
  };
  callOff = run.tools.clock.after(LOOK_EVERY_MS, look);
  return () => {
    callOff();
  };
}
