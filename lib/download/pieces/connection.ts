/** One connection of a file: the piece that it fetches, and its progress. */
import type { FileAnswer } from '../../platform/types';
import { attempt, type AttemptTools } from './attempt';
import type { ByteRange } from '../journal/byteRanges';
import type { Runner } from './pace';
import type { Moment } from './setbacks';

export interface Connection extends Runner {
  readonly url: string;
  /** The piece to fetch; it grows when the server sends more than was requested. */
  piece: ByteRange;
  /** The offset after the last byte written. */
  positionBytes: number;
  receivedBytes: number;
  /** The moment at which it began; earlier failures don't concern it. */
  readonly begunAt: Moment;
  isAnswered: boolean;
  isHandedOver: boolean;
  /** Bytes that the system has received and that aren't in the file yet. */
  underwayBytes: number;
  /** Whether this app gave the connection up; its failure is then ignored. */
  isDropped: boolean;
  /** Ends the connection. It writes nothing any more once `ended` has settled. */
  stop(): void;
  ended: Promise<void>;
}

/** What to fetch, from where, and under which conditions. */
export interface Order {
  url: string;
  path: string;
  piece: ByteRange;
  totalBytes: number | undefined;
  acceptsWhole: boolean;
  isRest: boolean;
  versions: readonly string[] | undefined;
  silenceMs: number;
  begunAt: Moment;
}

export interface ConnectionEvents {
  /** Called before the first byte is written. */
  onAnswer(connection: Connection, answer: FileAnswer): void;
  /** Called when new bytes are in the file; never for a connection that was dropped. */
  onLanded(connection: Connection, range: ByteRange): void;
  onUnderway(receivedBytes: number, isHeld: boolean): void;
  /** Called once, with the failure, if any. */
  onEnd(connection: Connection, failure: { error: unknown } | undefined): void;
}

export function openConnection(
  tools: AttemptTools,
  order: Order,
  events: ConnectionEvents,
): Connection {
  const { url, path, piece, totalBytes, acceptsWhole, isRest, versions, silenceMs, begunAt } =
    order;
  const controller = new AbortController();
  const connection: Connection = {
    url,
    piece,
    positionBytes: piece.startBytes,
    receivedBytes: 0,
    startedAtMs: tools.clock.monotonicMs(),
    begunAt,
    isAnswered: false,
    isHandedOver: false,
    underwayBytes: 0,
    isDropped: false,
    stop() {
      controller.abort();
    },
    ended: Promise.resolve(),
  };
  const request = {
    ...{ url, path, acceptsWhole, isRest, versions },
    offsetBytes: piece.startBytes,
    endBytes: piece.endBytes === Infinity ? undefined : piece.endBytes,
    expectedBytes: totalBytes,
  };
  const attempted = {
    request,
    silenceMs,
    onAnswer(answer: FileAnswer) {
      if (connection.isDropped) return;
      connection.isAnswered = true;
      connection.isHandedOver = answer.isHandedOver;
      events.onAnswer(connection, answer);
    },
    onProgress(endBytes: number) {
      const range = { startBytes: connection.positionBytes, endBytes };
      if (connection.isDropped || endBytes <= range.startBytes) return;
      connection.positionBytes = endBytes;
      connection.receivedBytes += endBytes - range.startBytes;
      events.onLanded(connection, range);
    },
    onUnderway(receivedBytes: number, isHeld: boolean) {
      connection.underwayBytes = receivedBytes;
      events.onUnderway(receivedBytes, isHeld);
    },
  };
  connection.ended = attempt(tools, attempted, controller.signal).then(
    () => {
      events.onEnd(connection, undefined);
    },
    (error: unknown) => {
      events.onEnd(connection, { error });
    },
  );
  return connection;
}

/** Gives a connection up. Another connection may take its piece as soon as this one has ended. */
export function drop(connection: Connection): void {
  connection.isDropped = true;
  connection.stop();
}
