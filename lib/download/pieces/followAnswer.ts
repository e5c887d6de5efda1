/** What follows from an answer's head: the file's size, its version, and whether the server sends ranges or all of it. */
import { ModelError } from '../../errors';
import type { FileAnswer } from '../../platform/types';
import type { VersionVerdict } from '../answers/oneVersion';
import type { Connection } from './connection';
import { startOver, type FetchParts } from './fetchParts';
import { setBack } from './followFailure';

/** Called before the first byte of an answer is written. */
export function followAnswer(run: FetchParts, connection: Connection, answer: FileAnswer): void {
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
function takeAll(run: FetchParts, connection: Connection, answer: FileAnswer): void {
  const { offsetBytes, endBytes = Infinity } = answer;
  const { piece } = connection;
  run.connections.refused(0);
  run.running.dropOthers(connection);
  // The server sends the whole file. Adding that to the landed bytes would give a plausible file with
  // wrong bytes, so start over. A download by the system that begins at the requested offset only adds to them.
  if (!answer.isHandedOver || offsetBytes !== piece.startBytes) restart(run);
  connection.piece = run.job.pieces.extend(piece, { startBytes: offsetBytes, endBytes });
  connection.positionBytes = offsetBytes;
}

/** Starts over if bytes have landed. */
export function restart(run: Pick<FetchParts, 'job'>): void {
  if (run.job.pieces.landed.sizeBytes() > 0) startOver(run);
}

/** The landed bytes and those of other connections are of another version, or of an unknown one. */
function changeVersion(
  run: FetchParts,
  connection: Connection,
  verdict: Exclude<VersionVerdict, 'same'>,
): void {
  const { pieces } = run.job;
  run.running.dropOthers(verdict === 'useless' ? undefined : connection);
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
