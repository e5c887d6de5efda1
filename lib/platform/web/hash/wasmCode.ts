/** WebAssembly as bytes: the few instructions and sections that `sha256Module.ts` is made of. */

/** Bytes of a module; the nesting has no meaning. */
export type Code = number | readonly Code[];

/** The type that a local has. */
export const I32 = 0x7f;
export const V128 = 0x7b;

export const get = (local: number): Code => [0x20, unsigned(local)];
export const set = (local: number, value: Code): Code => [value, 0x21, unsigned(local)];
/** Sets a local, and has its value. */
export const tee = (local: number, value: Code): Code => [value, 0x22, unsigned(local)];

export const i32 = {
  constant: (value: number): Code => [0x41, signed(value | 0)],
  load: (address: Code, offset: number): Code => [address, 0x28, 2, unsigned(offset)],
  store: (address: Code, offset: number, value: Code): Code => [
    [address, value],
    [0x36, 2, unsigned(offset)],
  ],
  add: (first: Code, ...more: readonly Code[]): Code => [first, more.map((value) => [value, 0x6a])],
  subtract: (from: Code, value: Code): Code => [from, value, 0x6b],
  and: (first: Code, second: Code): Code => [first, second, 0x71],
  xor: (first: Code, ...more: readonly Code[]): Code => [first, more.map((value) => [value, 0x73])],
  shiftLeft: (value: Code, bits: number): Code => [value, i32.constant(bits), 0x74],
  rotateRight: (value: Code, bits: number): Code => [value, i32.constant(bits), 0x78],
  isBelow: (value: Code, limit: Code): Code => [value, limit, 0x49],
  /** `first` if `condition` isn't zero, else `second`. */
  select: (condition: Code, first: Code, second: Code): Code => [first, second, condition, 0x1b],
};

/** Four words of 32 bits side by side. */
export const i32x4 = {
  load: (address: Code, offset: number): Code => [address, simd(0), 0, unsigned(offset)],
  /** One word, four times. */
  loadSplat: (address: Code, offset: number): Code => [address, simd(9), 2, unsigned(offset)],
  store: (address: Code, offset: number, value: Code): Code => [
    [address, value],
    [simd(11), 0, unsigned(offset)],
  ],
  add: (first: Code, ...more: readonly Code[]): Code => [
    first,
    more.map((value) => [value, simd(0xae)]),
  ],
  xor: (first: Code, ...more: readonly Code[]): Code => [
    first,
    more.map((value) => [value, simd(0x51)]),
  ],
  shiftLeft: (value: Code, bits: number): Code => [value, i32.constant(bits), simd(0xab)],
  shiftRight: (value: Code, bits: number): Code => [value, i32.constant(bits), simd(0xad)],
  /** Four words: 0 to 3 are those of `first`, 4 to 7 those of `second`. */
  pick: (first: Code, second: Code, words: readonly number[]): Code =>
    shuffle(
      [first, second],
      words.flatMap((word) => [0, 1, 2, 3].map((byte) => word * 4 + byte)),
    ),
  /** The bytes of each word in the other order. */
  reverseBytes: (value: Code): Code =>
    shuffle(
      [value, i32x4.zero],
      [0, 1, 2, 3].flatMap((word) => [3, 2, 1, 0].map((byte) => word * 4 + byte)),
    ),
  zero: [[0xfd, 12], Array.from({ length: 16 }, () => 0)] as Code,
};

/** Runs `body`, and again while its value isn't zero. */
export const loopWhile = (body: Code): Code => [0x03, 0x40, body, 0x0d, 0, 0x0b];

interface Module {
  /** The names under which the memory and the one function are exported. */
  names: { memory: string; run: string };
  /** Of 64 KiB each. */
  memoryPages: number;
  data: { address: number; bytes: readonly number[] };
  /** How many parameters of 32 bits the function takes; it returns nothing. */
  parameters: number;
  /** After the parameters, in this order. */
  locals: readonly { type: number; count: number }[];
  body: Code;
}

/** A module of one function and one memory. */
export function moduleOf(module: Module): Uint8Array<ArrayBuffer> {
  const { names, memoryPages, data, parameters, locals, body } = module;
  const end = 0x0b;
  const parts: Code = [
    [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    section(1, [list([[0x60, list(Array.from({ length: parameters }, () => I32)), list([])]])]),
    section(3, [list([0])]),
    section(5, [list([[0, unsigned(memoryPages)]])]),
    section(7, [
      list([
        [text(names.memory), 2, 0],
        [text(names.run), 0, 0],
      ]),
    ]),
    section(10, [
      list([sized([list(locals.map(({ type, count }) => [unsigned(count), type])), body, end])]),
    ]),
    section(11, [list([[0, i32.constant(data.address), end, sized(data.bytes)]])]),
  ];
  return Uint8Array.from(flat(parts));
}

const shuffle = (two: Code, bytes: readonly number[]): Code => [two, simd(13), bytes];
const simd = (operation: number): Code => [0xfd, unsigned(operation)];
const section = (id: number, content: Code): Code => [id, sized(content)];
const list = (items: readonly Code[]): Code => [unsigned(items.length), items];
const text = (ascii: string): Code => sized(Array.from(ascii, (letter) => letter.charCodeAt(0)));

function sized(content: Code): Code {
  const bytes = flat(content);
  return [unsigned(bytes.length), bytes];
}

function flat(code: Code, into: number[] = []): number[] {
  if (typeof code === 'number') into.push(code);
  else for (const part of code) flat(part, into);
  return into;
}

/** LEB128: seven bits a byte, the lowest first. */
function unsigned(value: number): Code {
  return value < 0x80 ? value : [(value & 0x7f) | 0x80, unsigned(value >>> 7)];
}

function signed(value: number): Code {
  const isLast = value >= -0x40 && value < 0x40;
  return isLast ? value & 0x7f : [(value & 0x7f) | 0x80, signed(value >> 7)];
}
