/** Brings the body of one answer into a file, in pieces large enough to be cheap and small enough to lose. */
import type { IncomingMessage } from 'node:http';

import type { RateLimiter } from '../../download/rateLimiter';
import { networkError } from './nodeErrors';
import type { FileWriter } from './nodeFileWriter';

/** One system call writes so much; a crash loses no more of each connection. */
const SLAB_BYTES = 256 * 1024;
/** What may wait for the disk before the network has to. */
const MOST_WAITING_BYTES = 1024 * 1024;
/** A slow body is written at least this often. */
const WRITE_EVERY_MS = 100;

export interface Receiving {
  body: IncomingMessage;
  host: string;
  writer: FileWriter;
  limiter: RateLimiter;
  /** The most that may be written; one byte more fails with `tooLong`. */
  limitBytes: number;
  tooLong: () => Error;
  onProgress: (endBytes: number) => void;
  signal: AbortSignal;
}

/** Resolves at the end of the body with everything written; so is what came before a failure. */
export function receiveBody(receiving: Receiving): Promise<void> {
  return new Promise((resolve, reject) => {
    const pour = createPour(receiving, (error) => {
      if (error === undefined) resolve();
      else reject(error);
    });
    pour.start();
  });
}

function failureOf(body: IncomingMessage, host: string): Error | undefined {
  return body.complete ? undefined : networkError(body.errored ?? new Error('closed'), host);
}

function createPour(receiving: Receiving, settle: (error?: Error) => void) {
  const { body, host, writer, limiter, limitBytes, tooLong, onProgress, signal } = receiving;
  const waiting = createSlab();
  let takenBytes = writer.positionBytes;
  let isWriting = false;
  let ending: { error?: Error } | undefined;
  let slowTimer: NodeJS.Timeout | undefined;
  let rateTimer: NodeJS.Timeout | undefined;

  function finish(error?: Error): void {
    if (ending) return;
    ending = error ? { error } : {};
    signal.removeEventListener('abort', stop);
    body.destroy();
    clearTimeout(rateTimer);
    flush();
  }

  function stop(): void {
    finish(signal.reason as Error);
  }

  function flush(): void {
    clearTimeout(slowTimer);
    slowTimer = undefined;
    if (isWriting) return;
    if (waiting.sizeBytes() === 0) {
      if (ending) settle(ending.error);
      return;
    }
    isWriting = true;
    writer.write(waiting.take()).then(written, (error: unknown) => {
      isWriting = false;
      waiting.take();
      // What failed first is why; a disk that is full says more than the abort that follows.
      if (ending) settle(ending.error ?? (error as Error));
      else finish(error as Error);
    });
  }

  function written(): void {
    isWriting = false;
    onProgress(writer.positionBytes);
    if (ending || waiting.sizeBytes() >= SLAB_BYTES) flush();
    if (!ending && rateTimer === undefined) body.resume();
  }

  function take(chunk: Uint8Array): void {
    if (ending) return;
    takenBytes += chunk.byteLength;
    if (takenBytes > limitBytes) {
      finish(tooLong());
      return;
    }
    waiting.add(chunk);
    if (waiting.sizeBytes() >= SLAB_BYTES) flush();
    else slowTimer ??= setTimeout(flush, WRITE_EVERY_MS);
    if (waiting.sizeBytes() >= MOST_WAITING_BYTES) body.pause();
    slowDown(limiter.delayMs(chunk.byteLength));
  }

  function slowDown(delayMs: number): void {
    if (delayMs < 1) return;
    body.pause();
    clearTimeout(rateTimer);
    rateTimer = setTimeout(() => {
      rateTimer = undefined;
      body.resume();
    }, delayMs);
  }

  return {
    start() {
      signal.addEventListener('abort', stop, { once: true });
      body.on('data', take);
      body.once('end', () => {
        finish();
      });
      body.on('error', (error) => {
        finish(networkError(error, host));
      });
      // A connection that is gone without an error of its own.
      body.once('close', () => finish(failureOf(body, host)));
      if (signal.aborted) stop();
      // It may have ended while the file was being opened, and tells that once only.
      if (body.destroyed) finish(failureOf(body, host));
    },
  };
}

/** Chunks that wait to be written together. */
function createSlab() {
  let chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  return {
    sizeBytes: () => sizeBytes,
    add(chunk: Uint8Array) {
      chunks.push(chunk);
      sizeBytes += chunk.byteLength;
    },
    take() {
      const taken = chunks;
      chunks = [];
      sizeBytes = 0;
      return taken;
    },
  };
}
