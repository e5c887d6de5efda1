/** Files of other programs over a `MemoryDisk`. A move is one step, as a rename on one volume is. */
import { ModelError } from '../../errors';
import { storeSegments } from '../shared/storePath';
import { freePlace, placeOfFolder } from '../shared/foreignPlace';
import type { ForeignFiles } from '../types';
import { keyOf, type DiskOperation, type MemoryDisk } from './memoryDisk';
import { fileAt } from './memoryFileStore';

export function createMemoryForeignFiles(disk: MemoryDisk): ForeignFiles {
  const { files, outside } = disk;
  const begin = async (operation: DiskOperation, path: string) => {
    await Promise.resolve();
    disk.beforeOperation(operation, path);
  };

  return {
    async find(folder) {
      const prefix = `${placeOfFolder(folder)}/`;
      await begin('list', prefix);
      return [...outside]
        .filter(([path]) => path.startsWith(prefix) && !path.slice(prefix.length).includes('/'))
        .map(([origin, { byteLength }]) => ({ origin, sizeBytes: byteLength }));
    },

    async moveIn(origin, path) {
      storeSegments(path);
      await begin('move', origin);
      const bytes = outside.get(origin);
      if (!bytes) throw new ModelError('DISK_IO', { path: origin, reason: 'no such file' });
      outside.delete(origin);
      files.set(keyOf(disk, path), bytes);
    },

    async moveOut(path, origin) {
      storeSegments(path);
      await begin('move', path);
      const bytes = fileAt(disk, path);
      const sizeAt = (place: string) => Promise.resolve(outside.get(place)?.byteLength);
      const place = await freePlace(origin, bytes.byteLength, sizeAt);
      files.delete(keyOf(disk, path));
      if (place !== undefined) outside.set(place, bytes);
    },
  };
}
