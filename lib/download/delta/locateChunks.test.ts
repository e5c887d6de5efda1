import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { copyOf, pairUp, type Term } from './compareTerms';
import { locateChunks, type AskChunk } from './locateChunks';

const KIBIBYTE = 1024;
const XORB = 'a'.repeat(64);

/** A file that is one xorb of chunks with these lengths. */
function scene(lengths: readonly number[]) {
  const offsets = [0];
  for (const length of lengths) offsets.push((offsets.at(-1) ?? 0) + length);
  const between = (start: number, end: number) => (offsets[end] ?? 0) - (offsets[start] ?? 0);
  const term = (start: number, end: number): Term => ({
    ...{ hash: XORB, range: { start, end }, lengthBytes: between(start, end) },
  });
  let asked = 0;
  const ask: AskChunk = (atBytes) => {
    asked += 1;
    const index = offsets.findIndex((offset) => offset > atBytes) - 1;
    const [startBytes = 0, lengthBytes = 0] = [offsets[index], lengths[index]];
    return Promise.resolve({ hash: XORB, index, startBytes, lengthBytes });
  };
  return { term, offsets, ask, asked: () => asked };
}

const other = (lengthBytes: number): Term => ({
  ...{ hash: 'b'.repeat(64), range: { start: 0, end: 1 }, lengthBytes },
});

describe('chunks between two changed parts of a xorb', () => {
  it('are found with a few questions, however long the chunks are', async () => {
    const length = fc.integer({ min: 8 * KIBIBYTE, max: 128 * KIBIBYTE });
    await fc.assert(
      fc.asyncProperty(
        fc.array(length, { minLength: 1_000, maxLength: 1_000 }),
        async (lengths) => {
          const { term, offsets, ask, asked } = scene(lengths);
          const wanted = [
            term(0, 100),
            other(5_000),
            term(140, 600),
            other(70_000),
            term(650, 1_000),
          ];
          const pairs = pairUp([term(0, 1_000)], wanted);
          await locateChunks(pairs, ask);
          expect(asked()).toBeLessThanOrEqual(8);
          const [first, middle, last] = pairs.map(copyOf);
          expect([first, last]).not.toContain(undefined);
          // Chunks of any lengths can take more questions than are worth it; then they are fetched.
          if (middle)
            expect([middle.startBytes, middle.endBytes]).toEqual([offsets[140], offsets[600]]);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('are found for usual chunks', async () => {
    // The same spread as the gear hash gives, from a fixed seed.
    let state = 7;
    const lengths = Array.from({ length: 1_000 }, () => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
      return Math.min(128, 8 + Math.floor(-56 * Math.log((state + 1) / 2 ** 31))) * KIBIBYTE;
    });
    const { term, offsets, ask } = scene(lengths);
    const pairs = pairUp(
      [term(0, 1_000)],
      [term(0, 10), other(1), term(300, 500), other(2), term(501, 1_000)],
    );
    await locateChunks(pairs, ask);
    expect(pairs.map(copyOf)[1]).toMatchObject({
      startBytes: offsets[300],
      endBytes: offsets[500],
    });
  });

  it('aren’t asked about where they are few, or known already', async () => {
    const { term, ask, asked } = scene(Array.from({ length: 200 }, () => 64 * KIBIBYTE));
    await locateChunks(
      pairUp([term(0, 200)], [term(0, 50), other(1), term(60, 110), other(2)]),
      ask,
    );
    await locateChunks(pairUp([term(0, 200)], [term(0, 200)]), ask);
    expect(asked()).toBe(0);
  });

  it('are left alone when an answer contradicts what is known', async () => {
    const { term, offsets } = scene(Array.from({ length: 1_000 }, () => 64 * KIBIBYTE));
    const wanted = [term(0, 100), other(5_000), term(140, 600), other(70_000), term(650, 1_000)];
    for (const lie of [
      undefined,
      { hash: 'c'.repeat(64), index: 140, startBytes: 5, lengthBytes: 9 },
      { hash: XORB, index: 5_000, startBytes: 140 * 64 * KIBIBYTE, lengthBytes: 9 },
      { hash: XORB, index: 140, startBytes: -7, lengthBytes: 9 },
      { hash: XORB, index: 140, startBytes: offsets[999] ?? 0, lengthBytes: 1e15 },
    ]) {
      const pairs = pairUp([term(0, 1_000)], wanted);
      let asked = 0;
      await locateChunks(pairs, () => {
        asked += 1;
        return Promise.resolve(lie);
      });
      // Once for each end of the part, and not again.
      expect(asked).toBe(2);
      expect(pairs.map(copyOf)[1]).toBeUndefined();
    }
  });

  it('take no more questions than a few seconds allow, for the longest parts first', async () => {
    const { term, ask, asked } = scene(Array.from({ length: 40_000 }, () => 64 * KIBIBYTE));
    const wanted = Array.from({ length: 100 }, (_, at) => [
      term(at * 300 + 7, at * 300 + 107),
      other(at),
    ]);
    await locateChunks(pairUp([term(0, 40_000)], wanted.flat()), ask);
    expect(asked()).toBeLessThanOrEqual(96);
  });
});
