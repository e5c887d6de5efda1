/** One connection of a file: what it was given to fetch, and how far it is. */
import type { FileAnswer } from '../../platform/types';
import { attempt, type AttemptTools } from './attempt';
import type { ByteRange } from '../journal/byteRanges';
import type { Runner } from './pace';
import type { Moment } from './setbacks';

export interface Connection extends Runner {
  readonly url: string;
  /** Larger than it was when the server sends more than it was asked for. */
  piece: ByteRange;
  /** One past the last byte written. */
  positionBytes: number;
  receivedBytes: number;
  /** Before it, whatever failed is nothing to it. */
  readonly begunAt: Moment;
  isAnswered: boolean;
  isHandedOver: boolean;
  /** With the system, and not in the file. */
  underwayBytes: number;
  /** Given up by us: how it ends says nothing. */
  isDropped: boolean;
  /** Ends it. Nothing is written for it once `ended` has settled. */
  stop(): void;
  ended: Promise<void>;
}

/** What is to be fetched, from where, and on which terms. */
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
  /** Before the first byte is written. */
  onAnswer(connection: Connection, answer: FileAnswer): void;
  /** New bytes are in the file; never told of a connection that was dropped. */
  onLanded(connection: Connection, range: ByteRange): void;
  onUnderway(receivedBytes: number, isHeld: boolean): void;
  /** Once, with why it failed, if it did. */
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

/** Gives a connection up: another one may have its piece as soon as it has ended. */
export function drop(connection: Connection): void {
  connection.isDropped = true;
  connection.stop();
}
