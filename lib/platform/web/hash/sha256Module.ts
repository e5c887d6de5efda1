/**
 * SHA-256's inner function as a WebAssembly module with 128-bit SIMD. It is written out here, instruction by
 * instruction, so that it needs no compiler and no binary file: running this code builds it, in some milliseconds.
 *
 * The 64 rounds of a block need the block before it, but its message schedule (FIPS 180-4, 6.2.2 step 1) doesn't. So the
 * schedules of four blocks are computed at once, one block in each lane. A step of the next four blocks' schedule stands
 * after every fifth round of these four: a processor works on both, since they use different parts of it.
 */
import { get, i32, I32, i32x4, loopWhile, moduleOf, set, tee, V128, type Code } from './wasmCode';

const BLOCK_BYTES = 64;
const GROUP_BYTES = 4 * BLOCK_BYTES;
const VECTOR_BYTES = 16;
const ROUNDS = 64;
/** Words of a schedule that are the block itself. */
const GIVEN = 16;

/** Where the module's memory holds what. After the input a group of blocks more is read, and not used. */
const AT = { state: 0, constants: 256, rounds: 1024, words: 4096, input: 8192 };
const SCHEDULE_BYTES = ROUNDS * VECTOR_BYTES;
const OTHER_SCHEDULE = AT.rounds ^ (AT.rounds + SCHEDULE_BYTES);

export const STATE_ADDRESS = AT.state;
export const INPUT_ADDRESS = AT.input;
export const INPUT_BYTES = 64 * 1024;
const MEMORY_PAGES = 2;

/** The function's locals. `input` and `blocks` are its parameters. */
const INPUT = 0;
const BLOCKS = 1;
/** The eight working variables, a to h. */
const VARIABLES = 2;
/** The schedule of the block at hand: its words plus the rounds' constants. */
const CURRENT = 10;
const CURRENT_END = 11;
/** The schedule that is written meanwhile, its bare words, and the constants for it. */
const NEXT = 12;
const NEXT_WORDS = 13;
const NEXT_CONSTANTS = 14;
/** The round's sum T1, and `a ^ b` of this round and of the one before, in turn. */
const SUM = 15;
const PAIRS = [16, 17] as const;
const VECTORS = 18;
const SCALARS = VECTORS - BLOCKS - 1;
const EARLY = VECTORS;
const LATE = VECTORS + 1;
const WORD = VECTORS + 2;
/** The four blocks' words, while they are brought from rows into lanes. */
const ROWS = VECTORS + 3;
const HALVES = ROWS + 4;
const VECTOR_COUNT = 3 + 4 + 4;

/**
 * The module. `compress(input, blocks)` adds that many blocks, at least one, from `input` on to the state at
 * `STATE_ADDRESS`; `memory` is its memory.
 */
export function sha256Module(roundConstants: readonly number[]): Uint8Array<ArrayBuffer> {
  return moduleOf({
    names: { memory: 'memory', run: 'compress' },
    memoryPages: MEMORY_PAGES,
    data: { address: AT.constants, bytes: roundConstants.flatMap(littleEndian) },
    parameters: 2,
    locals: [
      { type: I32, count: SCALARS },
      { type: V128, count: VECTOR_COUNT },
    ],
    body: compress(),
  });
}

const littleEndian = (word: number) => [0, 8, 16, 24].map((bits) => (word >>> bits) & 0xff);

function compress(): Code {
  const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);
  const zero = i32.constant(0);
  return [
    set(NEXT, i32.constant(AT.rounds)),
    beginSchedule(),
    upTo(ROUNDS - GIVEN).map(scheduleStep),
    upTo(8).map((index) => set(VARIABLES + index, i32.load(zero, AT.state + 4 * index))),
    loopWhile([
      set(CURRENT, get(NEXT)),
      set(CURRENT_END, i32.add(get(CURRENT), i32.shiftLeft(blocksOfGroup(), 2))),
      set(NEXT, i32.xor(get(NEXT), i32.constant(OTHER_SCHEDULE))),
      set(INPUT, i32.add(get(INPUT), i32.constant(GROUP_BYTES))),
      beginSchedule(),
      loopWhile([
        oneBlock(),
        // A quarter of the next schedule is done with each block.
        advance(NEXT_WORDS, STEPS_A_BLOCK * VECTOR_BYTES),
        advance(NEXT, STEPS_A_BLOCK * VECTOR_BYTES),
        advance(NEXT_CONSTANTS, STEPS_A_BLOCK * 4),
        advance(CURRENT, 4),
        i32.isBelow(get(CURRENT), get(CURRENT_END)),
      ]),
      advance(NEXT, -4 * STEPS_A_BLOCK * VECTOR_BYTES),
      set(BLOCKS, i32.subtract(get(BLOCKS), blocksOfGroup())),
      get(BLOCKS),
    ]),
  ];
}

const advance = (local: number, by: number) => set(local, i32.add(get(local), i32.constant(by)));

const blocksOfGroup = () =>
  i32.select(i32.isBelow(get(BLOCKS), i32.constant(4)), get(BLOCKS), i32.constant(4));

const STEPS_A_BLOCK = (ROUNDS - GIVEN) / 4;
const ROUNDS_A_STEP = Math.floor(ROUNDS / STEPS_A_BLOCK);

/** All rounds of one block, with its share of the next schedule's steps between them. */
function oneBlock(): Code {
  const code: Code[] = [set(PAIRS[0], i32.xor(get(VARIABLES + 1), get(VARIABLES + 2)))];
  for (let index = 0; index < ROUNDS; index += 1) {
    code.push(round(index));
    const step = Math.floor(index / ROUNDS_A_STEP);
    const isDue = index % ROUNDS_A_STEP === 2 && step < STEPS_A_BLOCK;
    if (isDue) code.push(scheduleStep(step));
  }
  for (let index = 0; index < 8; index += 1) {
    const zero = i32.constant(0);
    const sum = i32.add(i32.load(zero, AT.state + 4 * index), get(VARIABLES + index));
    code.push(i32.store(zero, AT.state + 4 * index, tee(VARIABLES + index, sum)));
  }
  return code;
}

/** The variables aren't moved: in each round other locals have their names. */
function round(index: number): Code {
  const variable = (letter: number) => VARIABLES + ((letter + ROUNDS - index) % 8);
  const [a, b, d, e] = [variable(0), variable(1), variable(3), variable(4)];
  const [f, g, h] = [variable(5), variable(6), variable(7)];
  const scheduled = i32.load(get(CURRENT), index * VECTOR_BYTES);
  const choice = i32.xor(get(g), i32.and(get(e), i32.xor(get(f), get(g))));
  // Of a, b and c; `b ^ c` is the `a ^ b` of the round before.
  const [before, pair] = index % 2 === 0 ? PAIRS : [PAIRS[1], PAIRS[0]];
  const majority = i32.xor(i32.and(tee(pair, i32.xor(get(a), get(b))), get(before)), get(b));
  return [
    set(SUM, i32.add(get(h), scheduled, choice, turned(e, [6, 11, 25]))),
    set(d, i32.add(get(d), get(SUM))),
    set(h, i32.add(majority, get(SUM), turned(a, [2, 13, 22]))),
  ];
}

function turned(local: number, [first, second, third]: readonly [number, number, number]): Code {
  const turn = (bits: number) => i32.rotateRight(get(local), bits);
  return i32.xor(turn(first), turn(second), turn(third));
}

/** Word `GIVEN + step` of four blocks, counted from `NEXT_WORDS`. */
function scheduleStep(step: number): Code {
  const word = (index: number) => i32x4.load(get(NEXT_WORDS), VECTOR_BYTES * (step + index));
  const sum = i32x4.add(
    word(0),
    mixed(EARLY, { turns: [7, 18], shift: 3 }),
    word(9),
    mixed(LATE, { turns: [17, 19], shift: 10 }),
  );
  return [
    set(EARLY, word(1)),
    set(LATE, word(14)),
    set(WORD, sum),
    i32x4.store(get(NEXT_WORDS), VECTOR_BYTES * (GIVEN + step), get(WORD)),
    storeScheduled(GIVEN + step, WORD),
  ];
}

function mixed(local: number, by: { turns: readonly number[]; shift: number }): Code {
  const down = (bits: number) => i32x4.shiftRight(get(local), bits);
  const up = (bits: number) => i32x4.shiftLeft(get(local), bits);
  return i32x4.xor(down(by.shift), ...by.turns.flatMap((bits) => [down(bits), up(32 - bits)]));
}

function storeScheduled(index: number, local: number): Code {
  const constant = i32x4.loadSplat(get(NEXT_CONSTANTS), 4 * index);
  return i32x4.store(get(NEXT), VECTOR_BYTES * index, i32x4.add(get(local), constant));
}

/** The given words of the four blocks at `INPUT`: as big-endian words, and a word of each block in one vector. */
function beginSchedule(): Code {
  const code: Code[] = [
    set(NEXT_WORDS, i32.constant(AT.words)),
    set(NEXT_CONSTANTS, i32.constant(AT.constants)),
  ];
  for (let column = 0; column < 4; column += 1) {
    for (let block = 0; block < 4; block += 1) {
      const row = i32x4.load(get(INPUT), block * BLOCK_BYTES + column * VECTOR_BYTES);
      code.push(set(ROWS + block, i32x4.reverseBytes(row)));
    }
    for (const half of [0, 1]) {
      // Words 0 and 1 of two rows, or words 2 and 3.
      const words = [0, 4, 1, 5].map((word) => word + 2 * half);
      code.push(set(HALVES + half, i32x4.pick(get(ROWS), get(ROWS + 1), words)));
      code.push(set(HALVES + 2 + half, i32x4.pick(get(ROWS + 2), get(ROWS + 3), words)));
    }
    for (let row = 0; row < 4; row += 1) {
      const half = HALVES + Math.floor(row / 2);
      const words = [0, 1, 4, 5].map((word) => word + 2 * (row % 2));
      const index = column * 4 + row;
      code.push(set(WORD, i32x4.pick(get(half), get(half + 2), words)));
      code.push(i32x4.store(get(NEXT_WORDS), VECTOR_BYTES * index, get(WORD)));
      code.push(storeScheduled(index, WORD));
    }
  }
  return code;
}
