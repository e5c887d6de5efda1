/** Reads the body of a small answer into memory. */
import type { AnswerHead } from '../../../download/answers/answerHead';
import { ModelError } from '../../../errors';
import { networkError } from '../nodeErrors';
import type { AnswerBody } from './nodeWire';

const STEP_BYTES = 16 * 1024;

interface Collecting {
  head: AnswerHead;
  maxBytes: number;
  onProgress: (receivedBytes: number) => void;
}

/** Passes on the body piece by piece until `take` returns false, and closes the connection. @throws ModelError NET_* */
export function readWhile(
  body: AnswerBody,
  { host, take }: { host: string; take: (piece: Uint8Array) => boolean },
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      end(signal.reason as Error);
    };
    function end(error?: Error): void {
      signal.removeEventListener('abort', stop);
      if (error) reject(networkError(error, host));
      else resolve();
      body.destroy();
    }
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) {
      stop();
      return;
    }
    const room = Buffer.allocUnsafe(STEP_BYTES);
    body.pour({
      room: () => room,
      took(bytes) {
        const goesOn = take(room.subarray(0, bytes));
        if (!goesOn) end();
        return goesOn;
      },
      end,
    });
  });
}

/** @throws ModelError HTTP_UNEXPECTED when it is longer than `maxBytes`; NET_* */
export function collectBody(
  body: AnswerBody,
  { head, maxBytes, onProgress }: Collecting,
  signal: AbortSignal,
): Promise<Buffer> {
  const { host } = new URL(head.url);
  const taken: Buffer[] = [];
  let sizeBytes = 0;
  let room = Buffer.allocUnsafe(STEP_BYTES);
  onProgress(0);
  return new Promise((resolve, reject) => {
    const stop = () => {
      end(signal.reason as Error);
    };
    function end(error?: Error): void {
      signal.removeEventListener('abort', stop);
      if (error) reject(networkError(error, host));
      else resolve(Buffer.concat(taken));
      body.destroy();
    }
    function took(bytes: number): boolean {
      taken.push(room.subarray(0, bytes));
      room = room.subarray(bytes);
      sizeBytes += bytes;
      onProgress(sizeBytes);
      if (sizeBytes <= maxBytes) return true;
      const reason = `longer than ${String(maxBytes)} bytes`;
      end(new ModelError('HTTP_UNEXPECTED', { host, status: head.status, reason }));
      return false;
    }
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) {
      stop();
      return;
    }
    body.pour({
      room() {
        if (room.length === 0) room = Buffer.allocUnsafe(STEP_BYTES);
        return room;
      },
      took,
      end,
    });
  });
}
