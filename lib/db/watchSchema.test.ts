import { beforeEach, expect, it } from 'vitest';

import { createInMemoryDatabase } from '../platform/shared/inMemoryDatabase';
import type { SqlDatabase } from '../platform/types';
import { migrate } from './migrations';
import { createModelSettings } from './modelSettings';
import { watchSchema } from './watchSchema';

let database: SqlDatabase;
beforeEach(async () => {
  database = await createInMemoryDatabase();
  await migrate(database);
});

/** As a newer page in another tab does it. */
const newerStep = (...steps: string[]) =>
  database.batch([...steps, 'PRAGMA user_version = 99'].map((sql) => ({ sql })));

it('an older page goes on reading and writing beside a newer one, whose steps add', async () => {
  const settings = createModelSettings(watchSchema(database));
  await settings.setSelectedModelId('one');
  await newerStep(
    'ALTER TABLE setting ADD COLUMN changed_at INTEGER',
    'CREATE TABLE more (id TEXT PRIMARY KEY NOT NULL) STRICT',
  );
  await settings.setSelectedModelId('two');
  expect(await settings.getSelectedModelId()).toBe('two');
});

it('an older page says that the database is newer when a newer step took something away', async () => {
  const settings = createModelSettings(watchSchema(database));
  await newerStep('ALTER TABLE setting RENAME TO settings');
  const tooNew = { code: 'DB_TOO_NEW', details: { foundVersion: 99 } };
  await expect(settings.setSelectedModelId('two')).rejects.toMatchObject(tooNew);
  await expect(settings.getSelectedModelId()).rejects.toMatchObject(tooNew);
});

it('another failure stays what it is', async () => {
  const watched = watchSchema(database);
  await expect(watched.all({ sql: 'SELECT * FROM nowhere' })).rejects.toMatchObject({
    code: 'DB_FAILED',
  });
});
