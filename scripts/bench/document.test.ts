import { expect, test } from 'vitest';
import { replaceSection, table } from './document';

test('a bench replaces its own section and leaves the others as they are', () => {
  const both = replaceSection(replaceSection('# Benchmarks', 'One', 'first'), 'Two', 'second');
  const again = replaceSection(both, 'One', '### Part\n\nthird');
  expect(again).toBe('# Benchmarks\n\n## One\n\n### Part\n\nthird\n\n## Two\n\nsecond\n\n');
});

test('a heading that only begins like another is another', () => {
  const document = replaceSection('# Benchmarks\n\n## One more\n\nkept\n', 'One', 'new');
  expect(document).toBe('# Benchmarks\n\n## One more\n\nkept\n\n## One\n\nnew\n\n');
});

test('a table has words on the left and numbers on the right', () => {
  expect(table(['', 's'], [['curl', '1.0']])).toBe('|  | s |\n| --- | --: |\n| curl | 1.0 |');
});
