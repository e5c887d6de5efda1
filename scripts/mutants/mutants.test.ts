import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PROJECT_ROOT } from '../build/projectRoot';
import { MUTANTS } from './mutants';

it.each(
  MUTANTS.flatMap(({ name, also, ...edit }) =>
    [edit, ...(also ? [also] : [])].map((each) => ({ name, ...each })),
  ),
)('the mistake “$name” fits the code', ({ file, find, replace }) => {
  const parts = readFileSync(join(PROJECT_ROOT, file), 'utf8').split(find);
  expect(parts).toHaveLength(2);
  expect(replace).not.toBe(find);
});
