/** Opens SQLite's file in the browser's private file system; a damaged file is set aside and replaced by a new one. */
import type { Database } from '@sqlite.org/sqlite-wasm';

import { removeAny, setAside, setAsideName } from '../files/setAside';
import { hasName } from '../files/storageErrors';
import { openSyncHandle } from '../files/syncHandle';

export type Found = 'nothing' | 'file' | 'folder';

/** Where SQLite keeps its files here. */
export interface DatabaseStorage {
  /** Makes the file if there is none. */
  open(fileName: string): Database;
  /** Whether a file, a folder or nothing has this name. */
  find(fileName: string): Promise<Found>;
  /** Renames it to `setAsideName`, and removes SQLite's other files beside it. */
  setAside(fileName: string): Promise<void>;
}

export interface SoundDatabase {
  database: Database;
  /** Whether the earlier file was unusable or empty. Unless it was empty, its name is now `setAsideName`. */
  wasReset: boolean;
}

/** @throws Error of SQLite or the browser, for any failure that doesn't prove damage; the file then stays as it is. */
export async function openSoundDatabase(
  storage: DatabaseStorage,
  fileName: string,
): Promise<SoundDatabase> {
  const found = await storage.find(fileName);
  const sound = found === 'folder' ? undefined : openIfSound(storage, fileName);
  if (!sound) await storage.setAside(fileName);
  const database = sound ?? storage.open(fileName);
  const isEmpty = database.selectValue('PRAGMA page_count') === 0;
  // Written at once, so that a later empty file is never a database that was just created.
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

/** Whether an error proves that the file is damaged. A held lock or a failing disk doesn't. */
function isDamage(error: unknown): boolean {
  if (!(error instanceof Error) || !('resultCode' in error)) return false;
  // The lowest byte is the primary result code; the other bytes are details.
  const code = Number(error.resultCode) & 0xff;
  return code === SQLITE_CORRUPT || code === SQLITE_NOTADB;
}

// A new database would read these files as its own unfinished transactions.
const BESIDE = ['-journal', '-wal', '-shm'];

/** Whether a file, a folder or nothing has this name in the private file system. */
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

/** For a storage that keeps files in the private file system under their own names. */
export async function setAsidePlainFile(fileName: string): Promise<void> {
  const root = await navigator.storage.getDirectory();
  for (const suffix of BESIDE) await removeAny(root, fileName + suffix);
  await setAside(root, fileName);
}

/** For a storage that keeps files under internal names: the bytes are copied into a file named `setAsideName`. */
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
