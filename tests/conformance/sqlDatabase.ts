/** What every host's SQLite has to do. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { SqlDatabase } from '../../lib/platform/types';
import { expectCode } from './expectFailure';

export interface SqlDatabaseSubject {
  /** A database with no table. */
  database: SqlDatabase;
  dispose(): Promise<void>;
  /** A second connection to the same database, where the host has such a thing. */
  second?: SqlDatabase;
}

export function describeSqlDatabase(name: string, create: () => Promise<SqlDatabaseSubject>): void {
  describe(`SqlDatabase: ${name}`, () => {
    let subject: SqlDatabaseSubject;
    let database: SqlDatabase;

    beforeEach(async () => {
      subject = await create();
      database = subject.database;
      await database.batch([{ sql: 'CREATE TABLE item (id TEXT PRIMARY KEY, value ANY) STRICT' }]);
    });
    afterEach(async () => {
      await subject.dispose();
    });

    describeRows(() => subject);
    describeTransactions(() => subject);

    it('tells of no damage where there was none', async () => {
      expect(await database.wasReset()).toBe(false);
    });

    it('fails as itself after it was closed', async () => {
      await database.close();
      await expectCode(database.all({ sql: 'SELECT 1' }), 'DB_FAILED');
      await expectCode(database.batch([{ sql: 'SELECT 1' }]), 'DB_FAILED');
    });
  });
}

type Current = () => SqlDatabaseSubject;

const insert = (id: string, value: string | number | null = null) => ({
  sql: 'INSERT INTO item (id, value) VALUES (?, ?)',
  params: [id, value],
});
const everything = { sql: 'SELECT id, value FROM item ORDER BY id' };

function describeRows(current: Current): void {
  it('answers with no row where there is none', async () => {
    expect(await current().database.all(everything)).toEqual([]);
  });

  it('gives back texts, numbers and nothing as they were', async () => {
    const { database } = current();
    const values = ['é 模型 🦙', '', 0, -1.5, Number.MAX_SAFE_INTEGER, 1_795_000_000_000, null];
    await database.batch(values.map((value, index) => insert(String(index), value)));
    const rows = await database.all(everything);
    expect(rows.map(({ value }) => value)).toEqual(values);
  });

  it('takes a parameter as a value, never as SQL', async () => {
    const { database } = current();
    const hostile = `'); DROP TABLE item; --`;
    await database.batch([insert(hostile)]);
    const rows = await database.all({
      sql: 'SELECT id FROM item WHERE id = ?',
      params: [hostile],
    });
    expect(rows).toEqual([{ id: hostile }]);
  });

  it('fails as itself on a statement that is none', async () => {
    await expectCode(current().database.all({ sql: 'SELEKT 1' }), 'DB_FAILED');
  });
}

function describeTransactions(current: Current): void {
  it('applies statements in their order', async () => {
    const { database } = current();
    await database.batch([
      insert('a', 1),
      { sql: 'UPDATE item SET value = value + 1' },
      { sql: 'UPDATE item SET value = value * 10' },
    ]);
    expect(await database.all(everything)).toEqual([{ id: 'a', value: 20 }]);
  });

  it('applies none when one fails, and goes on working', async () => {
    const { database } = current();
    await database.batch([insert('kept')]);
    await expectCode(database.batch([insert('lost'), insert('kept')]), 'DB_FAILED');
    await expectCode(database.batch([insert('lost too'), { sql: 'SELEKT 1' }]), 'DB_FAILED');
    await database.batch([insert('later')]);
    const rows = await database.all(everything);
    expect(rows.map(({ id }) => id)).toEqual(['kept', 'later']);
  });

  it('takes back the schema and its version too', async () => {
    const { database } = current();
    const steps = [
      { sql: 'CREATE TABLE other (id TEXT)' },
      { sql: 'PRAGMA user_version = 9' },
      { sql: 'SELEKT 1' },
    ];
    await expectCode(database.batch(steps), 'DB_FAILED');
    expect(await database.all({ sql: 'PRAGMA user_version' })).toEqual([{ user_version: 0 }]);
    await database.batch(steps.slice(0, 2));
    expect(await database.all({ sql: 'PRAGMA user_version' })).toEqual([{ user_version: 9 }]);
    expect(await database.all({ sql: 'SELECT * FROM other' })).toEqual([]);
  });

  it('keeps batches apart that are asked for at once', async () => {
    const { database, second = database } = current();
    await database.batch([insert('counter', 0)]);
    const increment = { sql: `UPDATE item SET value = value + 1 WHERE id = 'counter'` };
    const owners = [database, second, database, second, database, second];
    await Promise.all(owners.map((owner) => owner.batch([increment, increment])));
    expect(await database.all(everything)).toEqual([{ id: 'counter', value: 12 }]);
  });
}
