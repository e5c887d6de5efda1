import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';

import { ADDED, createAddedScene, settled, type AddedScene } from '../../../tests/addedScene';
import { createInMemoryDatabase } from '../../platform/shared/inMemoryDatabase';
import type { SqlDatabase } from '../../platform/types';
import { MAX_NOTE_LENGTH } from './modelMarks';

let database: SqlDatabase;
let scene: AddedScene;
beforeAll(async () => {
  database = await createInMemoryDatabase();
});
beforeEach(async () => {
  scene = await createAddedScene(database);
});
afterEach(() => scene.dispose());

it('keeps favourites, notes and the last use apart, over a restart', async () => {
  const { marks } = await scene.open();
  await marks.setFavourite('tiny', true);
  await marks.setNote('tiny', "Robert'); DROP TABLE model_mark;-- 👋");
  scene.clock.advance(5_000);
  await marks.noteUse('tiny');
  await marks.noteUse('other');
  const lastUsedAt = scene.clock.nowMs();
  const expected = {
    tiny: { isFavourite: true, note: "Robert'); DROP TABLE model_mark;-- 👋", lastUsedAt },
    other: { isFavourite: false, note: '', lastUsedAt },
  };
  expect(marks.getSnapshot()).toEqual(expected);
  expect((await scene.open()).marks.getSnapshot()).toEqual(expected);
});

it('takes them back, and cuts a note that is too long', async () => {
  const { marks } = await scene.open();
  await marks.setFavourite('tiny', true);
  await marks.setFavourite('tiny', false);
  await marks.setNote('tiny', 'x'.repeat(MAX_NOTE_LENGTH + 1));
  expect(marks.getSnapshot()['tiny']).toMatchObject({
    isFavourite: false,
    note: 'x'.repeat(MAX_NOTE_LENGTH),
  });
  await marks.setNote('tiny', '');
  expect(marks.getSnapshot()['tiny']?.note).toBe('');
});

it('shows them in other tabs, whatever a message claims', async () => {
  const [shelf, other] = [await scene.open(), await scene.open()];
  let changes = 0;
  other.marks.subscribe(() => {
    changes += 1;
  });
  await shelf.marks.setFavourite('tiny', true);
  await settled();
  expect(other.marks.getSnapshot()['tiny']?.isFavourite).toBe(true);
  expect(changes).toBe(1);
});

it('keeps the last marks when the database can’t be read meanwhile', async () => {
  const [shelf, other] = [await scene.open(), await scene.open()];
  await shelf.marks.setFavourite('tiny', true);
  await settled();
  await scene.run('ALTER TABLE model_mark RENAME TO hidden');
  await expect(shelf.marks.setNote('tiny', 'x')).rejects.toMatchObject({ code: 'DB_FAILED' });
  await settled();
  expect(other.marks.getSnapshot()['tiny']?.isFavourite).toBe(true);
  await scene.run('ALTER TABLE hidden RENAME TO model_mark');
  await shelf.marks.setNote('tiny', 'x');
  await settled();
  expect(other.marks.getSnapshot()['tiny']?.note).toBe('x');
});

it('goes with a model that is forgotten, and stays with one whose files are removed', async () => {
  const shelf = await scene.open();
  await shelf.add(ADDED, 'hub');
  await shelf.marks.setNote('own-q4', 'Mine.');
  await shelf.ensure('own-q4');
  await shelf.remove('own-q4');
  expect(shelf.marks.getSnapshot()['own-q4']?.note).toBe('Mine.');
  await shelf.forget('own-q4');
  expect(shelf.marks.getSnapshot()).toEqual({});
});
