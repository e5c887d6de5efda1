import { expect, it } from 'vitest';

import { describeSqlDatabase } from '../../../tests/conformance/sqlDatabase';
import { createWebSqlDatabase } from './webSqlDatabase';

async function removeDatabase(fileName: string): Promise<void> {
  const root = await navigator.storage.getDirectory();
  await root.removeEntry(fileName).catch(() => undefined);
}

describeSqlDatabase('web', async () => {
  const fileName = `${crypto.randomUUID()}.db`;
  const database = createWebSqlDatabase(fileName);
  const second = createWebSqlDatabase(fileName);
  // Opened before the first test writes, as a second tab would.
  await second.all({ sql: 'SELECT 1' });
  return {
    database,
    second,
    dispose: async () => {
      await database.close();
      await second.close();
      await removeDatabase(fileName);
    },
  };
});

it('loses no write of two connections that count at once', async () => {
  const fileName = `${crypto.randomUUID()}.db`;
  const tabs = [createWebSqlDatabase(fileName), createWebSqlDatabase(fileName)];
  await tabs[0]?.batch([
    { sql: 'CREATE TABLE counter (value INTEGER NOT NULL)' },
    { sql: 'INSERT INTO counter VALUES (0)' },
  ]);
  const increment = [{ sql: 'UPDATE counter SET value = value + 1' }];
  const rounds = Array.from({ length: 30 });
  await Promise.all(
    tabs.map(async (tab) => {
      for (const _ of rounds) await tab.batch(increment);
    }),
  );
  const reopened = createWebSqlDatabase(fileName);
  expect(await reopened.all({ sql: 'SELECT value FROM counter' })).toEqual([{ value: 60 }]);
  expect(await reopened.all({ sql: 'PRAGMA integrity_check' })).toEqual([
    { integrity_check: 'ok' },
  ]);
  await Promise.all([...tabs, reopened].map((tab) => tab.close()));
  await removeDatabase(fileName);
}, 60_000);

it('keeps its rows for the next opening', async () => {
  const fileName = `${crypto.randomUUID()}.db`;
  const first = createWebSqlDatabase(fileName);
  await first.batch([
    { sql: 'CREATE TABLE kept (id TEXT)' },
    { sql: `INSERT INTO kept VALUES ('a')` },
  ]);
  await first.close();
  const second = createWebSqlDatabase(fileName);
  expect(await second.all({ sql: 'SELECT id FROM kept' })).toEqual([{ id: 'a' }]);
  await second.close();
  await removeDatabase(fileName);
});
