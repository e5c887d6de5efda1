/**
 * Fetches the missing bytes of one file over several connections: the only loop around the host's downloader.
 * `pieces` decides what to fetch, `connections` how many requests run, `source` which address to ask, `followAnswer`
 * and `followFailure` what follows from an answer or a failure, and `pace` which connection is too slow.
 */
import { throwIfAborted } from '../flow/abortable';
import { createChanges } from '../flow/changes';
import type { ByteRange } from '../journal/byteRanges';
import { drop, openConnection, type Connection, type ConnectionEvents } from './connection';
import { createConnections } from './connections';
import type { FetchJob, FetchTools, FetchParts } from './fetchParts';
import { followAnswer, restart } from './followAnswer';
import { followFailure } from './followFailure';
import { createPace, LOOK_EVERY_MS } from './pace';
import { createRunningConnections } from './runningConnections';
import { createSetbacks } from './setbacks';
import { createSource } from './source';

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
  const run: FetchParts = {
    ...{ tools, job, signal, changes },
    source: createSource(job.url),
    connections: createConnections(tools, changes.tell),
    setbacks: createSetbacks(tools, {
      landedBytes: job.pieces.landed.sizeBytes(),
      onWaited: changes.tell,
    }),
    pace: createPace(tools.clock),
    running: createRunningConnections(),
  };
  const stopLooking = lookAfter(run);
  // All connections, however many, share one listener.
  const stop = () => {
    run.running.stop();
    changes.tell();
  };
  signal.addEventListener('abort', stop);
  try {
    while (!job.pieces.isComplete()) {
      throwIfAborted(signal);
      run.setbacks.throwIfEnded();
      openMore(run);
      if (run.running.size === 0) tellOfWait(run);
      await changes.next();
    }
  } finally {
    signal.removeEventListener('abort', stop);
    stopLooking();
    run.setbacks.close();
    run.connections.close();
    run.running.dropOthers(undefined);
    await run.running.ended();
  }
}

function tellOfWait({ job, setbacks }: FetchParts): void {
  const news = setbacks.takeNews();
  if (news) job.onRetry(news.error, news.delayMs);
}

function openMore(run: FetchParts): void {
  const { tools, job, running, connections, source, setbacks } = run;
  for (;;) {
    if (setbacks.isWaiting()) return;
    const limit = connections.limit();
    if (limit === 0 || running.size >= tools.connectionShare(limit)) return;
    // The first connection follows redirects to the file's final address; the others go straight there.
    if (!source.isDirect && running.isAsking(job.url)) return;
    if (running.size === 0 && !job.version.mayGoOn()) restart(run);
    const piece = job.pieces.take(tools.connectionShare(limit));
    if (!piece) return;
    open(run, piece);
  }
}

function open(run: FetchParts, piece: ByteRange): void {
  const { tools, job, source, setbacks } = run;
  const { path, pieces, version } = job;
  const events: ConnectionEvents = {
    onAnswer(connection, answer) {
      followAnswer(run, connection, answer);
    },
    onLanded(_, range) {
      pieces.landed.add(range);
      setbacks.landed(pieces.landed.sizeBytes());
      job.onLanded(range);
    },
    onUnderway: job.onUnderway,
    onEnd(connection, failure) {
      run.running.remove(connection);
      if (failure) pieces.putLast(connection.piece);
      else pieces.giveBack(connection.piece);
      if (connection.underwayBytes > 0) job.onUnderway(0, false);
      if (!failure) complete(run, connection);
      else if (!connection.isDropped && !run.signal.aborted)
        followFailure(run, connection, failure.error);
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

function complete({ job, pace, setbacks }: FetchParts, connection: Connection): void {
  pace.ended(connection);
  if (connection.receivedBytes > 0) setbacks.wentWell();
  // A body of unknown length has ended, so the file's size is known now.
  const { piece, positionBytes } = connection;
  if (piece.endBytes === Infinity) job.pieces.totalBytes ??= positionBytes;
}

/** Regularly gives up a connection that is much slower than the others; another one fetches its remaining bytes. */
function lookAfter(run: FetchParts): () => void {
  let callOff: () => void = () => undefined;
  const look = () => {
    // When the server only sends the whole file, all landed bytes would be lost.
    const replaceable = run.job.pieces.isWhole ? [] : run.running.list();
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
