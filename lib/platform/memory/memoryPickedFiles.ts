/** Files that a person chose, over the files outside of a `MemoryDisk`. */
import { createSHA256 } from 'hash-wasm';

import { abortError, ModelError } from '../../errors';
import { storeSegments } from '../shared/storePath';
import type { GivenFile, PickedFiles } from '../types';
import { keyOf, writeAt, type MemoryDisk } from './memoryDisk';

const CHUNK_BYTES = 64 * 1024;

/** `given` is a path among the outside files. Nothing is ever shared: a disk of objects has no clones. */
export function createMemoryPickedFiles(disk: MemoryDisk): PickedFiles {
  const pathOf = (given: GivenFile) => (typeof given === 'string' ? given : given.name);
  const pickedFiles: PickedFiles = {
    async openBeside(given, name) {
      const path = pathOf(given);
      const beside = path.slice(0, path.lastIndexOf('/') + 1) + name;
      return disk.outside.has(beside) ? pickedFiles.open(beside) : undefined;
    },
    async open(given) {
      await Promise.resolve();
      const path = pathOf(given);
      const bytes = disk.outside.get(path);
      if (!bytes) throw new ModelError('DISK_IO', { path, reason: 'no such file' });
      const name = path.slice(path.lastIndexOf('/') + 1);
      const requireSame = () => {
        if (disk.outside.get(path) === bytes) return;
        throw new ModelError('IMPORT_REFUSED', { fileName: name, problem: 'changed', reason: '' });
      };
      return {
        name,
        sizeBytes: bytes.byteLength,
        async read(startBytes, lengthBytes) {
          await Promise.resolve();
          requireSame();
          return bytes.slice(startBytes, startBytes + lengthBytes);
        },
        async bringTo({ path: to, onProgress }, signal) {
          storeSegments(to);
          const hasher = await createSHA256();
          hasher.init();
          try {
            for (let at = 0; at < bytes.byteLength; at += CHUNK_BYTES) {
              await Promise.resolve();
              if (signal.aborted) throw abortError();
              requireSame();
              const chunk = bytes.subarray(at, at + CHUNK_BYTES);
              writeAt(disk, to, { at, bytes: chunk });
              hasher.update(chunk);
              onProgress(at + chunk.byteLength);
            }
          } catch (error) {
            disk.files.delete(keyOf(disk, to));
            throw error;
          }
          return { how: 'copied', sha256: hasher.digest('hex') };
        },
      };
    },
  };
  return pickedFiles;
}
