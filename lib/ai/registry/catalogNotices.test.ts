/** What a publisher says of a version in a catalog: what is new in it, and that it is withdrawn. */
import { expect, it } from 'vitest';

import { catalogOf } from '../../../tests/signedCatalogs';
import { parseCatalog } from './catalog';
import { catalogEntryOf, formatCatalog } from './catalogText';

const withdrawn = { reason: 'Its template was damaged.', versions: ['a'.repeat(64)] };
const read = (more: object) => parseCatalog(catalogOf('Mine', more));

it('is read, and written as it was', () => {
  const { models, problems } = read({ notes: 'Answers are shorter.', withdrawn });
  expect(problems).toEqual([]);
  expect(models).toMatchObject([{ notes: 'Answers are shorter.', withdrawn }]);
  const again = parseCatalog(formatCatalog(models.map(catalogEntryOf)));
  expect(again.models).toEqual(models);
});

it.each<[string, object, string]>([
  ['notes that are too long', { notes: 'x'.repeat(401) }, 'notes'],
  ['a withdrawal without a reason', { withdrawn: {} }, 'withdrawn.reason'],
  ['a version that is no digest', { withdrawn: { reason: 'r', versions: ['v1'] } }, 'versions.0'],
  ['a withdrawal of no version', { withdrawn: { reason: 'r', versions: [] } }, 'versions'],
])('leaves an entry out that has %s', (_, more, where) => {
  const { models, problems } = read(more);
  expect(models).toEqual([]);
  expect(problems[0]?.reason).toContain(where);
});
