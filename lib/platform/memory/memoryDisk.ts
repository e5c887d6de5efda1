/** A disk as an object: several platforms of a test can share it, and the test can script failures. */
import { ModelError } from '../../errors';

export type DiskOperation = 'list' | 'read' | 'write' | 'append' | 'move' | 'remove' | 'digest';

export interface MemoryDisk {
  /** Whole files by path. A test may put, change and delete them at will. */
  readonly files: Map<string, Uint8Array>;
  /** Files of other programs, outside of the store, by absolute path. */
  readonly outside: Map<string, Uint8Array>;
  /** Folders and files that can't be read, by path. */
  readonly unreadable: Set<string>;
  /** The capacity; undefined for a host that doesn't report it and never fills up. */
  capacityBytes: number | undefined;
  /** Called before each operation takes effect; the operation rejects with any error that it throws. */
  beforeOperation: (operation: DiskOperation, path: string) => void;
}

export function createMemoryDisk(): MemoryDisk {
  return {
    files: new Map(),
    outside: new Map(),
    unreadable: new Set(),
    capacityBytes: undefined,
    beforeOperation: () => undefined,
  };
}

export function usedBytes(disk: MemoryDisk): number {
  let total = 0;
  for (const bytes of disk.files.values()) total += bytes.byteLength;
  return total;
}

/** Writes bytes at a position, as a file handle would. @throws ModelError NO_SPACE, having written nothing. */
export function writeAt(disk: MemoryDisk, path: string, chunk: { at: number; bytes: Uint8Array }) {
  disk.beforeOperation('write', path);
  const old = disk.files.get(path) ?? new Uint8Array();
  const grown = new Uint8Array(Math.max(old.byteLength, chunk.at + chunk.bytes.byteLength));
  const neededBytes = grown.byteLength - old.byteLength;
  const freeBytes =
    disk.capacityBytes === undefined ? Infinity : disk.capacityBytes - usedBytes(disk);
  if (neededBytes > freeBytes) throw new ModelError('NO_SPACE', { neededBytes, freeBytes });
  grown.set(old);
  grown.set(chunk.bytes, chunk.at);
  disk.files.set(path, grown);
}

/** Cuts off the bytes beyond `sizeBytes`. */
export function truncate(disk: MemoryDisk, path: string, sizeBytes: number): void {
  const bytes = disk.files.get(path);
  if (bytes && bytes.byteLength > sizeBytes) disk.files.set(path, bytes.slice(0, sizeBytes));
}
