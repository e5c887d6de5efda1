/** SQLite through expo-sqlite: one connection, one call at a time. */
import { openDatabaseAsync, type SQLiteDatabase } from 'expo-sqlite';

import { describe, ModelError } from '../../errors';
import type { SqlDatabase, SqlStatement, SqlValue } from '../types';

/**
 * Settings of every connection: durable commits, and a wait for a second connection, such as that of developer tools.
 */
const SETUP = 'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000';

/** Opened with the first call; after a failed opening, the next call tries again. */
export function createNativeSqlDatabase(fileName = 'modelshelf.db'): SqlDatabase {
  let opening: Promise<SQLiteDatabase> | undefined;
  let latest: Promise<unknown> = Promise.resolve();
  let isClosed = false;

  async function open(): Promise<SQLiteDatabase> {
    try {
      const database = await openDatabaseAsync(fileName);
      await database.execAsync(SETUP);
      return database;
    } catch (error) {
      opening = undefined;
      throw error;
    }
  }

  /** Runs calls one after the other: a transaction is a series of calls, and would include any call between them. */
  function inTurn<T>(work: (database: SQLiteDatabase) => Promise<T>): Promise<T> {
    const settled = latest.then(async () => {
      try {
        if (isClosed) throw new Error('the database is closed');
        opening ??= open();
        return await work(await opening);
      } catch (error) {
        throw new ModelError('DB_FAILED', { reason: describe(error) }, { cause: error });
      }
    });
    latest = settled.catch(() => undefined);
    return settled;
  }

  return {
    all: ({ sql, params = [] }) =>
      inTurn((database) => database.getAllAsync<Record<string, SqlValue>>(sql, [...params])),
    batch: (statements) => inTurn((database) => runBatch(database, statements)),
    // A damaged file isn't replaced: every statement reports it.
    wasReset: () => Promise.resolve(false),
    async close() {
      await latest;
      if (isClosed) return;
      isClosed = true;
      // A database that was never opened needn't be closed.
      const database = await opening?.catch(() => undefined);
      await database?.closeAsync();
    },
  };
}

async function runBatch(
  database: SQLiteDatabase,
  statements: readonly SqlStatement[],
): Promise<void> {
  await database.execAsync('BEGIN IMMEDIATE');
  try {
    for (const { sql, params = [] } of statements) await database.runAsync(sql, [...params]);
    await database.execAsync('COMMIT');
  } catch (error) {
    // After some failures SQLite has already rolled back by itself, and there is no transaction left.
    await database.execAsync('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
