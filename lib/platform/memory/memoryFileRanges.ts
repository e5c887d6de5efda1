/** Parts of files of a `MemoryDisk`. */
import { createSHA256 } from 'hash-wasm';

import { ModelError } from '../../errors';
import { storeSegments } from '../shared/storePath';
import type { FileRanges, StoredRange } from '../types';
import { writeAt, type MemoryDisk } from './memoryDisk';
import { fileAt } from './memoryFileStore';

export function createMemoryFileRanges(disk: MemoryDisk): FileRanges {
  const take = (path: string, { startBytes, endBytes }: StoredRange) => {
    disk.beforeOperation('digest', path);
    const bytes = fileAt(disk, path);
    if (endBytes > bytes.byteLength) {
      throw new ModelError('DISK_IO', { path, reason: 'shorter than it was' });
    }
    return bytes.subarray(startBytes, endBytes);
  };

  return {
    async read(path, { startBytes, endBytes }) {
      await Promise.resolve();
      disk.beforeOperation('digest', path);
      return fileAt(disk, path).slice(startBytes, endBytes);
    },

    async digests(path, ranges) {
      storeSegments(path);
      const hasher = await createSHA256();
      return ranges.map((range) => hasher.init().update(take(path, range)).digest('hex'));
    },

    async copy(from, to, ranges) {
      storeSegments(from);
      storeSegments(to);
      await Promise.resolve();
      for (const range of ranges) {
        writeAt(disk, to, { at: range.toBytes, bytes: take(from, range) });
      }
    },
  };
}
