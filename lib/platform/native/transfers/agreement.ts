/**
 * Finds how many bytes from the system agree with the server's file. When Android resumes a transfer by itself, it
 * counts from the file's beginning, even for a piece in the middle, and appends to the end of its file. From some
 * byte on, all bytes may therefore be at the wrong place. The bytes before that are correct.
 */
import { FileMode } from 'expo-file-system';

import { readAnswer, tooLong } from '../../../download/answers/readAnswer';
import { ModelError } from '../../../errors';
import type { FileRequest } from '../../types';
import { diskError } from '../files/nativeErrors';
import { barePath, fileAt } from '../files/nativePaths';
import type { NativeWeb } from './nativeWeb';

/**
 * The compared length. If wrong bytes happen to be equal for this long, it doesn't matter, or the digest detects it.
 */
const WINDOW_BYTES = 1024;
/** The most correct bytes that the search may give up. */
const CLOSE_BYTES = 64 * 1024;

export interface Came {
  /** The path in the store of the file that contains the bytes. */
  path: string;
  /** The offset of the first byte in this file. */
  atBytes: number;
  sizeBytes: number;
}

export interface Agreement {
  /** The number of first bytes that are correct. */
  sizeBytes: number;
  /** The address after redirects. */
  directUrl: string;
}

/**
 * Compares the last received bytes with the server's; where they differ, searches for the last equal place before them.
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

/**
 * Reads a few bytes into memory.
 * @throws ModelError RANGE_INVALID also where the server sends the whole file instead
 */
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
