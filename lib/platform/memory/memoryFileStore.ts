/** The models folder over a `MemoryDisk`. */
import { createSHA1, createSHA256 } from 'hash-wasm';

import { ModelError } from '../../errors';
import { storeSegments } from '../storePath';
import type { DigestRequest, FileStore } from '../types';
import { usedBytes, type DiskOperation, type MemoryDisk } from './memoryDisk';

const MAX_TEXT_BYTES = 1024 * 1024;
const DIGEST_STEP_BYTES = 1024 * 1024;

export function createMemoryFileStore(disk: MemoryDisk): FileStore {
  // Waits before it touches anything, as a real disk would let others go first.
  const begin = async (operation: DiskOperation, path: string) => {
    storeSegments(path);
    await Promise.resolve();
    disk.beforeOperation(operation, path);
  };

  return {
    async list(folder) {
      await begin('list', folder);
      const prefix = folder === '' ? '' : `${folder}/`;
      return [...disk.files]
        .filter(([path]) => path.startsWith(prefix))
        .map(([path, bytes]) => ({ path, sizeBytes: bytes.byteLength }));
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

    async digest(request, signal) {
      signal?.throwIfAborted();
      await begin('digest', request.path);
      return digestOf(fileAt(disk, request.path), request, signal);
    },

    async freeBytes() {
      await Promise.resolve();
      return freeBytesOf(disk);
    },
  };
}

function freeBytesOf(disk: MemoryDisk): number | undefined {
  if (disk.capacityBytes === undefined) return undefined;
  return Math.max(0, disk.capacityBytes - usedBytes(disk));
}

function fileAt(disk: MemoryDisk, path: string): Uint8Array {
  const bytes = disk.files.get(path);
  if (bytes === undefined) throw new ModelError('DISK_IO', { path, reason: 'no such file' });
  return bytes;
}

async function digestOf(bytes: Uint8Array, request: DigestRequest, signal?: AbortSignal) {
  const isGit = request.algorithm === 'git-sha1';
  const hasher = isGit ? await createSHA1() : await createSHA256();
  if (isGit) hasher.update(`blob ${String(bytes.byteLength)}\0`);
  for (let start = 0; start < bytes.byteLength; start += DIGEST_STEP_BYTES) {
    const step = bytes.subarray(start, start + DIGEST_STEP_BYTES);
    hasher.update(step);
    request.onProgress?.(start + step.byteLength);
    await Promise.resolve();
    signal?.throwIfAborted();
  }
  return hasher.digest('hex');
}
