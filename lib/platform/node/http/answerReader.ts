/**
 * Takes apart what comes over one connection: heads, and bodies that go straight to where they are
 * wanted. Knows no socket: whoever has one asks for room, fills it, and says so.
 */
import { createBodyFrame, type BodyFrame } from './httpBody';
import { headBytes, malformed, parseHead, type HttpHead } from './httpHead';

const SCRATCH_BYTES = 16 * 1024;
/** Heads that only announce another. */
const MAX_INTERIM = 8;

/** Takes a body, wherever it wants it. */
export interface BodySink {
  /** Where the next bytes may go: at least one, and always, for some may follow a pause. */
  room(): Buffer;
  /** So many lie in what `room` gave last. False: no more until asked to resume. */
  took(bytes: number): boolean;
  /** Once: the body is complete, or there will be no more of it. */
  end(error?: Error): void;
}

export interface AnswerReader {
  /** Where the next bytes have to go. Asked for again after each time that some were received, and at no other. */
  nextRoom(): Buffer;
  /** So many lie there. False: no more for now. @throws ModelError HTTP_UNEXPECTED */
  received(bytes: number): boolean;
  /** The server has said all that it will. */
  ended(): void;
  /** There will be no more. Only the first reason counts. */
  fail(error: Error): void;
  /** The head of the answer to a request that is sent now. @throws what `fail` was told */
  readHead(): Promise<HttpHead>;
  /** The body of that answer. False: no more for now. @throws ModelError HTTP_UNEXPECTED */
  pour(sink: BodySink): boolean;
  /** Whether nothing came since `readHead`. */
  isSilent(): boolean;
}

interface Reading {
  host: string;
  /** A body is complete; another answer may follow if it is `clean`. */
  onComplete: (isClean: boolean) => void;
  /** What came and was not taken lies between `start` and `filled`. */
  scratch: Buffer;
  start: number;
  filled: number;
  /** Whether the room that is filled next is the sink's. */
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
      // While nobody takes the body, `pour` is still to see what there is of it.
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

// Whoever fills the room keeps it until it asks again: at no other time may `scratch` be moved.
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
    // Some may still arrive for a body that was given up.
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

/** Whether more is wanted. */
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
  // A sink that has had enough ends the connection, and is the sink no more.
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

/** Nothing follows: what ends with the connection is complete, all else is broken off. */
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
