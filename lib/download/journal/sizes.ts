/** How finely a transfer is divided. One object, so that a test can see a small file as a large one. */
export interface TransferSizes {
  /** What a connection fetches first: little, so that it shows soon what it carries. */
  firstPieceBytes: number;
  largestPieceBytes: number;
  /** At the end: each costs a round trip, and the slowest is what the file waits for. */
  smallestPieceBytes: number;
  /** What has landed and isn't in the journal yet: what a kill may cost. */
  unwrittenBytes: number;
  /** What one digest is recorded for, and a repair fetches at least. */
  blockBytes: number;
}

const MEBIBYTE = 1024 * 1024;

export const TRANSFER_SIZES: TransferSizes = {
  firstPieceBytes: MEBIBYTE,
  largestPieceBytes: 16 * MEBIBYTE,
  smallestPieceBytes: MEBIBYTE / 2,
  unwrittenBytes: MEBIBYTE,
  blockBytes: 8 * MEBIBYTE,
};
