/** Reads a file's numbers and texts in sequence, through a small window. Any size that the file states may be wrong. */

/**
 * A part of a file. It may be shorter than `lengthBytes`, but is shorter than `neededBytes` only where the file ends.
 * @throws GgufUnfinished where these bytes can't be had yet
 */
export type ReadBytes = (
  offsetBytes: number,
  lengthBytes: number,
  neededBytes: number,
) => Promise<Uint8Array>;

/**
 * `cut-off`: the file ends too early. `part`: it is sound, and no model without its other files. `mixed`: each file is
 * sound, and they aren't the parts of one model.
 */
export type GgufDefectKind = 'damaged' | 'cut-off' | 'part' | 'mixed';

/** A defect of a file, in words for a person. Internal: `checkGguf` turns it into LOAD_FAILED. */
export class GgufDefect extends Error {
  override readonly name = 'GgufDefect';

  constructor(
    message: string,
    readonly kind: GgufDefectKind = 'damaged',
  ) {
    super(message);
  }
}

/** The bytes to read haven't been downloaded yet; no defect is known. */
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
  /** Whether the next `lengthBytes` bytes are in the window and can be read without waiting. */
  has(lengthBytes: number): boolean;
  /**
   * Reads the next `lengthBytes` bytes into the window, at most `WINDOW_BYTES`.
   * @throws GgufDefect where the file ends before them, GgufUnfinished where they aren't here yet
   */
  fill(lengthBytes: number): Promise<void>;
  /** Moves the position on without reading. @throws GgufDefect past the end of the file */
  skip(lengthBytes: number): void;
  /** The next bytes; they have to be in the window. */
  take(lengthBytes: number): DataView;
  /** A length, count or offset. @throws GgufDefect for a value that is too large for a number */
  takeUint64(): number;
}

/** The longest key of a header that is read. */
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
      throw new GgufDefect('the file ends in the middle of its header', 'cut-off');
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
      const bytes = await read(at, wanted, lengthBytes);
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
