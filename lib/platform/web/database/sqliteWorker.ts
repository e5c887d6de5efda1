/** The worker that runs SQLite over the browser's private file system. */
import sqlite3InitModule from '@sqlite.org/sqlite-wasm';
import type { Database } from '@sqlite.org/sqlite-wasm';

import { describe, isModelError, ModelError } from '../../../errors';
import type { SqlStatement, SqlValue } from '../../types';
import {
  findPlain,
  openSoundDatabase,
  setAsideCopy,
  setAsidePlainFile,
  type DatabaseStorage,
} from './soundDatabase';
import { serveCalls } from '../workerCalls';

export type SqliteWorkerMethods = Awaited<ReturnType<typeof start>>;

/** What SQLite loads from its own folder to let tabs share a database. */
const SHARING_SCRIPT = 'sqlite3-opfs-async-proxy.js';

type Sqlite = Awaited<ReturnType<typeof sqlite3InitModule>>;

// SQLite starts a worker for each storage that is enabled, so only the storage that will be used stays enabled.
const canShare = crossOriginIsolated && 'waitAsync' in Atomics;
Object.assign(globalThis, {
  sqlite3ApiConfig: { disable: { vfs: { kvvfs: true, opfs: canShare } } },
});

async function start() {
  const sqlite = await sqlite3InitModule();
  let database: Database | undefined;
  let lockName = '';

  /**
   * Runs `work` while no other tab uses the database. SQLite's own locks don't suffice: to
   * go from reading to writing, its file system releases the shared lock before it requests
   * the exclusive lock, and another tab's write in between would be overwritten.
   */
  const exclusively = async <T>(work: (database: Database) => T): Promise<T> => {
    try {
      return await navigator.locks.request(lockName, () => {
        if (!database) throw new ModelError('DB_FAILED', { reason: 'the database is closed' });
        return work(database);
      });
    } catch (error) {
      throw databaseError(error);
    }
  };

  return {
    /** Resolves with whether a damaged database was replaced by this one. */
    async open(fileName: string): Promise<boolean> {
      lockName = `modelshelf:database:${fileName}`;
      try {
        const storage = await findStorage(sqlite, fileName);
        const opening = () => openSoundDatabase(storage, fileName);
        const sound = await navigator.locks.request(lockName, opening);
        database = sound.database;
        return sound.wasReset;
      } catch (error) {
        throw databaseError(error);
      }
    },
    all: (statement: SqlStatement) => exclusively((opened) => runStatement(opened, statement)),
    batch: (statements: readonly SqlStatement[]) =>
      exclusively((opened) => {
        runTransaction(opened, statements);
      }),
    async close(): Promise<void> {
      await exclusively((opened) => {
        opened.close();
      });
      database = undefined;
    },
  };
}

/**
 * The best available storage: one that tabs can share, else one that a single tab owns.
 * @throws ModelError DB_FAILED rather than begin another database beside the one that there is
 */
async function findStorage(sqlite: Sqlite, fileName: string): Promise<DatabaseStorage> {
  // The types promise both; each is missing where the page isn't cross-origin isolated.
  const { OpfsWlDb, OpfsDb } = sqlite.oo1 as Partial<Sqlite['oo1']>;
  const Shared = OpfsWlDb ?? OpfsDb;
  if (Shared) {
    return {
      open: (name) => new Shared(`/${name}`, 'c'),
      find: findPlain,
      setAside: setAsidePlainFile,
    };
  }
  if (crossOriginIsolated && (await findPlain(fileName)) === 'file') {
    const reason = `${SHARING_SCRIPT} can’t be loaded, with which tabs share it`;
    throw new ModelError('DB_FAILED', { reason });
  }
  try {
    // By default a failure deletes the stored files, although another tab may be using them.
    const pool = await sqlite.installOpfsSAHPoolVfs({
      directory: '/modelshelf-database',
      preserveOnInitFailure: true,
    });
    return {
      open: (name) => new pool.OpfsSAHPoolDb(`/${name}`),
      find: (name) =>
        Promise.resolve(pool.getFileNames().includes(`/${name}`) ? 'file' : 'nothing'),
      async setAside(name) {
        await setAsideCopy(pool.exportFile(`/${name}`), name);
        pool.unlink(`/${name}`);
        // A new database would read the journal as its own unfinished transaction.
        pool.unlink(`/${name}-journal`);
      },
    };
  } catch (cause) {
    const reason =
      'without cross-origin isolation one tab at a time can open the database, and another has it';
    throw new ModelError('DB_FAILED', { reason }, { cause });
  }
}

function runStatement(database: Database, { sql, params = [] }: SqlStatement) {
  const rows = database.exec({
    sql,
    bind: [...params],
    rowMode: 'object',
    returnValue: 'resultRows',
  });
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plainValue(value)])),
  );
}

function runTransaction(database: Database, statements: readonly SqlStatement[]): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    for (const statement of statements) runStatement(database, statement);
    database.exec('COMMIT');
  } catch (error) {
    rollBack(database);
    throw error;
  }
}

function rollBack(database: Database): void {
  try {
    database.exec('ROLLBACK');
  } catch {
    // SQLite has already rolled back by itself, as it does when the disk is full.
  }
}

function plainValue(value: unknown): SqlValue {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  throw new ModelError('DB_FAILED', { reason: 'a column holds neither text nor a number' });
}

function databaseError(error: unknown): ModelError {
  if (isModelError(error)) return error;
  return new ModelError('DB_FAILED', { reason: describe(error) }, { cause: error });
}

serveCalls(start());
