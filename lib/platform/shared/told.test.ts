import { expect, it } from 'vitest';

import { toldBy, toldLeast, toldNumber } from './told';

const NONSENSE = [undefined, null, NaN, Infinity, -Infinity, -1, 2 ** 63, '5', {}, 5n];

it.each(NONSENSE)('takes %s for nothing told', (value) => {
  expect(toldNumber(value)).toBeUndefined();
  expect(toldLeast(value)).toBeUndefined();
  expect(toldLeast(value, 7, value)).toBe(7);
});

it('takes a number from the least on, rounded down', () => {
  expect([toldNumber(0), toldNumber(1.9), toldNumber(0, 1), toldNumber(0.5, 1)]).toEqual([
    0,
    1,
    undefined,
    undefined,
  ]);
  expect(toldLeast(0, 3, 2)).toBe(2);
});

it('takes a refusal for nothing told', () => {
  const refuse = (): number => {
    throw new Error('EPERM');
  };
  expect(toldBy(refuse)).toBeUndefined();
  expect(toldBy(() => 5)).toBe(5);
});
