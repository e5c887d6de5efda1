/** Large buffers that are used again: a fresh one each time costs the system more than filling it does. */

/** One system call writes so much; a crash loses no more of each connection. */
export const SLAB_BYTES = 256 * 1024;
// What the connections of one file leave behind when they end.
const MOST_KEPT = 16;

export interface Slabs {
  take(): Buffer;
  /** Nobody may write to it or read from it any more. */
  giveBack(slab: Buffer): void;
}

export function createSlabs(): Slabs {
  const free: Buffer[] = [];
  return {
    take: () => free.pop() ?? Buffer.allocUnsafeSlow(SLAB_BYTES),
    giveBack(slab) {
      if (free.length < MOST_KEPT) free.push(slab);
    },
  };
}
