/** Large buffers that are reused: to allocate a new one each time costs the system more than to fill it. */

/** One system call writes this much, and a crash loses at most this much of each connection. */
export const SLAB_BYTES = 256 * 1024;
// As many as the connections of one file return when they end.
const MOST_KEPT = 16;

export interface Slabs {
  take(): Buffer;
  /** After this call, the slab may not be read or written any more. */
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
