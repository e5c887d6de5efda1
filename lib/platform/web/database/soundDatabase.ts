/** Opens SQLite's file in the browser's private file system; one that is damaged makes way for a new one. */
import type { Database } from '@sqlite.org/sqlite-wasm';

import { removeAny, setAside, setAsideName } from '../files/setAside';
import { hasName } from '../files/storageErrors';
import { openSyncHandle } from '../files/syncHandle';

export type Found = 'nothing' | 'file' | 'folder';

/** Where SQLite keeps its files here. */
export interface DatabaseStorage {
  /** Makes the file if there is none. */
  open(fileName: string): Database;
  /** What has the name. */
  find(fileName: string): Promise<Found>;
  /** Gives it the name of `setAsideName`, and removes what SQLite keeps beside it. */
  setAside(fileName: string): Promise<void>;
}

export interface SoundDatabase {
  database: Database;
  /** Whether what was there held nothing that can be used; unless it was empty, it now has the name of `setAsideName`. */
  wasReset: boolean;
}

/** @throws Error of SQLite or the browser; none of those says that the file is damaged, which then stays as it is. */
export async function openSoundDatabase(
  storage: DatabaseStorage,
  fileName: string,
): Promise<SoundDatabase> {
  const found = await storage.find(fileName);
  const sound = found === 'folder' ? undefined : openIfSound(storage, fileName);
  if (!sound) await storage.setAside(fileName);
  const database = sound ?? storage.open(fileName);
  const isEmpty = database.selectValue('PRAGMA page_count') === 0;
  // Written at once, so that a file of no length is never one that was just begun.
  if (isEmpty) database.exec('PRAGMA user_version = 0');
  return { database, wasReset: !sound || (isEmpty && found === 'file') };
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

/** What lies in the private file system under a name. */
export async function findPlain(fileName: string): Promise<Found> {
  const root = await navigator.storage.getDirectory();
  try {
    await root.getFileHandle(fileName);
    return 'file';
  } catch (error) {
    if (hasName(error, 'TypeMismatchError')) return 'folder';
    ignoreAbsent(error);
    return 'nothing';
  }
}

/** For a storage whose files lie in the private file system under their own names. */
export async function setAsidePlainFile(fileName: string): Promise<void> {
  const root = await navigator.storage.getDirectory();
  for (const suffix of BESIDE) await removeAny(root, fileName + suffix);
  await setAside(root, fileName);
}

/** For one that keeps them under names of its own: what is set aside gets a file that has its own. */
export async function setAsideCopy(bytes: Uint8Array, fileName: string): Promise<void> {
  const root = await navigator.storage.getDirectory();
  const newName = setAsideName(fileName);
  await removeAny(root, newName);
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
