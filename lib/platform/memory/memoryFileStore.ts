/** The models folder over a `MemoryDisk`. */
import { ModelError } from '../../errors';
import { storeSegments } from '../shared/storePath';
import type { FileStore } from '../types';
import { usedBytes, writeAt, type DiskOperation, type MemoryDisk } from './memoryDisk';

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
      return [...disk.files]
        .filter(([path]) => path.startsWith(prefix) && !isUnreadable(disk, path))
        .map(([path, bytes]) => ({
          path,
          sizeBytes: bytes.byteLength,
          usedBytes: bytes.byteLength,
          isLink: false,
          version: versionOf(bytes),
        }));
    },

    async readText(path) {
      await begin('read', path);
      const bytes = disk.files.get(path);
      return bytes && new TextDecoder().decode(bytes.subarray(0, MAX_TEXT_BYTES));
    },

    async writeText(path, text) {
      await begin('write', path);
      const bytes = new TextEncoder().encode(text);
      const freeBytes = freeBytesOf(disk);
      if (freeBytes !== undefined && bytes.byteLength > freeBytes) {
        throw new ModelError('NO_SPACE', { neededBytes: bytes.byteLength, freeBytes });
      }
      disk.files.set(path, bytes);
    },

    async append({ path, text }) {
      await begin('append', path);
      const at = disk.files.get(path)?.byteLength ?? 0;
      writeAt(disk, path, { at, bytes: new TextEncoder().encode(text) });
    },

    async move(from, to) {
      storeSegments(to);
      await begin('move', from);
      const bytes = fileAt(disk, from);
      disk.files.delete(from);
      disk.files.set(to, bytes);
    },

    async remove(path) {
      await begin('remove', path);
      for (const name of [...disk.files.keys()]) {
        if (name === path || name.startsWith(`${path}/`)) disk.files.delete(name);
      }
    },

    async freeBytes() {
      await Promise.resolve();
      return freeBytesOf(disk);
    },
  };
}

function isUnreadable({ unreadable }: MemoryDisk, path: string): boolean {
  return path.split('/').some((_, end, names) => unreadable.has(names.slice(0, end + 1).join('/')));
}

const versions = new WeakMap<Uint8Array, string>();
let lastVersion = 0;

// Every write to a file replaces its array of bytes by another array.
function versionOf(bytes: Uint8Array): string {
  const version = versions.get(bytes) ?? String((lastVersion += 1));
  versions.set(bytes, version);
  return version;
}

function freeBytesOf(disk: MemoryDisk): number | undefined {
  if (disk.capacityBytes === undefined) return undefined;
  return Math.max(0, disk.capacityBytes - usedBytes(disk));
}

/** @throws ModelError DISK_IO when there is no such file */
export function fileAt(disk: MemoryDisk, path: string): Uint8Array {
  const bytes = disk.files.get(path);
  if (bytes === undefined) throw new ModelError('DISK_IO', { path, reason: 'no such file' });
  return bytes;
}
