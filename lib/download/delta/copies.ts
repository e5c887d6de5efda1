/** Which bytes of a new file lie where on this device. Pure. */
import type { RangeCopy } from '../../platform/types';
import { createByteRanges, type ByteRange } from '../journal/byteRanges';

/** Bytes of a file of the store that are bytes of the new file, by all that is known. */
export interface Copy extends RangeCopy {
  from: string;
}

/** What lies alone between bytes to fetch, and is shorter, isn't worth the two requests in place of one. */
const LEAST_BYTES = 64 * 1024;
/** Between two of them is something to fetch: with more, the requests would take longer than the bytes. */
const MOST_RANGES = 512;

/**
 * The copies worth making, in the order of the new file, without bytes that have landed. Copies that follow each other in
 * both files are one.
 */
export function usefulCopies(
  copies: readonly Copy[],
  { landed, totalBytes }: { landed: readonly ByteRange[]; totalBytes: number },
): Copy[] {
  const there = createByteRanges(landed);
  for (const copy of copies) there.add(targetOf(copy));
  const length = ({ startBytes, endBytes }: ByteRange) => endBytes - startBytes;
  const worth = there
    .list()
    .filter((range) => length(range) >= Math.min(LEAST_BYTES, totalBytes))
    .sort((one, other) => length(other) - length(one))
    .slice(0, MOST_RANGES);
  const missing = createByteRanges(worth);
  for (const range of landed) missing.remove(range);
  const useful: Copy[] = [];
  for (const copy of copies) {
    const target = targetOf(copy);
    for (const gap of overlaps(missing.list(), target)) {
      append(useful, {
        from: copy.from,
        startBytes: copy.startBytes + gap.startBytes - target.startBytes,
        endBytes: copy.startBytes + gap.endBytes - target.startBytes,
        toBytes: gap.startBytes,
      });
    }
    // Two copies for the same place would be one too many.
    missing.remove(target);
  }
  return useful;
}

export function targetOf({ startBytes, endBytes, toBytes }: RangeCopy): ByteRange {
  return { startBytes: toBytes, endBytes: toBytes + endBytes - startBytes };
}

function append(copies: Copy[], copy: Copy): void {
  const last = copies.at(-1);
  const follows =
    last?.from === copy.from &&
    last.endBytes === copy.startBytes &&
    targetOf(last).endBytes === copy.toBytes;
  if (follows) last.endBytes = copy.endBytes;
  else copies.push({ ...copy });
}

function overlaps(ranges: readonly ByteRange[], { startBytes, endBytes }: ByteRange): ByteRange[] {
  return ranges
    .map((range) => ({
      startBytes: Math.max(range.startBytes, startBytes),
      endBytes: Math.min(range.endBytes, endBytes),
    }))
    .filter((range) => range.endBytes > range.startBytes);
}

/** The copies in steps of at most `mostBytes` from one file: a step can't be called off. */
export function* stepsOf(copies: readonly Copy[], mostBytes: number): Generator<Copy[]> {
  let step: Copy[] = [];
  let leftBytes = mostBytes;
  for (const copy of copies) {
    if (step[0] !== undefined && step[0].from !== copy.from) {
      yield step;
      [step, leftBytes] = [[], mostBytes];
    }
    for (let at = copy.startBytes; at < copy.endBytes;) {
      const endBytes = Math.min(copy.endBytes, at + leftBytes);
      step.push({
        ...copy,
        startBytes: at,
        endBytes,
        toBytes: copy.toBytes + at - copy.startBytes,
      });
      leftBytes -= endBytes - at;
      at = endBytes;
      if (leftBytes > 0) continue;
      yield step;
      [step, leftBytes] = [[], mostBytes];
    }
  }
  if (step.length > 0) yield step;
}
