/** The other volumes of a `MemoryDisk`. */
import type { Places } from '../types';
import { freeBytesOf, prefixOf, type MemoryDisk } from './memoryDisk';

export function createMemoryPlaces(disk: MemoryDisk): Places {
  return {
    async list() {
      await Promise.resolve();
      return [...disk.volumes].map(([id, { isConnected }]) => {
        const freeBytes = isConnected ? freeBytesOf(disk, prefixOf(id)) : undefined;
        return { id, name: id, isConnected, freeBytes };
      });
    },
  };
}
