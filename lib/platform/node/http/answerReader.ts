/**
 * Splits the bytes of one connection into heads and bodies. Bodies go directly into the buffers of their
 * sinks. This module has no socket: the owner of a socket asks for room, fills it, and reports the number of bytes.
 */
import { createBodyFrame, type BodyFrame } from './httpBody';
import { headBytes, malformed, parseHead, type HttpHead } from './httpHead';

const SCRATCH_BYTES = 16 * 1024;
/** The most interim heads (1xx) before the final head. */
const MAX_INTERIM = 8;

/** Receives a body in buffers of its own. */
export interface BodySink {
  /** A buffer of at least one byte for the next bytes. Always available, because bytes may arrive after a pause. */
  room(): Buffer;
  /** Called with the number of bytes written into the last `room`. False pauses the body until it is resumed. */
  took(bytes: number): boolean;
  /** Called once: the body is complete, or has failed with `error`. */
  end(error?: Error): void;
}

export interface AnswerReader {
  /** The buffer for the next bytes. Call it again after each `received`, and at no other time. */
  nextRoom(): Buffer;
  /** Call with the number of bytes written there. False pauses reading. @throws ModelError HTTP_UNEXPECTED */
  received(bytes: number): boolean;
  /** The server has closed its side of the connection. */
  ended(): void;
  /** The connection has failed. Only the first error is kept. */
  fail(error: Error): void;
  /** The head of the answer to a request that is sent now. @throws the error given to `fail` */
  readHead(): Promise<HttpHead>;
  /** Sends the body of that answer to `sink`. False pauses reading. @throws ModelError HTTP_UNEXPECTED */
  pour(sink: BodySink): boolean;
  /** Whether no byte has arrived since `readHead`. */
  isSilent(): boolean;
}

interface Reading {
  host: string;
  /** A body is complete; if `isClean`, the connection may be used for another answer. */
  onComplete: (isClean: boolean) => void;
  /** Received bytes that weren't consumed yet lie between `start` and `filled`. */
  scratch: Buffer;
  start: number;
  filled: number;
  /** Whether the next room is a buffer of the sink. */
  isDirect: boolean;
  asking: { resolve: (head: HttpHead) => void; reject: (error: Error) => void } | undefined;
  answer: { head: HttpHead; frame: BodyFrame } | undefined;
  sink: BodySink | undefined;
  interim: number;
  isSilent: boolean;
  hasEnded: boolean;
  failure: Error | undefined;
}

export function createAnswerReader({
  host,
  onComplete,
}: Pick<Reading, 'host' | 'onComplete'>): AnswerReader {
  const reading: Reading = {
    host,
    onComplete,
    scratch: Buffer.allocUnsafeSlow(SCRATCH_BYTES),
    start: 0,
    filled: 0,
    isDirect: false,
    asking: undefined,
    answer: undefined,
    sink: undefined,
    interim: 0,
    isSilent: true,
    hasEnded: false,
    failure: undefined,
  };
  return {
    nextRoom: () => nextRoom(reading),
    received: (bytes) => received(reading, bytes),
    ended() {
      reading.hasEnded = true;
      // While the body has no sink, its received bytes are kept for `pour`.
      if (reading.sink || !reading.answer) finish(reading);
    },
    fail(error) {
      reading.failure ??= error;
      if (reading.sink || !reading.answer) finish(reading);
    },
    readHead() {
      reading.isSilent = true;
      reading.interim = 0;
      return new Promise((resolve, reject) => {
        reading.asking = { resolve, reject };
        if (reading.failure) finish(reading);
      });
    },
    pour(sink) {
      reading.sink = sink;
      const isWanted = drain(reading);
      if (reading.hasEnded || reading.failure) finish(reading);
      return isWanted;
    },
    isSilent: () => reading.isSilent,
  };
}

// The caller uses the room until it asks again, so the bytes in `scratch` may only be moved here.
function nextRoom(reading: Reading): Buffer {
  const { sink, answer } = reading;
  const isDrained = reading.start === reading.filled;
  const aheadBytes = isDrained && sink && answer ? answer.frame.aheadBytes() : 0;
  reading.isDirect = aheadBytes > 0;
  if (sink && reading.isDirect) {
    const room = sink.room();
    return room.length > aheadBytes ? room.subarray(0, aheadBytes) : room;
  }
  if (isDrained) reading.start = reading.filled = 0;
  if (reading.filled === reading.scratch.length) {
    const larger = Buffer.allocUnsafeSlow(reading.scratch.length * 2);
    reading.scratch.copy(larger);
    reading.scratch = larger;
  }
  return reading.scratch.subarray(reading.filled);
}

function received(reading: Reading, bytes: number): boolean {
  const { sink, answer, isDirect } = reading;
  reading.isSilent = false;
  if (isDirect) {
    // Bytes may still arrive for a body that was destroyed.
    if (!sink || !answer) return false;
    answer.frame.took(bytes);
    const isWanted = sink.took(bytes);
    return completeAtEnd(reading) || isWanted;
  }
  reading.filled += bytes;
  if (sink) return drain(reading);
  if (reading.asking) return takeHead(reading);
  if (!answer) throw malformed(reading.host, 'an answer that nobody asked for');
  return false;
}

/** Whether more bytes may be read. */
function drain(reading: Reading): boolean {
  let isWanted = true;
  while (reading.sink && reading.answer && reading.start < reading.filled) {
    const { scratch, start, filled, answer } = reading;
    if (answer.frame.isEnd()) break;
    const { body, usedBytes } = answer.frame.read(scratch.subarray(start, filled));
    reading.start += usedBytes;
    isWanted = copyTo(reading, body) && isWanted;
  }
  return completeAtEnd(reading) || isWanted;
}

function copyTo(reading: Reading, body: Buffer): boolean {
  let isWanted = true;
  // A sink that refuses more bytes ends the connection, and `reading.sink` is then undefined.
  for (let at = 0; at < body.length && reading.sink;) {
    const copiedBytes = body.copy(reading.sink.room(), 0, at);
    isWanted = reading.sink.took(copiedBytes) && isWanted;
    at += copiedBytes;
  }
  return isWanted;
}

function takeHead(reading: Reading): boolean {
  const { scratch, start, filled, host } = reading;
  const sizeBytes = headBytes(scratch.subarray(start, filled), host);
  if (sizeBytes === undefined) return true;
  const head = parseHead(scratch.subarray(start, start + sizeBytes), host);
  reading.start += sizeBytes;
  if (head.status < 200) {
    reading.interim += 1;
    const isLast = head.status === 101 || reading.interim > MAX_INTERIM;
    if (isLast) throw malformed(host, 'no answer but announcements');
    return reading.start === filled || takeHead(reading);
  }
  reading.answer = { head, frame: createBodyFrame(head.framing, host) };
  reading.asking?.resolve(head);
  reading.asking = undefined;
  return false;
}

function completeAtEnd(reading: Reading): boolean {
  if (!reading.sink || !reading.answer?.frame.isEnd()) return false;
  complete(reading);
  return true;
}

function complete(reading: Reading): void {
  const { sink, answer, start, filled, hasEnded, failure } = reading;
  reading.sink = reading.answer = undefined;
  reading.onComplete(answer?.head.isKept === true && start === filled && !hasEnded && !failure);
  sink?.end();
}

/** No more bytes follow: a body that ends with the connection is complete, any other body was interrupted. */
function finish(reading: Reading): void {
  const { sink, answer, asking, failure = new Error('closed') } = reading;
  if (reading.sink && reading.hasEnded && answer?.frame.endsWithConnection) {
    complete(reading);
    return;
  }
  reading.failure = failure;
  reading.sink = reading.answer = reading.asking = undefined;
  asking?.reject(failure);
  sink?.end(failure);
}
