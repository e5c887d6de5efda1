/** A disk as an object: several platforms of a test can share it, and the test can script failures. */
import { ModelError } from '../../errors';
import { eachOnce, nameCount } from './memoryLinks';
import { HOMES_PATH, parseHomes, routeOf, STORE, type Homes } from '../shared/homes';

export type DiskOperation = 'list' | 'read' | 'write' | 'append' | 'move' | 'remove' | 'digest';

export interface MemoryVolume {
  isConnected: boolean;
  /** As `MemoryDisk.capacityBytes`. */
  capacityBytes: number | undefined;
}

export interface MemoryDisk {
  /** Whole files by path; those at a place have `@{place}/` before it. A test may put, change and delete them at will. */
  readonly files: Map<string, Uint8Array>;
  /** The other volumes, by the ids of their places. */
  readonly volumes: Map<string, MemoryVolume>;
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
    volumes: new Map(),
    outside: new Map(),
    unreadable: new Set(),
    capacityBytes: undefined,
    beforeOperation: () => undefined,
  };
}

/** The volume's files have this before their paths. */
export function prefixOf(place: string): string {
  return place === STORE ? '' : `@${place}/`;
}

export function homesOf(disk: MemoryDisk): Homes {
  const bytes = disk.files.get(HOMES_PATH);
  return bytes === undefined ? {} : parseHomes(new TextDecoder().decode(bytes));
}

/** The key in `files` of a path. @throws ModelError PLACE_MISSING; DISK_IO where nothing is being moved */
export function keyOf(disk: MemoryDisk, path: string): string {
  const route = routeOf(homesOf(disk), path);
  if (route === undefined) throw new ModelError('DISK_IO', { path, reason: 'nothing is moved' });
  const { place } = route;
  if (place !== STORE && disk.volumes.get(place)?.isConnected !== true)
    throw new ModelError('PLACE_MISSING', { place });
  return `${prefixOf(place)}${route.path}`;
}

/** The id of the place of a key. */
export function placeOfKey(key: string): string {
  return key.startsWith('@') ? key.slice(1, key.indexOf('/')) : STORE;
}

/** Bytes that can still be written to a key's volume; undefined where it never fills up. */
export function freeBytesOf(disk: MemoryDisk, key: string): number | undefined {
  const place = placeOfKey(key);
  const { capacityBytes } = disk.volumes.get(place) ?? disk;
  return capacityBytes === undefined
    ? undefined
    : Math.max(0, capacityBytes - usedBytes(disk, place));
}

export function usedBytes(disk: MemoryDisk, place = STORE): number {
  let total = 0;
  const ofVolume = [...disk.files].filter(([key]) => placeOfKey(key) === place);
  for (const bytes of eachOnce(new Map(ofVolume))) total += bytes.byteLength;
  return total;
}

/**
 * Writes bytes at a position, as a file handle would.
 * @throws ModelError NO_SPACE, and DISK_IO for a file that has another name, having written nothing.
 */
export function writeAt(disk: MemoryDisk, path: string, chunk: { at: number; bytes: Uint8Array }) {
  disk.beforeOperation('write', path);
  const key = keyOf(disk, path);
  const old = disk.files.get(key) ?? new Uint8Array();
  if (nameCount(disk.files, old) > 1) {
    throw new ModelError('DISK_IO', { path, reason: 'it has another name too' });
  }
  const grown = new Uint8Array(Math.max(old.byteLength, chunk.at + chunk.bytes.byteLength));
  const neededBytes = grown.byteLength - old.byteLength;
  const freeBytes = freeBytesOf(disk, key) ?? Infinity;
  if (neededBytes > freeBytes) throw new ModelError('NO_SPACE', { neededBytes, freeBytes });
  grown.set(old);
  grown.set(chunk.bytes, chunk.at);
  disk.files.set(key, grown);
}

/** Cuts off the bytes beyond `sizeBytes`. */
export function truncate(disk: MemoryDisk, path: string, sizeBytes: number): void {
  const key = keyOf(disk, path);
  const bytes = disk.files.get(key);
  if (bytes && bytes.byteLength > sizeBytes) disk.files.set(key, bytes.slice(0, sizeBytes));
}
