/** `expo-sqlite`, as far as the app uses it: real SQLite, whose databases outlive the app's process. */
import sqlite3InitModule, { type Database } from '@sqlite.org/sqlite-wasm';

import { phone } from './phone';

type Value = string | number | null;

const kept = new Map<string, Database>();
let lives = 0;

phone.onKill(() => {
  lives += 1;
  // What was in a transaction when the process ended never happened.
  for (const database of kept.values()) if (isInTransaction(database)) database.exec('ROLLBACK');
});

function isInTransaction(database: Database): boolean {
  try {
    database.exec('BEGIN');
  } catch {
    return true;
  }
  database.exec('ROLLBACK');
  return false;
}

/** Resolves in the middle of somebody's transaction. */
export async function untilInTransaction(): Promise<void> {
  while (![...kept.values()].some(isInTransaction)) await Promise.resolve();
}

/** Removes all databases, as removing the app does. */
export function forgetDatabases(): void {
  for (const database of kept.values()) database.close();
  kept.clear();
}

export class SQLiteDatabase {
  readonly #database: Database;
  readonly #life = lives;
  #isOpen = true;

  constructor(database: Database) {
    this.#database = database;
  }

  async execAsync(source: string): Promise<void> {
    await Promise.resolve();
    this.#opened().exec(source);
  }

  async runAsync(source: string, params: Value[]): Promise<void> {
    await Promise.resolve();
    this.#opened().exec({ sql: source, ...(params.length > 0 && { bind: params }) });
  }

  async getAllAsync<Row>(source: string, params: Value[]): Promise<Row[]> {
    await Promise.resolve();
    const rows = this.#opened().selectObjects(source, params.length > 0 ? params : undefined);
    return rows.map((row) => {
      // The package gives integers as numbers, however large.
      const values = Object.entries(row).map(([name, value]) => [
        name,
        typeof value === 'bigint' ? Number(value) : value,
      ]);
      return Object.fromEntries(values) as Row;
    });
  }

  async closeAsync(): Promise<void> {
    await Promise.resolve();
    this.#opened();
    this.#isOpen = false;
  }

  #opened(): Database {
    if (!this.#isOpen || this.#life !== lives) throw new Error('Access to closed resource');
    return this.#database;
  }
}

export async function openDatabaseAsync(name: string): Promise<SQLiteDatabase> {
  let database = kept.get(name);
  if (!database) {
    const sqlite3 = await sqlite3InitModule();
    database = new sqlite3.oo1.DB(':memory:');
    kept.set(name, database);
  }
  return new SQLiteDatabase(database);
}
