/** Sets of byte ranges of one file: what has landed, what is being fetched, what is missing. Pure. */

/** From the first byte to one past the last. */
export interface ByteRange {
  startBytes: number;
  endBytes: number;
}

export interface ByteRanges {
  add(range: ByteRange): void;
  remove(range: ByteRange): void;
  clear(): void;
  /** Sorted, none touching the next. */
  list(): readonly ByteRange[];
  /** Bytes in all ranges. */
  sizeBytes(): number;
  /** Where the range that begins at 0 ends; 0 when there is none. */
  frontierBytes(): number;
}

export function createByteRanges(initial: readonly ByteRange[] = []): ByteRanges {
  let ranges: ByteRange[] = [];

  function add({ startBytes, endBytes }: ByteRange): void {
    if (endBytes <= startBytes) return;
    const merged = { startBytes, endBytes };
    const before: ByteRange[] = [];
    const after: ByteRange[] = [];
    for (const range of ranges) {
      if (range.endBytes < startBytes) before.push(range);
      else if (range.startBytes > endBytes) after.push(range);
      else {
        merged.startBytes = Math.min(merged.startBytes, range.startBytes);
        merged.endBytes = Math.max(merged.endBytes, range.endBytes);
      }
    }
    ranges = before;
    ranges.push(merged, ...after);
  }

  function remove({ startBytes, endBytes }: ByteRange): void {
    if (endBytes <= startBytes) return;
    ranges = ranges.flatMap((range) => [
      ...cut(range.startBytes, Math.min(range.endBytes, startBytes)),
      ...cut(Math.max(range.startBytes, endBytes), range.endBytes),
    ]);
  }

  for (const range of initial) add(range);
  return {
    add,
    remove,
    clear() {
      ranges = [];
    },
    list: () => ranges,
    sizeBytes: () => sumBytes(ranges),
    frontierBytes: () => (ranges[0]?.startBytes === 0 ? ranges[0].endBytes : 0),
  };
}

function cut(startBytes: number, endBytes: number): ByteRange[] {
  return endBytes > startBytes ? [{ startBytes, endBytes }] : [];
}

/** The same ranges without the bytes of one. */
export function without(ranges: readonly ByteRange[], range: ByteRange): readonly ByteRange[] {
  const rest = createByteRanges(ranges);
  rest.remove(range);
  return rest.list();
}

/** What none of `taken` covers before `endBytes`. */
export function gapsBetween(taken: readonly ByteRange[], endBytes: number): readonly ByteRange[] {
  const gaps = createByteRanges([{ startBytes: 0, endBytes }]);
  for (const range of taken) gaps.remove(range);
  return gaps.list();
}

export function sumBytes(ranges: readonly ByteRange[]): number {
  return ranges.reduce((sum, { startBytes, endBytes }) => sum + endBytes - startBytes, 0);
}
