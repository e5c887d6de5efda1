/** Sets of byte ranges of one file: landed bytes, bytes being fetched, missing bytes. Pure. */

/** From the offset of the first byte to one past that of the last. */
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
  /** The end of the range that begins at 0; 0 when there is no such range. */
  frontierBytes(): number;
}

export function createByteRanges(initial: readonly ByteRange[] = []): ByteRanges {
  let ranges = merged(initial);
  /** The cached sum of the ranges; undefined until the next read. Callers read it several times after each change. */
  let sizeBytes: number | undefined;

  /** Replaces all ranges that touch the given one by the result of `instead`. Lists returned earlier don't change. */
  function replace({ startBytes, endBytes }: ByteRange, instead: Instead): void {
    const from = countWhile(ranges, (range) => range.endBytes < startBytes);
    const to = countWhile(ranges, (range) => range.startBytes <= endBytes);
    const touching = ranges.slice(from, to);
    ranges = ranges.slice();
    ranges.splice(from, to - from, ...instead(touching[0], touching.at(-1)));
    sizeBytes = undefined;
  }

  function add(range: ByteRange): void {
    const { startBytes, endBytes } = range;
    if (endBytes <= startBytes) return;
    // New bytes usually extend the range that the same connection has already brought.
    const place = countWhile(ranges, (one) => one.endBytes < startBytes);
    const [before, next] = [ranges[place], ranges[place + 1]];
    if (before?.endBytes === startBytes && (next === undefined || next.startBytes > endBytes)) {
      ranges = ranges.slice();
      ranges[place] = { startBytes: before.startBytes, endBytes };
      if (sizeBytes !== undefined) sizeBytes += endBytes - startBytes;
      return;
    }
    replace(range, (first = range, last = range) => [
      {
        startBytes: Math.min(range.startBytes, first.startBytes),
        endBytes: Math.max(range.endBytes, last.endBytes),
      },
    ]);
  }

  function remove(range: ByteRange): void {
    if (range.endBytes <= range.startBytes) return;
    replace(range, (first = range, last = range) => [
      ...cut(first.startBytes, Math.min(first.endBytes, range.startBytes)),
      ...cut(Math.max(last.startBytes, range.endBytes), last.endBytes),
    ]);
  }

  return {
    add,
    remove,
    clear() {
      ranges = [];
      sizeBytes = undefined;
    },
    list: () => ranges,
    sizeBytes: () => (sizeBytes ??= sumBytes(ranges)),
    frontierBytes: () => (ranges[0]?.startBytes === 0 ? ranges[0].endBytes : 0),
  };
}

type Instead = (first?: ByteRange, last?: ByteRange) => ByteRange[];

/** The number of leading ranges for which `holds` is true; after the first false one, all others are false. */
function countWhile(ranges: readonly ByteRange[], holds: (range: ByteRange) => boolean): number {
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const range = ranges[middle];
    if (range !== undefined && holds(range)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The ranges sorted, with those that touch joined. */
function merged(unsorted: readonly ByteRange[]): ByteRange[] {
  const ranges: ByteRange[] = [];
  for (const range of [...unsorted].sort((one, other) => one.startBytes - other.startBytes)) {
    if (range.endBytes <= range.startBytes) continue;
    const last = ranges.at(-1);
    if (last === undefined || last.endBytes < range.startBytes) ranges.push({ ...range });
    else last.endBytes = Math.max(last.endBytes, range.endBytes);
  }
  return ranges;
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

/** The ranges before `endBytes` that `taken` doesn't cover. */
export function gapsBetween(taken: readonly ByteRange[], endBytes: number): readonly ByteRange[] {
  const gaps = createByteRanges([{ startBytes: 0, endBytes }]);
  for (const range of taken) gaps.remove(range);
  return gaps.list();
}

export function sumBytes(ranges: readonly ByteRange[]): number {
  return ranges.reduce((sum, { startBytes, endBytes }) => sum + endBytes - startBytes, 0);
}
