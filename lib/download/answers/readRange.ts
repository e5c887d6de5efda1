/** Decides which bytes of an HTTP answer belong to a part of a file that is read into memory. Pure, for every host. */
import { ModelError } from '../../errors';
import type { RangeAnswer, RangeRequest, TextEvents } from '../../platform/types';
import type { AnswerHead } from './answerHead';
import { readAnswer } from './readAnswer';
import { versionsOf } from './sourceVersion';
import { statedSha256 } from './statedDigest';

/** The longest part that is read into memory at once. */
export const LONGEST_RANGE_BYTES = 4 * 1024 * 1024;

/** The value of the request's Range header. */
export function rangeHeader({ startBytes, lengthBytes }: RangeRequest): string {
  return `bytes=${String(startBytes)}-${String(startBytes + lengthBytes - 1)}`;
}

export interface ExpectedRange {
  /** Adds bytes of the body. False once no more are needed: the connection is then to be closed. */
  take(piece: Uint8Array): boolean;
  /** Whether bytes of the body are still needed. */
  isOpen(): boolean;
  /** @throws ModelError NET_INTERRUPTED when the body ended before its announced end */
  answer(): RangeAnswer;
}

/** @throws ModelError as `readAnswer`; then nothing of the body may be used */
export function expectRange(request: RangeRequest & TextEvents, head: AnswerHead): ExpectedRange {
  const { url, startBytes, onProgress } = request;
  const lengthBytes = Math.min(request.lengthBytes, LONGEST_RANGE_BYTES);
  const meaning = readAnswer(
    {
      ...{ url, path: '', offsetBytes: startBytes, endBytes: startBytes + lengthBytes },
      // The whole file begins with the bytes that are needed.
      acceptsWhole: startBytes === 0,
      ...{ expectedBytes: undefined, isRest: false, versions: undefined },
    },
    head,
  );
  const announcedBytes =
    meaning.kind === 'complete' ? 0 : (meaning.endBytes ?? Infinity) - meaning.offsetBytes;
  const wantedBytes = Math.min(lengthBytes, announcedBytes);
  const pieces: Uint8Array[] = [];
  let takenBytes = 0;
  onProgress(0);
  const isOpen = () => takenBytes < wantedBytes;
  return {
    isOpen,
    take(piece) {
      // A copy: the next read may overwrite the piece. Of a Node buffer, `slice` would be no copy.
      const kept = new Uint8Array(piece.subarray(0, wantedBytes - takenBytes));
      pieces.push(kept);
      takenBytes += kept.byteLength;
      onProgress(takenBytes);
      return isOpen();
    },
    answer() {
      if (announcedBytes !== Infinity && isOpen()) {
        throw new ModelError('NET_INTERRUPTED', { host: new URL(head.url).host });
      }
      const bytes = joined(pieces, takenBytes);
      return {
        ...{ bytes, totalBytes: meaning.totalBytes, url: head.url },
        ...{ versions: versionsOf(head), sha256: statedSha256(head) },
      };
    },
  };
}

function joined(pieces: readonly Uint8Array[], sizeBytes: number): Uint8Array {
  const whole = new Uint8Array(sizeBytes);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.byteLength;
  }
  return whole;
}
