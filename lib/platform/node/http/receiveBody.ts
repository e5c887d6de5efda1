/**
 * Writes the body of one answer into a file. A piece is large enough to be written cheaply, and small enough to lose.
 */
import type { RateLimiter } from '../../../download/flow/rateLimiter';
import { networkError } from '../nodeErrors';
import type { FileWriter } from '../files/nodeFileWriter';
import type { AnswerBody } from './nodeWire';
import type { Slabs } from './slabs';

/** Received bytes wait at most this long before they are written. */
const WRITE_WITHIN_MS = 100;

export interface Receiving {
  body: AnswerBody;
  host: string;
  writer: FileWriter;
  slabs: Slabs;
  limiter: RateLimiter;
  /** The most bytes that may be written; one byte more fails with `tooLong`. */
  limitBytes: number;
  tooLong: () => Error;
  onProgress: (endBytes: number) => void;
  signal: AbortSignal;
}

/** Resolves when the whole body is written. On a failure, the bytes received before it are written, too. */
export function receiveBody(receiving: Receiving): Promise<void> {
  const { body, host, signal } = receiving;
  return new Promise((resolve, reject) => {
    const { room, took, finish } = createPour(receiving, (error) => {
      signal.removeEventListener('abort', stop);
      if (error === undefined) resolve();
      else reject(error);
    });
    function stop(): void {
      finish(signal.reason as Error);
    }
    signal.addEventListener('abort', stop, { once: true });
    const end = (error?: Error) => {
      finish(error && networkError(error, host));
    };
    if (signal.aborted) stop();
    else body.pour({ room, took, end });
  });
}

function createPour(receiving: Receiving, settle: (error?: Error) => void) {
  const { body, writer, slabs, limiter, limitBytes, tooLong, onProgress } = receiving;
  const slab = slabs.take();
  // The received bytes that aren't written yet lie between the two.
  let [start, end] = [0, 0];
  let takenBytes = writer.positionBytes;
  /** When the first of these bytes arrived. */
  let waitingSinceMs = 0;
  let isOver = false;
  let slowTimer: NodeJS.Timeout | undefined;
  let rateTimer: NodeJS.Timeout | undefined;

  function finish(error?: Error): void {
    if (isOver) return;
    isOver = true;
    clearTimeout(rateTimer);
    clearTimeout(slowTimer);
    if (error) body.destroy();
    // The first failure is the cause: a full disk explains more than the abort that follows it.
    const failure = write();
    slabs.giveBack(slab);
    settle(error ?? failure);
  }

  /** Returns the failure, if there is one. */
  function write(): Error | undefined {
    if (start === end) return undefined;
    const bytes = slab.subarray(start, end);
    // The next bytes go behind these unless the slab is full: the socket may already be about to write there.
    start = end = end === slab.length ? 0 : end;
    try {
      writer.write(bytes);
      onProgress(writer.positionBytes);
      return undefined;
    } catch (error) {
      return error as Error;
    }
  }

  function writeOrFinish(): void {
    const failure = write();
    if (failure) finish(failure);
  }

  // The timer isn't cancelled when a full slab is written: a new timer for each slab costs more than a timer that
  // finds little to do. Newer bytes wait on, because to write half a slab costs as much as to write a whole one.
  function writeSlow(): void {
    slowTimer = undefined;
    if (start === end) return;
    const leftMs = waitingSinceMs + WRITE_WITHIN_MS - performance.now();
    if (leftMs < 1) writeOrFinish();
    else slowTimer = setTimeout(writeSlow, leftMs);
  }

  /** Whether more bytes may be read now. */
  function took(bytes: number): boolean {
    if (isOver) return false;
    takenBytes += bytes;
    if (takenBytes > limitBytes) {
      finish(tooLong());
      return false;
    }
    if (start === end) waitingSinceMs = performance.now();
    end += bytes;
    if (end === slab.length) writeOrFinish();
    if (start < end) slowTimer ??= setTimeout(writeSlow, WRITE_WITHIN_MS);
    return !slowsDown(limiter.delayMs(bytes)) && !isOver;
  }

  function slowsDown(delayMs: number): boolean {
    if (delayMs < 1 || isOver) return false;
    clearTimeout(rateTimer);
    rateTimer = setTimeout(() => {
      rateTimer = undefined;
      body.resume();
    }, delayMs);
    return true;
  }

  return { room: () => slab.subarray(end), took, finish };
}
