/** Cuts content where its own bytes say so, by a gear hash: chunks of 8 to 128 KiB, 64 KiB on average. */
import { createHash } from 'node:crypto';

import type { Content } from '../content';

const LEAST_BYTES = 8 * 1024;
const MOST_BYTES = 128 * 1024;
/** One position in 65,536 has a hash whose upper half is zero. */
const MASK = 0xffff_0000;

/** A number for each value of a byte. The service has others, which no client knows. */
const GEAR = Uint32Array.from({ length: 256 }, (_, byte) =>
  createHash('sha256')
    .update(`gear ${String(byte)}`)
    .digest()
    .readUInt32LE(),
);

export function* gearChunks(content: Content): Generator<Uint8Array> {
  for (let at = 0; at < content.sizeBytes;) {
    const window = content.read(at, Math.min(MOST_BYTES, content.sizeBytes - at));
    const length = cutIn(window);
    yield window.slice(0, length);
    at += length;
  }
}

/** Where the first chunk of `window` ends, which is as long as a chunk may be, except at the end of the content. */
function cutIn(window: Uint8Array): number {
  let hash = 0;
  // Each shift drops a bit: after 32 bytes a byte has no effect any more.
  for (let at = LEAST_BYTES - 32; at < window.length; at += 1) {
    hash = ((hash << 1) + (GEAR[window[at] ?? 0] ?? 0)) >>> 0;
    if (at >= LEAST_BYTES && (hash & MASK) === 0) return at + 1;
  }
  return window.length;
}
