/** SHA-256 of a stream of bytes, over the module of `sha256Module.ts`. */
import type { RunningHash } from './runningHash';
import { INPUT_ADDRESS, INPUT_BYTES, sha256Module, STATE_ADDRESS } from './sha256Module';

/** The first 32 bits of the fractional parts of roots of the first primes, as FIPS 180-4 defines the constants. */
const fraction = (root: number) => Math.floor((root % 1) * 2 ** 32);

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let candidate = 2; primes.length < count; candidate += 1) {
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  }
  return primes;
}

const BLOCK_BYTES = 64;
const STATE_BYTES = 32;
/** Of 1000 zeros: 15 blocks and a part. */
const PROBE_DIGEST = '541b3e9daa09b20bf85fa273e5cbd3e80185aa4ec298e765db87742b70138a53';
/** At the front of a saved state, so that no other hash's state is taken for one. */
const MARK = 0x4d73_6832;

/** Makes a hasher; each has a memory of its own. */
export type HashFactory = () => Promise<RunningHash>;

/** Undefined where WebAssembly has no SIMD, or where the digest of a known text is wrong. */
export async function loadSimdSha256(): Promise<HashFactory | undefined> {
  const primes = firstPrimes(64);
  const code = sha256Module(primes.map((prime) => fraction(Math.cbrt(prime))));
  const start = primes.slice(0, STATE_BYTES / 4).map((prime) => fraction(Math.sqrt(prime)));
  if (!WebAssembly.validate(code)) return undefined;
  const module = await WebAssembly.compile(code);
  const create = async () => hasherOf(await WebAssembly.instantiate(module), start);
  const probe = await create();
  probe.init();
  probe.update(new Uint8Array(1000));
  return probe.digest('hex') === PROBE_DIGEST ? create : undefined;
}

function hasherOf({ exports }: WebAssembly.Instance, start: readonly number[]): RunningHash {
  const { buffer } = exports['memory'] as WebAssembly.Memory;
  const compress = exports['compress'] as (input: number, blocks: number) => void;
  const state = new Uint32Array(buffer, STATE_ADDRESS, STATE_BYTES / 4);
  const stateBytes = new Uint8Array(buffer, STATE_ADDRESS, STATE_BYTES);
  const input = new Uint8Array(buffer, INPUT_ADDRESS, INPUT_BYTES);
  let totalBytes = 0;
  /** Bytes of `input` that aren't in `state` yet. */
  let waitingBytes = 0;

  function takeBlocks(): void {
    const blocks = Math.floor(waitingBytes / BLOCK_BYTES);
    if (blocks === 0) return;
    compress(INPUT_ADDRESS, blocks);
    input.copyWithin(0, blocks * BLOCK_BYTES, waitingBytes);
    waitingBytes -= blocks * BLOCK_BYTES;
  }

  return {
    init() {
      state.set(start);
      totalBytes = 0;
      waitingBytes = 0;
    },
    update(bytes) {
      for (let position = 0; position < bytes.byteLength;) {
        const piece = bytes.subarray(position, position + INPUT_BYTES - waitingBytes);
        input.set(piece, waitingBytes);
        waitingBytes += piece.byteLength;
        position += piece.byteLength;
        if (waitingBytes === INPUT_BYTES) takeBlocks();
      }
      totalBytes += bytes.byteLength;
    },
    save() {
      takeBlocks();
      return writeState({ stateBytes, totalBytes, waiting: input.subarray(0, waitingBytes) });
    },
    load(saved) {
      const read = readState(saved);
      stateBytes.set(read.stateBytes);
      input.set(read.waiting);
      ({ totalBytes } = read);
      waitingBytes = read.waiting.byteLength;
    },
    digest() {
      takeBlocks();
      const padding = new Uint8Array(
        waitingBytes < BLOCK_BYTES - 8 ? BLOCK_BYTES : 2 * BLOCK_BYTES,
      );
      padding.set(input.subarray(0, waitingBytes));
      padding[waitingBytes] = 0x80;
      const bits = BigInt(totalBytes) * 8n;
      new DataView(padding.buffer).setBigUint64(padding.byteLength - 8, bits);
      input.set(padding);
      waitingBytes = padding.byteLength;
      takeBlocks();
      return [...state].map((word) => word.toString(16).padStart(8, '0')).join('');
    },
  };
}

interface SavedState {
  stateBytes: Uint8Array;
  totalBytes: number;
  /** The bytes of an unfinished block. */
  waiting: Uint8Array;
}

const HEAD_BYTES = 16;

function writeState({ stateBytes, totalBytes, waiting }: SavedState): Uint8Array {
  const saved = new Uint8Array(HEAD_BYTES + STATE_BYTES + waiting.byteLength);
  const view = new DataView(saved.buffer);
  view.setUint32(0, MARK);
  view.setFloat64(8, totalBytes);
  saved.set(stateBytes, HEAD_BYTES);
  saved.set(waiting, HEAD_BYTES + STATE_BYTES);
  return saved;
}

function readState(saved: Uint8Array): SavedState {
  const view = new DataView(saved.buffer, saved.byteOffset, saved.byteLength);
  const isOurs = saved.byteLength >= HEAD_BYTES + STATE_BYTES && view.getUint32(0) === MARK;
  const totalBytes = isOurs ? view.getFloat64(8) : NaN;
  const waiting = saved.subarray(HEAD_BYTES + STATE_BYTES);
  if (waiting.byteLength !== totalBytes % BLOCK_BYTES) {
    throw new TypeError('This is not a state of this hash.');
  }
  return { stateBytes: saved.subarray(HEAD_BYTES, HEAD_BYTES + STATE_BYTES), totalBytes, waiting };
}
