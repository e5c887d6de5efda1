/** Stores equal files once on a `MemoryDisk`, where both are on one volume. */
import { ModelError } from '../../errors';
import { storeSegments } from '../shared/storePath';
import type { Host } from '../types';
import { keyOf, placeOfKey, type MemoryDisk } from './memoryDisk';
import { link } from './memoryLinks';

/** Implements `shareFile` of the Host port. */
export function createMemorySharing(disk: MemoryDisk): Required<Host>['shareFile'] {
  return async (from, to) => {
    storeSegments(from);
    storeSegments(to);
    await Promise.resolve();
    const [source, target] = [keyOf(disk, from), keyOf(disk, to)];
    if (!disk.files.has(source) || !disk.files.has(target)) {
      throw new ModelError('DISK_IO', { path: to, reason: 'no such file' });
    }
    if (placeOfKey(source) !== placeOfKey(target)) return false;
    link(disk.files, source, target);
    return true;
  };
}
