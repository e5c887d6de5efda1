/** Brings the missing bytes of one file over several connections: the one loop around the host's downloader. */
import { isModelError, ModelError } from '../errors';
import type { FileAnswer, Host } from '../platform/types';
import { throwIfAborted } from './abortable';
import { attempt, type AttemptTools } from './attempt';
import type { ByteRange } from './byteRanges';
import { createChanges, type Changes } from './changes';
import { createConnections, findHopeless, type Connections, type Runner } from './connections';
import type { OneVersion, VersionVerdict } from './oneVersion';
import type { Pieces } from './pieces';
import { retryDelayMs } from './retry';

const LOOK_EVERY_MS = 1_000;
/** Before that, what a connection carries is the network's slow start. */
const WIDEN_AFTER_MS = 200;
/** A process that is busy for so much of the time is what the file waits for. */
const BUSY = 0.8;
const WHOLE: ByteRange = { startBytes: 0, endBytes: Infinity };

export interface FetchTools extends AttemptTools {
  host: Pick<Host, 'watchLoad'>;
  /** In [0, 1). */
  random: () => number;
  /** How many of so many connections this file may have now; at least one. */
  connectionShare: (connections: number) => number;
}

export interface FetchJob {
  url: string;
  path: string;
  pieces: Pieces;
  version: OneVersion;
  /** By which names the version of what lands from now on is known. */
  onVersion: (names: readonly string[]) => void;
  /** Told after `pieces.landed` was. */
  onLanded: (range: ByteRange) => void;
  /** So many bytes are with the system, on top of what landed; 0 when they are no more. */
  onUnderway: (receivedBytes: number, isHeld: boolean) => void;
  /** Nothing that landed counts any more: the server sends from the beginning, or another version. */
  onRestart: () => void;
  /** Before each wait for another attempt when nothing else moves. */
  onRetry: (error: ModelError, delayMs: number) => void;
}

interface Connection extends Runner {
  url: string;
  piece: ByteRange;
  /** One past the last byte written. */
  positionBytes: number;
  controller: AbortController;
  done: Promise<void>;
  /** How many failures had been counted when it began. */
  generation: number;
  isAnswered: boolean;
  /** With the system, and not in the file. */
  underwayBytes: number;
  /** Given up by us: how it ends says nothing. */
  isDropped: boolean;
}

interface Run extends FetchTools {
  job: FetchJob;
  signal: AbortSignal;
  connections: Connections;
  running: Set<Connection>;
  /** Where redirects led, so that the hub isn't asked for every piece. Signed and short-lived: in memory alone. */
  direct: string | undefined;
  /** In a row, without one new byte. */
  failures: number;
  /** The most that was ever here: what comes again after a restart is nothing new. */
  mostBytes: number;
  generation: number;
  /** Set while nothing new is opened, after a failure. */
  callOffCooling: (() => void) | undefined;
  /** Set once more connections may follow the first. */
  callOffWidening: (() => void) | undefined;
  /** Nothing is asked for by range any more: the server gets them wrong. */
  isWhole: boolean;
  /** What no attempt would mend. */
  fatal: Error | undefined;
  isOver: boolean;
  changes: Changes;
}

/**
 * Resolves when no byte of the file is missing, verified by nobody yet. Failures that pass are
 * waited out; bytes that landed stay whatever happens. No request is under way when it settles.
 * @throws ModelError the last failure, AbortError as soon as `signal` says so.
 */
export async function fetchPieces(
  tools: FetchTools,
  job: FetchJob,
  signal: AbortSignal,
): Promise<void> {
  const run: Run = {
    ...tools,
    job,
    signal,
    connections: createConnections(),
    running: new Set(),
    direct: undefined,
    failures: 0,
    mostBytes: job.pieces.landed.sizeBytes(),
    generation: 0,
    callOffCooling: undefined,
    callOffWidening: undefined,
    isWhole: false,
    fatal: undefined,
    isOver: false,
    changes: createChanges(),
  };
  const stopLooking = lookAfter(run);
  // One listener for all connections, however many there come to be.
  const stop = () => {
    for (const { controller } of run.running) controller.abort();
    run.changes.tell();
  };
  signal.addEventListener('abort', stop);
  try {
    while (!job.pieces.isComplete()) {
      throwIfAborted(signal);
      if (run.fatal !== undefined) throw run.fatal;
      openMore(run);
      await run.changes.next();
    }
  } finally {
    signal.removeEventListener('abort', stop);
    stopLooking();
    run.callOffCooling?.();
    run.callOffWidening?.();
    run.isOver = true;
    stop();
    await Promise.all([...run.running].map(({ done }) => done));
  }
}

function openMore(run: Run): void {
  const { job, running, connections } = run;
  if (run.callOffCooling) return;
  for (;;) {
    const limit = run.connectionShare(connections.limit());
    // One asks where the file lies; the others go straight there.
    const isAsking = [...running].some(({ isAnswered }) => !isAnswered);
    if (running.size >= limit || (run.direct === undefined && isAsking)) return;
    if (running.size === 0 && !job.version.mayGoOn()) restart(run);
    const piece = job.pieces.take(limit);
    if (!piece) return;
    open(run, run.isWhole ? job.pieces.extend(piece, WHOLE) : piece);
  }
}

function open(run: Run, piece: ByteRange): void {
  const connection: Connection = {
    url: run.direct ?? run.job.url,
    piece,
    positionBytes: piece.startBytes,
    controller: new AbortController(),
    done: Promise.resolve(),
    generation: run.generation,
    isAnswered: false,
    underwayBytes: 0,
    isDropped: false,
    startedAtMs: run.clock.monotonicMs(),
    receivedBytes: 0,
  };
  run.running.add(connection);
  connection.done = fetchPiece(run, connection).then(
    () => {
      end(run, connection);
      pieceDone(run, connection);
    },
    (error: unknown) => {
      end(run, connection);
      fail(run, connection, error);
    },
  );
}

function end(run: Run, connection: Connection): void {
  run.running.delete(connection);
  run.job.pieces.giveBack(connection.piece);
  if (connection.underwayBytes > 0) run.job.onUnderway(0, false);
  run.changes.tell();
}

function fetchPiece(run: Run, connection: Connection): Promise<void> {
  const { job } = run;
  const { startBytes, endBytes } = connection.piece;
  const request = {
    url: connection.url,
    path: job.path,
    offsetBytes: startBytes,
    endBytes: endBytes === Infinity ? undefined : endBytes,
    expectedBytes: job.pieces.totalBytes,
    versions: job.version.names,
  };
  const onAnswer = (answer: FileAnswer) => {
    answered(run, connection, answer);
  };
  const onProgress = (position: number) => {
    progressed(run, connection, position);
  };
  const onUnderway = (receivedBytes: number, isHeld: boolean) => {
    connection.underwayBytes = receivedBytes;
    job.onUnderway(receivedBytes, isHeld);
  };
  const events = { onAnswer, onProgress, onUnderway };
  return attempt(run, { request, ...events }, connection.controller.signal);
}

function answered(run: Run, connection: Connection, answer: FileAnswer): void {
  const { job, connections } = run;
  const { pieces, version } = job;
  if (connection.isDropped) return;
  connection.isAnswered = true;
  run.direct = answer.url;
  pieces.totalBytes ??= answer.totalBytes;
  const verdict = version.judge(answer, pieces.landed.sizeBytes() > 0);
  if (verdict !== 'same') changeVersion(run, connection, verdict);
  if (verdict === 'useless') return;
  const { offsetBytes, endBytes = Infinity } = answer;
  const { piece } = connection;
  if (offsetBytes === piece.startBytes && endBytes <= piece.endBytes) {
    connections.open(answer.maxConnections);
    run.callOffWidening ??= widenLater(run);
  } else {
    // The server, or the system, ignored our range and brings the whole file. Adding that to what is here
    // would give a file of the right kind and the wrong bytes, so start over.
    connections.refused(0);
    for (const other of run.running) if (other !== connection) drop(other);
    restart(run);
    connection.piece = pieces.extend(piece, { startBytes: offsetBytes, endBytes });
    connection.positionBytes = offsetBytes;
  }
  // After a restart, which forgets the names, too.
  job.onVersion(version.names ?? []);
  run.changes.tell();
}

function restart(run: Run): void {
  if (run.job.pieces.landed.sizeBytes() > 0) startOver(run);
}

function startOver({ job }: Run): void {
  job.pieces.landed.clear();
  job.onRestart();
}

/** What is here and what comes over other connections is of another version, or of nobody knows which. */
function changeVersion(
  run: Run,
  connection: Connection,
  verdict: Exclude<VersionVerdict, 'same'>,
): void {
  for (const other of run.running) {
    if (other !== connection || verdict === 'useless') drop(other);
  }
  startOver(run);
  if (verdict === 'other') return;
  run.connections.refused(0);
  if (run.isWhole) {
    const { host } = new URL(connection.url);
    const reason = 'a part of a file whose version it does not tell, asked for all of it';
    waitOut(run, new ModelError('RANGE_INVALID', { host, reason }));
  }
  run.isWhole = true;
}

function progressed(run: Run, connection: Connection, endBytes: number): void {
  const range = { startBytes: connection.positionBytes, endBytes };
  if (connection.isDropped || endBytes <= range.startBytes) return;
  connection.positionBytes = endBytes;
  connection.receivedBytes += endBytes - range.startBytes;
  const { landed } = run.job.pieces;
  landed.add(range);
  if (landed.sizeBytes() > run.mostBytes) {
    run.mostBytes = landed.sizeBytes();
    run.failures = 0;
  }
  run.job.onLanded(range);
}

function pieceDone({ job }: Run, { piece, positionBytes }: Connection): void {
  // A body that nobody had stated the length of has ended.
  if (piece.endBytes === Infinity) job.pieces.totalBytes ??= positionBytes;
}

/**
 * Where a server limits each connection, or packets are lost, twice as many bring twice as much. On
 * a line so fast that it is this process that can't keep up, they would be in each other's way.
 */
function widenLater({ host, clock, connections, changes }: Run): () => void {
  const load = host.watchLoad?.();
  return clock.after(WIDEN_AFTER_MS, () => {
    if (load !== undefined && load() > BUSY) return;
    connections.widen();
    changes.tell();
  });
}

function fail(run: Run, connection: Connection, error: unknown): void {
  if (connection.isDropped || run.isOver || run.signal.aborted) return;
  const wasDirect = connection.url !== run.job.url;
  if (run.direct === connection.url) run.direct = undefined;
  // Signed addresses expire; asking for a new one is no new attempt at the file.
  if (wasDirect && isExpiry(error)) return;
  if (!isModelError(error)) {
    run.fatal ??= error instanceof Error ? error : new Error(String(error));
    return;
  }
  if (run.running.size > 0) run.connections.refused(run.running.size);
  // Eight connections that break at once are one failure.
  if (connection.generation === run.generation) waitOut(run, error);
}

function waitOut(run: Run, error: ModelError): void {
  run.generation += 1;
  run.failures += 1;
  const delayMs = retryDelayMs(error, run.failures, run.random());
  if (delayMs === undefined) {
    run.fatal ??= error;
    return;
  }
  // A server whose ranges are wrong twice in a row can still send the whole file.
  if (error.code === 'RANGE_INVALID' && run.failures > 1) {
    run.isWhole = true;
    run.connections.refused(0);
    restart(run);
  }
  if (run.running.size === 0) run.job.onRetry(error, delayMs);
  coolDown(run, delayMs);
}

function isExpiry(error: unknown): boolean {
  return isModelError(error) && (error.code === 'HTTP_DENIED' || error.code === 'HTTP_NOT_FOUND');
}

function coolDown(run: Run, delayMs: number): void {
  run.callOffCooling?.();
  run.callOffCooling = run.clock.after(delayMs, () => {
    run.callOffCooling = undefined;
    run.changes.tell();
  });
}

function drop(connection: Connection): void {
  connection.isDropped = true;
  connection.controller.abort();
}

/** Gives up, once a second, what is much slower than the rest. */
function lookAfter(run: Run): () => void {
  let callOff: () => void = () => undefined;
  const look = () => {
    const hopeless = findHopeless([...run.running], run.clock.monotonicMs());
    if (hopeless) drop(hopeless);
    callOff = run.clock.after(LOOK_EVERY_MS, look);
  };
  callOff = run.clock.after(LOOK_EVERY_MS, look);
  return () => {
    callOff();
  };
}
