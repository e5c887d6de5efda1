/** The models folder over a `MemoryDisk`. */
import { ModelError } from '../../errors';
import { foldersAt, pathAt, placesIn, STORE } from '../shared/homes';
import { isOwned, storeSegments } from '../shared/storePath';
import type { FileEntry, FileStore, OnUnreadable } from '../types';
import {
  freeBytesOf,
  homesOf,
  keyOf,
  placeOfKey,
  prefixOf,
  writeAt,
  type DiskOperation,
  type MemoryDisk,
} from './memoryDisk';
import { nameCount } from './memoryLinks';

const MAX_TEXT_BYTES = 1024 * 1024;

export function createMemoryFileStore(disk: MemoryDisk): FileStore {
  // Waits before it changes anything, because a real disk is asynchronous, too.
  const begin = async (operation: DiskOperation, path: string) => {
    storeSegments(path);
    await Promise.resolve();
    disk.beforeOperation(operation, path);
  };

  return {
    async list(folder, onUnreadable = () => undefined) {
      await begin('list', folder);
      const prefix = folder === '' ? '' : `${folder}/`;
      for (const path of disk.unreadable) {
        const reason = `${path}: unreadable`;
        const failure = new ModelError('STORAGE_UNAVAILABLE', { reason });
        if (path === folder) throw failure;
        if (path.startsWith(prefix)) onUnreadable(path, failure);
      }
      // Rejects where the folder's own volume isn't connected.
      keyOf(disk, folder);
      if (folder === '') reportMissing(disk, onUnreadable);
      return reachablePaths(disk)
        .filter(([path]) => path.startsWith(prefix) && !isUnreadable(disk, path))
        .map(([path, bytes]) => ({
          path,
          sizeBytes: bytes.byteLength,
          usedBytes: bytes.byteLength,
          isLink: false,
          ...sharedFact(disk, bytes),
          version: versionOf(bytes),
        }));
    },

    async readText(path) {
      await begin('read', path);
      const bytes = disk.files.get(keyOf(disk, path));
      return bytes && new TextDecoder().decode(bytes.subarray(0, MAX_TEXT_BYTES));
    },

    async writeText(path, text) {
      await begin('write', path);
      const bytes = new TextEncoder().encode(text);
      const key = keyOf(disk, path);
      const freeBytes = freeBytesOf(disk, key);
      if (freeBytes !== undefined && bytes.byteLength > freeBytes) {
        throw new ModelError('NO_SPACE', { neededBytes: bytes.byteLength, freeBytes });
      }
      disk.files.set(key, bytes);
    },

    async append({ path, text }) {
      await begin('append', path);
      const at = disk.files.get(keyOf(disk, path))?.byteLength ?? 0;
      writeAt(disk, path, { at, bytes: new TextEncoder().encode(text) });
    },

    async move(from, to) {
      storeSegments(to);
      await begin('move', from);
      const bytes = fileAt(disk, from);
      const [source, target] = [keyOf(disk, from), keyOf(disk, to)];
      const isSame =
        source !== target && nameCount(disk.files, bytes) > 1 && bytes === disk.files.get(target);
      // As on a real disk, a rename to another name of the same file does nothing.
      if (isSame) return;
      disk.files.delete(source);
      disk.files.set(target, bytes);
      // Somebody will write to it there, and its other names are those of other models.
      if (isWorkplace(to) && nameCount(disk.files, bytes) > 1)
        disk.files.set(target, bytes.slice());
    },

    async remove(path) {
      await begin('remove', path);
      const key = keyOf(disk, path);
      for (const name of [...disk.files.keys()]) {
        if (name === key || name.startsWith(`${key}/`)) disk.files.delete(name);
      }
    },

    async freeBytes(path = '') {
      await Promise.resolve();
      try {
        return freeBytesOf(disk, keyOf(disk, path));
      } catch {
        return undefined;
      }
    },
  };
}

function isUnreadable({ unreadable }: MemoryDisk, path: string): boolean {
  return path.split('/').some((_, end, names) => unreadable.has(names.slice(0, end + 1).join('/')));
}

/** Whether files are written there: an owner's place or, as owners have none in memory, staging. */
function isWorkplace(path: string): boolean {
  return isOwned(path) || path.startsWith('.staging');
}

function sharedFact({ files }: MemoryDisk, bytes: Uint8Array): Pick<FileEntry, 'shared'> {
  const names = nameCount(files, bytes);
  return names > 1 ? { shared: { id: versionOf(bytes), names } } : {};
}

const versions = new WeakMap<Uint8Array, string>();
let lastVersion = 0;

// Every write to a file replaces its array of bytes by another array.
function versionOf(bytes: Uint8Array): string {
  const version = versions.get(bytes) ?? String((lastVersion += 1));
  versions.set(bytes, version);
  return version;
}

/** The files that a path leads to, with that path. */
function reachablePaths(disk: MemoryDisk): [path: string, bytes: Uint8Array][] {
  const homes = homesOf(disk);
  return [...disk.files].flatMap(([key, bytes]) => {
    const place = placeOfKey(key);
    if (place !== STORE && disk.volumes.get(place)?.isConnected !== true) return [];
    const path = pathAt(homes, place, key.slice(prefixOf(place).length));
    return path === undefined ? [] : [[path, bytes] as [string, Uint8Array]];
  });
}

function reportMissing(disk: MemoryDisk, onUnreadable: OnUnreadable): void {
  const homes = homesOf(disk);
  for (const place of placesIn(homes)) {
    if (disk.volumes.get(place)?.isConnected === true) continue;
    const failure = new ModelError('PLACE_MISSING', { place });
    for (const folder of foldersAt(homes, place)) onUnreadable(folder, failure);
  }
}

/** @throws ModelError DISK_IO when there is no such file */
export function fileAt(disk: MemoryDisk, path: string): Uint8Array {
  const bytes = disk.files.get(keyOf(disk, path));
  if (bytes === undefined) throw new ModelError('DISK_IO', { path, reason: 'no such file' });
  return bytes;
}
