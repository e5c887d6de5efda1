/** Reads numbers and texts of a file one after the other, through a small window: the file may lie about everything. */

/** A part of a file; shorter than asked for only where the file ends. */
export type ReadBytes = (offsetBytes: number, lengthBytes: number) => Promise<Uint8Array>;

/** What is wrong with a file, in words for a person. Stays inside: `checkGguf` makes a LOAD_FAILED of it. */
export class GgufDefect extends Error {
  override readonly name = 'GgufDefect';
}

/** What is looked for hasn't come yet: nothing is known to be wrong. */
export class GgufUnfinished extends Error {
  override readonly name = 'GgufUnfinished';
}

/** How long a file is, and how much of it can be read from its start. */
export interface GgufLength {
  fileBytes: number;
  hereBytes: number;
}

export interface GgufBytes {
  /** Bytes from the start of the file. */
  position(): number;
  /** Whether so many bytes are in the window: what is there is read without waiting. */
  has(lengthBytes: number): boolean;
  /** Brings so many bytes into the window, at most `LONGEST_READ_BYTES`. @throws GgufDefect where the file ends before them, GgufUnfinished where they aren't here */
  fill(lengthBytes: number): Promise<void>;
  /** Goes on without reading. @throws GgufDefect past the end of the file */
  skip(lengthBytes: number): void;
  /** The next bytes as numbers; they have to be in the window. */
  take(lengthBytes: number): DataView;
  /** A length, count or offset. @throws GgufDefect for more than a number can hold */
  takeUint64(): number;
}

/** The largest single thing of a header that is looked at: a key, a name, a short value. */
export const LONGEST_READ_BYTES = 64 * 1024;

const WINDOW_BYTES = 256 * 1024;

/** The longest real headers, with vocabularies of 260,000 tokens, have some 15 MB. */
const MOST_READ_BYTES = 64 * 1024 * 1024;

export function createGgufBytes(read: ReadBytes, { fileBytes, hereBytes }: GgufLength): GgufBytes {
  let window: DataView = new DataView(new ArrayBuffer(0));
  let windowStart = 0;
  let at = 0;
  let readBytes = 0;

  const has = (lengthBytes: number) =>
    at >= windowStart && at + lengthBytes <= windowStart + window.byteLength;

  const requireInside = (lengthBytes: number) => {
    if (at + lengthBytes > fileBytes) {
      throw new GgufDefect('the file ends in the middle of its header');
    }
  };

  const take = (lengthBytes: number) => {
    const start = window.byteOffset + at - windowStart;
    at += lengthBytes;
    return new DataView(window.buffer, start, lengthBytes);
  };

  return {
    position: () => at,
    has,
    async fill(lengthBytes) {
      if (has(lengthBytes)) return;
      requireInside(lengthBytes);
      if (at + lengthBytes > hereBytes) throw new GgufUnfinished();
      const wanted = Math.min(WINDOW_BYTES, hereBytes - at);
      readBytes += wanted;
      if (readBytes > MOST_READ_BYTES) throw new GgufDefect('its header is too long');
      const bytes = await read(at, wanted);
      if (bytes.byteLength < lengthBytes) throw new GgufDefect('the file became shorter');
      window = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      windowStart = at;
    },
    skip(lengthBytes) {
      requireInside(lengthBytes);
      at += lengthBytes;
    },
    take,
    takeUint64() {
      const view = take(8);
      const value = view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32;
      if (!Number.isSafeInteger(value)) throw new GgufDefect('a number in its header is too large');
      return value;
    },
  };
}
