/** Choices that look random and are always the same for a seed. */
import { createHash } from 'node:crypto';

export interface Random {
  /** From `low` up to, but not including, `high`. */
  between(low: number, high: number): number;
  /** True in `share` of all cases. */
  chance(share: number): boolean;
  pick<T>(choices: readonly [T, ...T[]]): T;
}

const WORD_BYTES = 6;
const WORDS = 2 ** (8 * WORD_BYTES);

export function createRandom(seed: string): Random {
  let drawn = 0;
  const next = () => {
    drawn += 1;
    const digest = createHash('sha256')
      .update(`${seed}\0${String(drawn)}`)
      .digest();
    return digest.readUIntBE(0, WORD_BYTES) / WORDS;
  };
  return {
    between: (low, high) => low + next() * (high - low),
    chance: (share) => next() < share,
    pick: (choices) => choices[Math.floor(next() * choices.length)] ?? choices[0],
  };
}
