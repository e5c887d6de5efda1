/**
 * How much of what a system brought is what the server has. Android's own way of going on, after a stop of its own,
 * counts from the file's beginning also where a piece begins in the middle, and goes on at the end of whatever lies
 * there: from some byte on, all of it may be out of place. What comes before that byte is right.
 */
import { FileMode } from 'expo-file-system';

import { readAnswer, tooLong } from '../../../download/answers/readAnswer';
import { ModelError } from '../../../errors';
import type { FileRequest } from '../../types';
import { diskError } from '../files/nativeErrors';
import { barePath, fileAt } from '../files/nativePaths';
import type { NativeWeb } from './nativeWeb';

/** Two places of a model's weights that are the same for so long are of no consequence, or its digest tells. */
const WINDOW_BYTES = 1024;
/** What a search may leave of what is right. */
const CLOSE_BYTES = 64 * 1024;

export interface Came {
  /** Of the file that they are in, in the store. */
  path: string;
  /** Where in it they begin. */
  atBytes: number;
  sizeBytes: number;
}

export interface Agreement {
  /** So many of its first bytes are right. */
  sizeBytes: number;
  /** Where redirects led. */
  directUrl: string;
}

/**
 * Asks for the last bytes of what came, and where those are others, for some further ahead.
 * @throws ModelError as `fetchFile` of one range does; AbortError
 */
export async function findAgreement(
  web: NativeWeb,
  { request, came }: { request: FileRequest; came: Came },
  signal: AbortSignal,
): Promise<Agreement> {
  let url = request.url;
  const isRightBefore = async (endBytes: number): Promise<boolean> => {
    const lengthBytes = Math.min(WINDOW_BYTES, endBytes);
    const startBytes = endBytes - lengthBytes;
    const offsetBytes = request.offsetBytes + startBytes;
    const range = { ...request, url, offsetBytes, endBytes: offsetBytes + lengthBytes };
    const asked = await askRange(web, range, signal);
    url = asked.url;
    const here = readAt(came.path, { startBytes: came.atBytes + startBytes, lengthBytes });
    return asked.bytes.every((byte, index) => byte === here[index]);
  };
  if (await isRightBefore(came.sizeBytes)) return { sizeBytes: came.sizeBytes, directUrl: url };
  let right = 0;
  for (let wrong = came.sizeBytes; wrong - right > CLOSE_BYTES;) {
    const middle = right + Math.floor((wrong - right) / 2);
    if (await isRightBefore(middle)) right = middle;
    else wrong = middle;
  }
  return { sizeBytes: right, directUrl: url };
}

/** A few bytes, into memory. @throws ModelError RANGE_INVALID also where the whole file comes instead */
async function askRange(
  web: NativeWeb,
  range: FileRequest & { endBytes: number },
  signal: AbortSignal,
): Promise<{ bytes: Uint8Array; url: string }> {
  const { offsetBytes, endBytes } = range;
  const headers = {
    Accept: '*/*',
    Range: `bytes=${String(offsetBytes)}-${String(endBytes - 1)}`,
  };
  const answered = await web.ask({ url: range.url, headers }, signal);
  const bytes = new Uint8Array(endBytes - offsetBytes);
  let filled = 0;
  try {
    readAnswer({ ...range, acceptsWhole: false }, answered.head);
    await answered.read((piece) => {
      if (filled + piece.byteLength > bytes.byteLength) {
        throw tooLong(range, endBytes, new URL(range.url).host);
      }
      bytes.set(piece, filled);
      filled += piece.byteLength;
    });
  } finally {
    answered.discard();
  }
  const { url } = answered.head;
  if (filled < bytes.byteLength) {
    throw new ModelError('NET_INTERRUPTED', { host: new URL(url).host });
  }
  return { bytes, url };
}

function readAt(
  path: string,
  { startBytes, lengthBytes }: { startBytes: number; lengthBytes: number },
): Uint8Array {
  try {
    const handle = fileAt(barePath(path)).open(FileMode.ReadOnly);
    try {
      handle.offset = startBytes;
      return handle.readBytes(lengthBytes);
    } finally {
      handle.close();
    }
  } catch (error) {
    throw diskError(error, { path });
  }
}
