import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { createSHA256 } from 'hash-wasm';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

import { createHashes } from './createHashes';
import type { RunningHash } from './runningHash';
import { loadSimdSha256 } from './simdSha256';

const NIST_ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
const NIST_TWO_BLOCKS = '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1';
const NIST_MILLION = 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0';
const bytesOf = (text: string) => new TextEncoder().encode(text);
const nodes = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Every byte differs from its neighbours, and no block is like another. */
const noise = Uint8Array.from(
  { length: 300_000 },
  (_, index) => (index * 167 + (index >> 7)) % 251,
);

let hash: RunningHash;
beforeAll(async () => {
  const create = await loadSimdSha256();
  if (!create) throw new Error('This host has no WebAssembly with SIMD.');
  hash = await create();
});

function digestOf(...parts: readonly Uint8Array[]): string {
  hash.init();
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

describe('SHA-256 with SIMD', () => {
  it('gives the digests that NIST published', () => {
    expect(digestOf(bytesOf('abc'))).toBe(NIST_ABC);
    expect(digestOf(bytesOf('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq'))).toBe(
      NIST_TWO_BLOCKS,
    );
    expect(digestOf(bytesOf('a'.repeat(1_000_000)))).toBe(NIST_MILLION);
  });

  it('gives the digests of node:crypto for every length up to 1000', () => {
    for (let length = 0; length <= 1000; length += 1) {
      const bytes = noise.subarray(7, 7 + length);
      expect(digestOf(bytes), String(length)).toBe(nodes(bytes));
    }
  });

  it('gives the same digest however the bytes are split', () => {
    const lengths = fc.array(fc.oneof(fc.nat(130), fc.nat(70_000)), { maxLength: 6 });
    fc.assert(
      fc.property(lengths, (split) => {
        let position = 0;
        const parts = split.map((length) => noise.subarray(position, (position += length)));
        expect(digestOf(...parts)).toBe(nodes(noise.subarray(0, position)));
      }),
    );
  });

  it('continues from a saved state, in another hasher and after other bytes', async () => {
    const create = await loadSimdSha256();
    const other = await create?.();
    const cut = fc.oneof(fc.nat(200), fc.nat(noise.length));
    fc.assert(
      fc.property(cut, cut, (position, unrelated) => {
        hash.init();
        hash.update(noise.subarray(0, position));
        const saved = hash.save();
        for (const continued of [hash, other]) {
          continued?.update(noise.subarray(0, unrelated));
          continued?.load(saved);
          continued?.update(noise.subarray(position));
          expect(continued?.digest('hex')).toBe(nodes(noise));
        }
      }),
    );
  });

  it.each([2 ** 29, 2 ** 32, 2 ** 40 + 2 ** 33])('counts %i bytes and more', async (already) => {
    hash.init();
    const saved = hash.save();
    new DataView(saved.buffer).setFloat64(8, already);
    hash.load(saved);
    hash.update(bytesOf('abc'));
    expect(hash.digest('hex')).toBe(await afterBytes(already));
  });

  it("refuses a state of hash-wasm's, and one that is cut off", async () => {
    const wasm = await createSHA256();
    wasm.init();
    wasm.update('abc');
    hash.init();
    hash.update(bytesOf('abc'));
    const ours = hash.save();
    const foreign = Uint8Array.from(ours, (byte, index) => (index === 3 ? byte + 1 : byte));
    for (const state of [
      wasm.save(),
      foreign,
      ours.subarray(0, -1),
      ours.subarray(0, 12),
      new Uint8Array(),
    ]) {
      expect(() => hash.load(state)).toThrow(TypeError);
    }
  });
});

/** The digest of a stream of which `already` bytes left the start state unchanged, by hash-wasm's own count of bits. */
async function afterBytes(already: number): Promise<string> {
  const wasm = await createSHA256();
  wasm.init();
  const empty = wasm.save();
  wasm.update('a');
  const one = wasm.save();
  const at = empty.findIndex((byte, index) => byte === 0 && one[index] === 1);
  new DataView(empty.buffer, empty.byteOffset).setBigUint64(at, BigInt(already), true);
  wasm.load(empty);
  wasm.update('abc');
  return wasm.digest('hex');
}

describe('the hashes of a browser', () => {
  afterEach(() => vi.restoreAllMocks());

  async function digestBy(open: ReturnType<typeof createHashes>): Promise<string> {
    const opened = await open('sha256');
    opened.update(bytesOf('abc'));
    return opened.digest('hex');
  }

  it("are hash-wasm's where WebAssembly has no SIMD", async () => {
    const validate = vi.spyOn(WebAssembly, 'validate').mockReturnValue(false);
    expect(await loadSimdSha256()).toBeUndefined();
    expect(await digestBy(createHashes())).toBe(NIST_ABC);
    expect(validate).toHaveBeenCalledTimes(2);
  });

  it("are hash-wasm's where ours gives a wrong digest or doesn't compile", async () => {
    vi.spyOn(Math, 'cbrt').mockReturnValue(1.5);
    expect(await loadSimdSha256()).toBeUndefined();
    const failing = () => Promise.reject(new RangeError('out of memory'));
    expect(await digestBy(createHashes(failing))).toBe(NIST_ABC);
  });

  it('compile once for all files', async () => {
    const compile = vi.spyOn(WebAssembly, 'compile');
    const open = createHashes();
    const hashes = await Promise.all([open('sha256'), open('sha256')]);
    hashes[0].update(bytesOf('abc'));
    expect(hashes.map((one) => one.digest('hex'))[0]).toBe(NIST_ABC);
    expect(compile).toHaveBeenCalledTimes(1);
  });
});
