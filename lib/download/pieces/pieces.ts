/** Chooses the part of a file that the next free connection fetches. Pure. */
import { gapsBetween, sumBytes, type ByteRange, type ByteRanges } from '../journal/byteRanges';
import type { TransferSizes } from '../journal/sizes';

const WHOLE: ByteRange = { startBytes: 0, endBytes: Infinity };

export interface Pieces {
  /** The size of the file, once it is known. */
  totalBytes: number | undefined;
  /** The landed bytes; the queue follows their additions and removals. */
  readonly landed: ByteRanges;
  /** The first bytes that have neither landed nor are under way, or undefined when there are none. */
  take(connections: number): ByteRange | undefined;
  /** Replaces a taken piece by `to`, because the server sends everything after `startBytes` in one answer. */
  extend(piece: ByteRange, to: ByteRange): ByteRange;
  /** Makes the whole file one piece, whatever has landed, because the server doesn't support ranges. */
  makeWhole(): void;
  readonly isWhole: boolean;
  /** Lets the part of a piece that hasn't landed be taken again. */
  giveBack(piece: ByteRange): void;
  /** Does the same, but puts that part last: it failed, and the other pieces needn't wait for it. */
  putLast(piece: ByteRange): void;
  isComplete(): boolean;
}

export function createPieces(
  landed: ByteRanges,
  totalBytes: number | undefined,
  sizes: TransferSizes,
): Pieces {
  const taken = new Set<ByteRange>();
  let handedOut = 0;
  let isWhole = false;
  let last: ByteRange[] = [];

  function takeWhole(): ByteRange | undefined {
    if (taken.size > 0) return undefined;
    const piece = { ...WHOLE };
    taken.add(piece);
    return piece;
  }

  const pieces: Pieces = {
    totalBytes,
    landed,
    take(connections) {
      if (isWhole) return takeWhole();
      const end = pieces.totalBytes ?? landed.frontierBytes() + sizes.firstPieceBytes;
      // While the size is unknown, there is no piece for a second connection.
      if (pieces.totalBytes === undefined && taken.size > 0) return undefined;
      const busy = [...landed.list(), ...taken];
      const others = gapsBetween([...busy, ...last], end);
      if (others.length === 0) last = [];
      const gaps = others.length === 0 ? gapsBetween(busy, end) : others;
      const [gap] = gaps;
      if (!gap) return undefined;
      // Half of each connection's share of the bytes that aren't under way. So pieces get smaller near
      // the end, and all connections finish at about the same time.
      const halfBytes = Math.ceil(sumBytes(gaps) / connections / 2);
      const isFirst = handedOut < connections;
      const largest = isFirst ? sizes.firstPieceBytes : sizes.largestPieceBytes;
      const sizeBytes = Math.max(sizes.smallestPieceBytes, Math.min(largest, halfBytes));
      const { startBytes } = gap;
      const piece = { startBytes, endBytes: Math.min(gap.endBytes, startBytes + sizeBytes) };
      handedOut += 1;
      taken.add(piece);
      return piece;
    },
    get isWhole() {
      return isWhole;
    },
    makeWhole() {
      isWhole = true;
    },
    extend(piece, to) {
      taken.delete(piece);
      taken.add(to);
      return to;
    },
    giveBack(piece) {
      taken.delete(piece);
    },
    putLast(piece) {
      taken.delete(piece);
      last = [...last, piece];
    },
    isComplete() {
      return pieces.totalBytes !== undefined && landed.frontierBytes() >= pieces.totalBytes;
    },
  };
  return pieces;
}
