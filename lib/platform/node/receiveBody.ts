/** Brings the body of one answer into a file, in pieces large enough to be cheap and small enough to lose. */
import type { RateLimiter } from '../../download/rateLimiter';
import { networkError } from './nodeErrors';
import type { FileWriter } from './nodeFileWriter';
import type { AnswerBody } from './nodeWire';
import { createSlabQueue, SLAB_BYTES, type Slabs } from './slabs';

/** What may wait for the disk before the network has to. */
const MOST_WAITING_BYTES = 2 * SLAB_BYTES;
/** A slow body is written at least this often. */
const WRITE_EVERY_MS = 100;

export interface Receiving {
  body: AnswerBody;
  host: string;
  writer: FileWriter;
  slabs: Slabs;
  limiter: RateLimiter;
  /** The most that may be written; one byte more fails with `tooLong`. */
  limitBytes: number;
  tooLong: () => Error;
  onProgress: (endBytes: number) => void;
  signal: AbortSignal;
}

/** Resolves at the end of the body with everything written; so is what came before a failure. */
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
  const { body, writer, limiter, limitBytes, tooLong, onProgress } = receiving;
  const waiting = createSlabQueue(receiving.slabs);
  let takenBytes = writer.positionBytes;
  let isWriting = false;
  let ending: { error?: Error } | undefined;
  let slowTimer: NodeJS.Timeout | undefined;
  let rateTimer: NodeJS.Timeout | undefined;

  function finish(error?: Error): void {
    if (ending) return;
    ending = error ? { error } : {};
    clearTimeout(rateTimer);
    if (error) body.destroy();
    flush();
  }

  function flush(): void {
    clearTimeout(slowTimer);
    slowTimer = undefined;
    if (isWriting) return;
    if (waiting.sizeBytes() === 0) {
      if (!ending) return;
      waiting.clear();
      settle(ending.error);
      return;
    }
    isWriting = true;
    const bytes = waiting.first();
    writer.write(bytes).then(
      () => {
        waiting.written(bytes.length);
        written();
      },
      (error: unknown) => {
        isWriting = false;
        waiting.clear();
        // What failed first is why; a disk that is full says more than the abort that follows.
        if (ending) settle(ending.error ?? (error as Error));
        else finish(error as Error);
      },
    );
  }

  function written(): void {
    isWriting = false;
    onProgress(writer.positionBytes);
    if (ending || waiting.sizeBytes() >= SLAB_BYTES) flush();
    if (!ending && rateTimer === undefined) body.resume();
  }

  /** Whether more may come now. */
  function took(bytes: number): boolean {
    if (ending) return false;
    takenBytes += bytes;
    if (takenBytes > limitBytes) {
      finish(tooLong());
      return false;
    }
    waiting.filled(bytes);
    if (waiting.sizeBytes() >= SLAB_BYTES) flush();
    else slowTimer ??= setTimeout(flush, WRITE_EVERY_MS);
    return !slowsDown(limiter.delayMs(bytes)) && waiting.sizeBytes() < MOST_WAITING_BYTES;
  }

  function slowsDown(delayMs: number): boolean {
    if (delayMs < 1) return false;
    clearTimeout(rateTimer);
    rateTimer = setTimeout(() => {
      rateTimer = undefined;
      body.resume();
    }, delayMs);
    return true;
  }

  return { room: waiting.room, took, finish };
}
