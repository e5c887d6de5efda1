import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { createByteRanges, sumBytes } from '../journal/byteRanges';
import { stepsOf, targetOf, usefulCopies, type Copy } from './copies';

const TOTAL = 4_000_000;
const copy = fc
  .record({
    from: fc.constantFrom('old/one', 'old/two'),
    startBytes: fc.nat(1_000_000),
    length: fc.integer({ min: 1, max: 400_000 }),
    toBytes: fc.nat(TOTAL - 400_000),
  })
  .map(({ length, ...rest }): Copy => ({ ...rest, endBytes: rest.startBytes + length }));
const range = fc
  .tuple(fc.nat(TOTAL - 1), fc.integer({ min: 1, max: 300_000 }))
  .map(([startBytes, length]) => ({ startBytes, endBytes: Math.min(TOTAL, startBytes + length) }));

describe('the copies worth making', () => {
  it('write no byte twice and none that has landed, and each from where some copy has it', () => {
    fc.assert(
      fc.property(
        fc.array(copy, { maxLength: 12 }),
        fc.array(range, { maxLength: 4 }),
        (copies, landed) => {
          const useful = usefulCopies(copies, { landed, totalBytes: TOTAL });
          const written = createByteRanges(landed);
          for (const target of useful.map(targetOf)) {
            const before = written.sizeBytes();
            written.add(target);
            expect(written.sizeBytes() - before).toBe(target.endBytes - target.startBytes);
          }
          for (const each of useful) {
            // Both ends, because joined copies were several.
            for (const [at, to] of [
              [each.startBytes, each.toBytes],
              [each.endBytes - 1, targetOf(each).endBytes - 1],
            ] as const) {
              const source = copies.find(
                (one) =>
                  one.from === each.from &&
                  one.startBytes <= at &&
                  at < one.endBytes &&
                  one.toBytes + at - one.startBytes === to,
              );
              expect(source).toBeDefined();
            }
          }
        },
      ),
    );
  });

  it('leave out what is short and alone, but not what closes a gap', () => {
    const short = { from: 'a', startBytes: 0, endBytes: 1_000, toBytes: 500_000 };
    expect(usefulCopies([short], { landed: [], totalBytes: TOTAL })).toEqual([]);
    const landed = [{ startBytes: 0, endBytes: 500_000 }];
    expect(usefulCopies([short], { landed, totalBytes: TOTAL })).toEqual([short]);
    const small = { from: 'a', startBytes: 0, endBytes: 1_000, toBytes: 0 };
    expect(usefulCopies([small], { landed: [], totalBytes: 1_000 })).toEqual([small]);
  });

  it('are so few that the gaps between them can be fetched', () => {
    const copies = Array.from({ length: 2_000 }, (_, at) => {
      const startBytes = at * 200_000;
      return { from: 'a', startBytes, endBytes: startBytes + 70_000 + at, toBytes: startBytes };
    });
    const useful = usefulCopies(copies, { landed: [], totalBytes: 2_000 * 200_000 });
    expect(useful).toEqual(copies.slice(-512));
  });

  it('are one where they follow each other in both files', () => {
    const half = { from: 'a', startBytes: 7, endBytes: 100_007, toBytes: 0 };
    const next = { from: 'a', startBytes: 100_007, endBytes: 200_007, toBytes: 100_000 };
    const elsewhere = { from: 'a', startBytes: 0, endBytes: 100_000, toBytes: 200_000 };
    expect(usefulCopies([half, next, elsewhere], { landed: [], totalBytes: TOTAL })).toEqual([
      { from: 'a', startBytes: 7, endBytes: 200_007, toBytes: 0 },
      elsewhere,
    ]);
  });

  it('are made in steps of one file each, none longer than asked for, with nothing lost', () => {
    fc.assert(
      fc.property(fc.array(copy), fc.integer({ min: 1_000, max: 500_000 }), (copies, mostBytes) => {
        const steps = [...stepsOf(copies, mostBytes)];
        for (const step of steps) {
          expect(new Set(step.map(({ from }) => from)).size).toBe(1);
          expect(sumBytes(step)).toBeLessThanOrEqual(mostBytes);
        }
        const joined = steps.flat();
        expect(sumBytes(joined)).toBe(sumBytes(copies));
        let at = 0;
        for (const each of copies) {
          for (let start = each.startBytes; start < each.endBytes; at += 1) {
            const part = joined[at];
            expect(part).toMatchObject({ from: each.from, startBytes: start });
            expect((part?.toBytes ?? 0) - each.toBytes).toBe(start - each.startBytes);
            start = part?.endBytes ?? Infinity;
          }
        }
      }),
      { numRuns: 50 },
    );
  });
});
