/**
 * SHA-256 of a short text, for the challenge of a sign-in: phones have no function for it outside of files. For files,
 * hosts have faster ones (`Digester`).
 */

/** The first 32 bits of the fractional parts of a root, as FIPS 180-4 defines the constants. */
const fraction = (root: number) => Math.floor((root % 1) * 2 ** 32);
const PRIMES = firstPrimes(64);
const ROUND_CONSTANTS = PRIMES.map((prime) => fraction(Math.cbrt(prime)));
const START = PRIMES.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let candidate = 2; primes.length < count; candidate += 1) {
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  }
  return primes;
}

/** The digest of ASCII text: 32 bytes. */
export function sha256(ascii: string): Uint8Array {
  const words = paddedWords(ascii);
  let state = START;
  for (let at = 0; at < words.length; at += 16) state = mix(state, words.slice(at, at + 16));
  const bytes = new DataView(new ArrayBuffer(32));
  state.forEach((word, index) => {
    bytes.setUint32(index * 4, word);
  });
  return new Uint8Array(bytes.buffer);
}

function paddedWords(ascii: string): number[] {
  const blocks = Math.ceil((ascii.length + 9) / 64);
  const view = new DataView(new ArrayBuffer(blocks * 64));
  for (let at = 0; at < ascii.length; at += 1) view.setUint8(at, ascii.charCodeAt(at));
  view.setUint8(ascii.length, 0x80);
  view.setUint32(blocks * 64 - 4, ascii.length * 8);
  return Array.from({ length: blocks * 16 }, (_, index) => view.getUint32(index * 4));
}

const turn = (word: number, bits: number) => (word >>> bits) | (word << (32 - bits));

function mix(before: readonly number[], block: readonly number[]): number[] {
  const schedule = [...block];
  const word = (index: number) => schedule[index] ?? 0;
  for (let index = 16; index < 64; index += 1) {
    const [early, late] = [word(index - 15), word(index - 2)];
    const first = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3);
    const second = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10);
    schedule.push((word(index - 16) + first + word(index - 7) + second) | 0);
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = before;
  for (let index = 0; index < 64; index += 1) {
    const chosen = (e & f) ^ (~e & g);
    const turned = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
    const first = (h + turned + chosen + (ROUND_CONSTANTS[index] ?? 0) + word(index)) | 0;
    const most = (a & b) ^ (a & c) ^ (b & c);
    const second = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + most) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  return [a, b, c, d, e, f, g, h].map((value, index) => ((before[index] ?? 0) + value) | 0);
}
