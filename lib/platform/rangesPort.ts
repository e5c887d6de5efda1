/** Parts of files that are here already; a part of `types.ts`, which exports it. */

export interface StoredRange {
  startBytes: number;
  /** One past the last byte. */
  endBytes: number;
}

export interface RangeCopy extends StoredRange {
  /** The place of the first byte in the other file. */
  toBytes: number;
}

/**
 * Reads and copies parts of files of the store, in bounded memory, away from the thread that draws. No method can be
 * called off: ask for a few dozen mebibytes at a time.
 */
export interface FileRanges {
  /**
   * Bytes of a file, at most a mebibyte; fewer only at its end.
   * @throws ModelError DISK_IO when there is no such file
   */
  read(path: string, range: StoredRange): Promise<Uint8Array>;
  /**
   * The SHA-256 of each range, in lower-case hex.
   * @throws ModelError DISK_IO also when the file ends before the end of a range
   */
  digests(path: string, ranges: readonly StoredRange[]): Promise<string[]>;
  /**
   * Writes ranges of one file into another one, which is made where it is missing. Its other bytes stay. Resolves when all
   * are written; they aren't durable yet (`FileStore.append`). After a rejection some of them may be written.
   * @throws ModelError DISK_IO also when `from` ends before the end of a range, NO_SPACE, NAME_INVALID
   */
  copy(from: string, to: string, ranges: readonly RangeCopy[]): Promise<void>;
}
