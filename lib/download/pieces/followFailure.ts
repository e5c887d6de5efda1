/** What follows from a connection's failure: for its address, for the number of connections, and for the whole file. */
import { isModelError, type ModelError } from '../../errors';
import type { Connection } from './connection';
import type { FetchParts } from './fetchParts';

/** Called when a connection has ended that wasn't dropped. */
export function followFailure(run: FetchParts, connection: Connection, thrown: unknown): void {
  const { job, source, connections, setbacks, running } = run;
  const { url } = connection;
  source.forget(url);
  if (source.isExpiry(url, thrown)) return;
  if (!isModelError(thrown)) {
    setbacks.end(thrown instanceof Error ? thrown : new Error(String(thrown)));
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

/** Counts a failure against the file: it ends the transfer, or a connection pauses. */
export function setBack(
  run: FetchParts,
  { begunAt }: Connection,
  { error, others }: { error: ModelError; others: number },
): void {
  const consequence = run.setbacks.failed(error, { begunAt, others });
  if (consequence.kind === 'wait') run.connections.rest(consequence.delayMs);
}

/** Whether the failure may mean that the server accepts no more connections. */
function isOneTooMany({ code }: ModelError, { isAnswered }: Connection): boolean {
  return (
    code === 'HTTP_SERVER' ||
    code === 'HTTP_RATE_LIMITED' ||
    (code.startsWith('NET_') && !isAnswered)
  );
}
