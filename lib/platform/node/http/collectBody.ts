/** Reads bodies in memory: piece by piece, or a small one as a whole. */
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
export async function collectBody(
  body: AnswerBody,
  { head, maxBytes, onProgress }: Collecting,
  signal: AbortSignal,
): Promise<Buffer> {
  const { host } = new URL(head.url);
  const taken: Buffer[] = [];
  let sizeBytes = 0;
  onProgress(0);
  const take = (piece: Uint8Array) => {
    // A copy: the next read overwrites the piece.
    taken.push(Buffer.from(piece));
    sizeBytes += piece.byteLength;
    onProgress(sizeBytes);
    return sizeBytes <= maxBytes;
  };
  await readWhile(body, { host, take }, signal);
  if (sizeBytes <= maxBytes) return Buffer.concat(taken);
  const reason = `longer than ${String(maxBytes)} bytes`;
  throw new ModelError('HTTP_UNEXPECTED', { host, status: head.status, reason });
}
