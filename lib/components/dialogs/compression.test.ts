import { expect, it } from 'vitest';
import { compressionWords } from './compression';

const less = (bits: string, name: string) =>
  `About ${bits} bits for each weight: smaller, and a little less exact (${name})`;

it.each([
  ['Q4_K_M', less('4', 'Q4_K_M')],
  ['Q8_0', less('8', 'Q8_0')],
  ['IQ2_XS', less('2', 'IQ2_XS')],
  ['8da4w', less('4', '8da4w')],
  ['F16', 'None: 16 bits for each weight (F16)'],
  ['BF16', 'None: 16 bits for each weight (BF16)'],
  ['SpinQuant', 'SpinQuant'],
  ['', ''],
])('tells what %j means', (name, words) => {
  expect(compressionWords(name)).toBe(words);
});
