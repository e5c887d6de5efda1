import fc from 'fast-check';
import { expect, it } from 'vitest';

import { createByteRanges, gapsBetween, type ByteRange } from './byteRanges';

const SIZE = 40;
const range = fc
  .tuple(fc.nat(SIZE), fc.nat(SIZE))
  .map(([one, other]) => ({ startBytes: Math.min(one, other), endBytes: Math.max(one, other) }));
const step = fc.record({ isAdd: fc.boolean(), range });

/** The same with one flag a byte. */
function flagsOf(steps: readonly { isAdd: boolean; range: ByteRange }[]): boolean[] {
  const flags = new Array<boolean>(SIZE).fill(false);
  for (const { isAdd, range: touched } of steps) {
    flags.fill(isAdd, touched.startBytes, touched.endBytes);
  }
  return flags;
}

it('keeps exactly the bytes that were added and not removed', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const ranges = createByteRanges();
      for (const { isAdd, range: touched } of steps) {
        if (isAdd) ranges.add(touched);
        else ranges.remove(touched);
      }
      const flags = flagsOf(steps);
      const covered = new Array<boolean>(SIZE).fill(false);
      for (const { startBytes, endBytes } of ranges.list())
        covered.fill(true, startBytes, endBytes);
      expect(covered).toEqual(flags);
      expect(ranges.sizeBytes()).toBe(flags.filter(Boolean).length);
      const firstMissing = flags.indexOf(false);
      expect(ranges.frontierBytes()).toBe(firstMissing === -1 ? SIZE : firstMissing);
    }),
  );
});

it('knows after each step how many bytes there are, and leaves a list alone that was asked for before', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const ranges = createByteRanges();
      for (const [index, { isAdd, range: touched }] of steps.entries()) {
        const before = ranges.list();
        const copy = structuredClone(before);
        if (isAdd) ranges.add(touched);
        else ranges.remove(touched);
        expect(before).toEqual(copy);
        const flags = flagsOf(steps.slice(0, index + 1));
        expect(ranges.sizeBytes()).toBe(flags.filter(Boolean).length);
      }
    }),
  );
});

it('keeps ranges sorted and apart', () => {
  fc.assert(
    fc.property(fc.array(range, { maxLength: 20 }), (added) => {
      const list = createByteRanges(added).list();
      for (const [index, { startBytes, endBytes }] of list.entries()) {
        expect(endBytes).toBeGreaterThan(startBytes);
        expect(startBytes).toBeGreaterThan(list[index - 1]?.endBytes ?? -1);
      }
    }),
  );
});

it('finds what none of several ranges covers', () => {
  fc.assert(
    fc.property(fc.array(range), (taken) => {
      const flags = flagsOf(taken.map((added) => ({ isAdd: true, range: added })));
      const covered = new Array<boolean>(SIZE).fill(true);
      for (const { startBytes, endBytes } of gapsBetween(taken, SIZE)) {
        covered.fill(false, startBytes, endBytes);
      }
      expect(covered).toEqual(flags);
    }),
  );
});
