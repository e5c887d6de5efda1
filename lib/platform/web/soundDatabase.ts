/** Opens SQLite's file in the browser's private file system; one that is damaged makes way for a new one. */
import type { Database } from '@sqlite.org/sqlite-wasm';

import { systemClock } from '../systemClock';
import { hasName, whenReleased } from './storageErrors';
import { openSyncHandle } from './syncHandle';

/** Where SQLite keeps its files here. */
export interface DatabaseStorage {
  /** Makes the file if there is none. */
  open(fileName: string): Database;
  /** Renames the file, over another of that name, and removes what SQLite keeps beside it. */
  setAside(fileName: string, newName: string): Promise<void>;
}

export interface SoundDatabase {
  database: Database;
  /** Whether there was a damaged one, which now has the name of `setAsideName`. */
  wasReset: boolean;
}

/** Where a damaged database lies until another takes its place there: enough for a report. */
export function setAsideName(fileName: string): string {
  return `${fileName}.damaged`;
}

/** @throws Error of SQLite or the browser; none of those says that the file is damaged, which then stays as it is. */
export async function openSoundDatabase(
  storage: DatabaseStorage,
  fileName: string,
): Promise<SoundDatabase> {
  const database = openIfSound(storage, fileName);
  if (database) return { database, wasReset: false };
  await storage.setAside(fileName, setAsideName(fileName));
  return { database: storage.open(fileName), wasReset: true };
}

function openIfSound(storage: DatabaseStorage, fileName: string): Database | undefined {
  let database: Database | undefined;
  try {
    database = storage.open(fileName);
    if (database.selectValue('PRAGMA quick_check(1)') === 'ok') return database;
  } catch (error) {
    if (!isDamage(error)) {
      database?.close();
      throw error;
    }
  }
  database?.close();
  return undefined;
}

const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

/** A lock that is held and a disk that fails say nothing about the file. */
function isDamage(error: unknown): boolean {
  if (!(error instanceof Error) || !('resultCode' in error)) return false;
  // The lowest byte is what happened, the others are where.
  const code = Number(error.resultCode) & 0xff;
  return code === SQLITE_CORRUPT || code === SQLITE_NOTADB;
}

// A new database would take what it finds there for its own unfinished work.
const BESIDE = ['-journal', '-wal', '-shm'];

/** TypeScript doesn't know `move` yet; it replaces a file of that name at once. */
interface MovableFile {
  move(name: string): Promise<void>;
}

/** For a storage whose files lie in the private file system under their own names. */
export async function setAsidePlainFile(fileName: string, newName: string): Promise<void> {
  const root = await navigator.storage.getDirectory();
  for (const suffix of BESIDE) {
    await whenReleased(systemClock, () => root.removeEntry(fileName + suffix)).catch(ignoreAbsent);
  }
  const file = await root.getFileHandle(fileName);
  await whenReleased(systemClock, () => (file as unknown as MovableFile).move(newName));
}

/** For one that keeps them under names of its own: what is set aside gets a file that has its own. */
export async function setAsideCopy(bytes: Uint8Array, newName: string): Promise<void> {
  const root = await navigator.storage.getDirectory();
  const file = await root.getFileHandle(newName, { create: true });
  const handle = await openSyncHandle(file);
  try {
    handle.truncate(0);
    handle.write(bytes, { at: 0 });
    handle.flush();
  } finally {
    handle.close();
  }
}

function ignoreAbsent(error: unknown): void {
  if (!hasName(error, 'NotFoundError')) throw error;
}
