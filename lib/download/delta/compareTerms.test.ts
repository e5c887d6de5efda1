import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { copyOf, pairUp, type Term } from './compareTerms';

const compareTerms = (from: string, had: readonly Term[], wanted: readonly Term[]) =>
  pairUp(had, wanted).flatMap((pair) => {
    const copy = copyOf(pair);
    return copy ? [{ from, ...copy }] : [];
  });

const term = (hash: string, start: number, end: number, lengthBytes: number): Term => ({
  ...{ hash, range: { start, end }, lengthBytes },
});
const old = [term('a', 0, 100, 6_400), term('b', 0, 50, 3_100)];
const compare = (wanted: readonly Term[]) => compareTerms('old', old, wanted);

describe('terms of two files', () => {
  it('that are equal are the same bytes, wherever they are', () => {
    expect(compare([term('x', 0, 3, 200), ...old])).toEqual([
      { from: 'old', startBytes: 0, endBytes: 6_400, toBytes: 200 },
      { from: 'old', startBytes: 6_400, endBytes: 9_500, toBytes: 6_600 },
    ]);
  });

  it('that begin or end together have their common chunks there', () => {
    // A changed part in the middle of a xorb.
    const wanted = [term('a', 0, 40, 2_500), term('x', 0, 2, 130), term('a', 42, 100, 3_770)];
    expect(compare(wanted)).toEqual([
      { from: 'old', startBytes: 0, endBytes: 2_500, toBytes: 0 },
      { from: 'old', startBytes: 6_400 - 3_770, endBytes: 6_400, toBytes: 2_630 },
    ]);
  });

  it('have common chunks also where that follows from other terms', () => {
    const wanted = [
      ...[term('a', 0, 40, 2_500), term('x', 0, 1, 70), term('a', 60, 100, 2_400)],
      ...[term('x', 1, 2, 60), term('a', 40, 60, 1_500)],
    ];
    expect(compare(wanted).at(-1)).toEqual({
      from: 'old',
      startBytes: 2_500,
      endBytes: 4_000,
      toBytes: 5_030,
    });
  });

  it('give nothing where the place of common chunks isn’t known', () => {
    expect(compare([term('a', 10, 20, 700)])).toEqual([]);
    expect(compare([term('c', 0, 100, 6_400)])).toEqual([]);
    expect(compareTerms('old', [], old)).toEqual([]);
  });

  it('that contradict each other never lead out of the files', () => {
    const size = (terms: readonly Term[]) =>
      terms.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
    const anyTerm = fc
      .tuple(fc.constantFrom('a', 'b'), fc.nat(9), fc.nat(9), fc.nat(1_000))
      .map(([hash, start, end, lengthBytes]) => term(hash, start, end, lengthBytes));
    fc.assert(
      fc.property(fc.array(anyTerm), fc.array(anyTerm), (one, other) => {
        for (const { startBytes, endBytes, toBytes } of compareTerms('old', one, other)) {
          expect(startBytes).toBeGreaterThanOrEqual(0);
          expect(endBytes).toBeGreaterThan(startBytes);
          expect(endBytes).toBeLessThanOrEqual(size(one));
          expect(toBytes).toBeGreaterThanOrEqual(0);
          expect(toBytes + endBytes - startBytes).toBeLessThanOrEqual(size(other));
        }
      }),
    );
  });

  it('are right for any two files of the same chunks', () => {
    // Chunks of a xorb with known lengths; a file is any sequence of runs of them.
    const lengths = Array.from({ length: 30 }, (_, index) => 10 + ((index * 37) % 50));
    const run = fc
      .tuple(fc.nat(29), fc.integer({ min: 1, max: 12 }))
      .map(([start, count]) => ({ start, end: Math.min(30, start + count) }));
    const bytesOf = (runs: readonly { start: number; end: number }[]) =>
      runs.flatMap(({ start, end }) =>
        lengths
          .slice(start, end)
          .flatMap((length, at) =>
            Array.from({ length }, (_, byte) => `${String(start + at)}.${String(byte)}`),
          ),
      );
    const termsOf = (runs: readonly { start: number; end: number }[]) =>
      runs.map((range) => term('a', range.start, range.end, bytesOf([range]).length));
    fc.assert(
      fc.property(
        fc.array(run, { maxLength: 8 }),
        fc.array(run, { maxLength: 8 }),
        (one, other) => {
          const [here, there] = [bytesOf(one), bytesOf(other)];
          for (const copy of compareTerms('old', termsOf(one), termsOf(other))) {
            const length = copy.endBytes - copy.startBytes;
            expect(here.slice(copy.startBytes, copy.endBytes)).toEqual(
              there.slice(copy.toBytes, copy.toBytes + length),
            );
          }
        },
      ),
    );
  });

  it('are compared only as far as that takes no time', () => {
    // Each with each other one would be four hundred million pairs.
    const many = Array.from({ length: 20_000 }, (_, at) => term('a', at, at + 1, 1));
    expect(pairUp(many, many)).toHaveLength(50);
  });
});
