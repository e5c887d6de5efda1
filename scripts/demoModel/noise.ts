/** Bytes that look random, never repeat and are always the same for a seed; any part can be had without the rest. */
import { createCipheriv, createHash } from 'node:crypto';

const BLOCK_BYTES = 16;

/**
 * `lengthBytes` of the endless stream that belongs to `seed`, from `offsetBytes` on: an
 * AES key stream, so the block number alone gives the bytes, however far in.
 */
export function noise(seed: string, lengthBytes: number, offsetBytes = 0): Uint8Array {
  const key = createHash('sha256').update(seed).digest();
  const counter = Buffer.alloc(BLOCK_BYTES);
  counter.writeBigUInt64BE(BigInt(Math.floor(offsetBytes / BLOCK_BYTES)), 8);
  const skipped = offsetBytes % BLOCK_BYTES;
  const cipher = createCipheriv('aes-256-ctr', key, counter);
  const stream = cipher.update(Buffer.alloc(skipped + lengthBytes));
  return new Uint8Array(stream.buffer, stream.byteOffset + skipped, lengthBytes);
}
