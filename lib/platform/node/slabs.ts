/** Large buffers that are used again: a fresh one each time costs the system more than filling it. */

/** One system call writes so much; a crash loses no more of each connection. */
export const SLAB_BYTES = 512 * 1024;
// What sixteen connections leave behind when they end.
const MOST_KEPT = 32;

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

/** Bytes on their way from a connection to a file, in order. */
export interface SlabQueue {
  /** Where the next bytes go. */
  room(): Buffer;
  /** So many went to where `room` last said. */
  filled(bytes: number): void;
  /** What waits. */
  sizeBytes(): number;
  /** The first of what waits, as far as it lies in one place. It stays there until `written`. */
  first(): Buffer;
  /** So many of those needn't wait any more. */
  written(bytes: number): void;
  /** Gives back everything, whatever waits. */
  clear(): void;
}

interface Slab {
  buffer: Buffer;
  startBytes: number;
  endBytes: number;
}

export function createSlabQueue(slabs: Slabs): SlabQueue {
  let queue: Slab[] = [];
  let sizeBytes = 0;

  function last(): Slab {
    const slab = queue.at(-1);
    if (slab && slab.endBytes < SLAB_BYTES) return slab;
    const next = { buffer: slabs.take(), startBytes: 0, endBytes: 0 };
    queue.push(next);
    return next;
  }

  return {
    room() {
      const { buffer, endBytes } = last();
      return buffer.subarray(endBytes);
    },
    filled(bytes) {
      last().endBytes += bytes;
      sizeBytes += bytes;
    },
    sizeBytes: () => sizeBytes,
    first() {
      const { buffer, startBytes, endBytes } = queue[0] ?? last();
      return buffer.subarray(startBytes, endBytes);
    },
    written(bytes) {
      const slab = queue[0] ?? last();
      slab.startBytes += bytes;
      sizeBytes -= bytes;
      if (slab.startBytes < SLAB_BYTES) return;
      queue.shift();
      slabs.giveBack(slab.buffer);
    },
    clear() {
      for (const { buffer } of queue) slabs.giveBack(buffer);
      queue = [];
      sizeBytes = 0;
    },
  };
}
