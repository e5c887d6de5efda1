/** How finely a transfer is divided. It is one object, so that a test can treat a small file like a large one. */
export interface TransferSizes {
  /** A connection's first piece. It is small, so that the connection's speed is known soon. */
  firstPieceBytes: number;
  largestPieceBytes: number;
  /** The size of pieces near the end: each costs a round trip, and the file waits for the slowest. */
  smallestPieceBytes: number;
  /** The most landed bytes that aren't in the journal yet; they are lost when the app is killed. */
  unwrittenBytes: number;
  /** The bytes for which one digest is recorded, and the least that a repair fetches. */
  blockBytes: number;
  /** The least of a file that is stored once for several models: less isn't worth a look at each of them. */
  leastSharedBytes?: number;
}

const MEBIBYTE = 1024 * 1024;

export const TRANSFER_SIZES: TransferSizes = {
  firstPieceBytes: MEBIBYTE,
  largestPieceBytes: 16 * MEBIBYTE,
  smallestPieceBytes: MEBIBYTE / 2,
  unwrittenBytes: MEBIBYTE,
  blockBytes: 8 * MEBIBYTE,
};
