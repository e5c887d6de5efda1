import { expect, it } from 'vitest';

import { createByteRanges, type ByteRange } from '../journal/byteRanges';
import { createPieces } from './pieces';
import { TRANSFER_SIZES } from '../journal/sizes';

const MEBIBYTE = 1024 * 1024;
const SIZE = 512 * MEBIBYTE;
const CONNECTIONS = 16;

const sizeOf = ({ startBytes, endBytes }: ByteRange) => endBytes - startBytes;

/** Takes until nothing is left, while nothing lands. */
function takeAll(landed: readonly ByteRange[] = []): ByteRange[] {
  const pieces = createPieces(createByteRanges(landed), SIZE, TRANSFER_SIZES);
  const taken: ByteRange[] = [];
  for (;;) {
    const piece = pieces.take(CONNECTIONS);
    if (!piece) return taken;
    taken.push(piece);
  }
}

it('hands out every byte once, in order', () => {
  const landed = [{ startBytes: 3 * MEBIBYTE + 7, endBytes: 40 * MEBIBYTE }];
  const taken = takeAll(landed);
  expect(taken.toSorted((one, other) => one.startBytes - other.startBytes)).toEqual(taken);
  const all = createByteRanges(landed);
  for (const piece of taken) {
    const before = all.sizeBytes();
    all.add(piece);
    expect(all.sizeBytes()).toBe(before + sizeOf(piece));
  }
  expect(all.list()).toEqual([{ startBytes: 0, endBytes: SIZE }]);
});

it('begins with little, goes on with much, and ends with little, while the others are still at it', () => {
  const sizes = takeAll().map(sizeOf);
  expect(new Set(sizes.slice(0, CONNECTIONS))).toEqual(new Set([TRANSFER_SIZES.firstPieceBytes]));
  const later = sizes.slice(CONNECTIONS);
  expect(later.toSorted((one, other) => other - one)).toEqual(later);
  expect(later[0]).toBeGreaterThan(8 * MEBIBYTE);
  // One each, when the last is taken.
  for (const size of sizes.slice(-CONNECTIONS)) {
    expect(size).toBeLessThanOrEqual(TRANSFER_SIZES.smallestPieceBytes);
  }
});

it('takes again what came back', () => {
  const pieces = createPieces(createByteRanges(), SIZE, TRANSFER_SIZES);
  const first = pieces.take(CONNECTIONS);
  pieces.take(CONNECTIONS);
  if (first) pieces.giveBack(first);
  expect(pieces.take(CONNECTIONS)).toEqual(first);
});
