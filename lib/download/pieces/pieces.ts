/** Which part of a file the next free connection fetches. Pure. */
import { gapsBetween, sumBytes, type ByteRange, type ByteRanges } from '../journal/byteRanges';
import type { TransferSizes } from '../journal/sizes';

const WHOLE: ByteRange = { startBytes: 0, endBytes: Infinity };

export interface Pieces {
  /** The size of the file, once somebody has said. */
  totalBytes: number | undefined;
  /** What is here; the queue follows what is added and removed. */
  readonly landed: ByteRanges;
  /** The first bytes that are neither here nor under way, or undefined when there are none. */
  take(connections: number): ByteRange | undefined;
  /** The server sends everything after `startBytes` in one answer: a piece that was taken becomes that. */
  extend(piece: ByteRange, to: ByteRange): ByteRange;
  /** The server can't do ranges: the one piece is everything, whatever has landed. */
  makeWhole(): void;
  readonly isWhole: boolean;
  /** What of a piece hasn't landed may be taken again. */
  giveBack(piece: ByteRange): void;
  /** The same, after everything else: it failed, and the others needn't wait for it. */
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
      // Without a size nobody knows what a second connection could fetch.
      if (pieces.totalBytes === undefined && taken.size > 0) return undefined;
      const busy = [...landed.list(), ...taken];
      const others = gapsBetween([...busy, ...last], end);
      if (others.length === 0) last = [];
      const gaps = others.length === 0 ? gapsBetween(busy, end) : others;
      const [gap] = gaps;
      if (!gap) return undefined;
      // Half of each connection's share of what nobody fetches: near the end it is cut finer and
      // finer, so that none has much to do when the others have nothing.
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
