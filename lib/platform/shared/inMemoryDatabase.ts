/** SQLite in memory, for tests and for hosts that store no database. A module of its own, because it loads WASM. */
import sqlite3InitModule, { type Database } from '@sqlite.org/sqlite-wasm';

import { describe, ModelError } from '../../errors';
import type { SqlDatabase, SqlStatement, SqlValue } from '../types';

/** A new, empty database. @throws ModelError DB_FAILED when SQLite can't be loaded. */
export async function createInMemoryDatabase(): Promise<SqlDatabase> {
  const database = await openInMemory();
  // The code below never awaits between BEGIN and COMMIT, so batches on one connection can't overlap.
  return {
    all: (statement) => settle(() => select(database, statement)),
    batch: (statements) =>
      settle(() => {
        database.transaction('IMMEDIATE', () => {
          for (const statement of statements) run(database, statement);
        });
      }),
    wasReset: () => Promise.resolve(false),
    close: () =>
      settle(() => {
        database.close();
      }),
  };
}

let loading: ReturnType<typeof sqlite3InitModule> | undefined;

async function openInMemory(): Promise<Database> {
  try {
    // One module serves any number of databases; each module has a memory of its own, of 8 MiB at least.
    loading ??= sqlite3InitModule();
    const sqlite3 = await loading;
    return new sqlite3.oo1.DB(':memory:');
  } catch (error) {
    loading = undefined;
    throw databaseError(error);
  }
}

function run(database: Database, { sql, params = [] }: SqlStatement): void {
  database.exec({ sql, ...(params.length > 0 && { bind: [...params] }) });
}

function select(database: Database, { sql, params = [] }: SqlStatement) {
  const rows = database.selectObjects(sql, params.length > 0 ? [...params] : undefined);
  return rows.map((row) => {
    const values = Object.entries(row).map(([name, value]) => [name, plainValue(value)]);
    return Object.fromEntries(values) as Record<string, SqlValue>;
  });
}

function plainValue(value: unknown): SqlValue {
  if (typeof value === 'string' || typeof value === 'number') return value;
  return typeof value === 'bigint' ? Number(value) : null;
}

async function settle<T>(work: () => T): Promise<T> {
  try {
    return await Promise.resolve(work());
  } catch (error) {
    throw databaseError(error);
  }
}

function databaseError(error: unknown): ModelError {
  return new ModelError('DB_FAILED', { reason: describe(error) }, { cause: error });
}
