/** Reads files of a `MemoryDisk` back. */
import { createSHA1, createSHA256 } from 'hash-wasm';

import { ModelError } from '../../errors';
import { storeSegments } from '../shared/storePath';
import type { Digester } from '../types';
import type { MemoryDisk } from './memoryDisk';
import { fileAt } from './memoryFileStore';

export function createMemoryDigester(disk: MemoryDisk): Digester {
  return {
    async readBytes({ path, startBytes, lengthBytes }) {
      await Promise.resolve();
      disk.beforeOperation('digest', path);
      return fileAt(disk, path).slice(startBytes, startBytes + lengthBytes);
    },
    async open({ path, algorithm }) {
      storeSegments(path);
      const hasher = await (algorithm === 'sha256' ? createSHA256() : createSHA1());
      hasher.init();
      const { byteLength } = fileAt(disk, path);
      if (algorithm === 'git-sha1') hasher.update(`blob ${String(byteLength)}\0`);
      let now = { positionBytes: 0, state: hasher.save() };
      let before = now;
      return {
        async readTo(ends) {
          await Promise.resolve();
          return ends.map((endBytes) => {
            disk.beforeOperation('digest', path);
            const bytes = fileAt(disk, path);
            if (endBytes > bytes.byteLength) {
              throw new ModelError('DISK_IO', { path, reason: 'shorter than it was' });
            }
            before = now;
            hasher.load(now.state);
            hasher.update(bytes.subarray(now.positionBytes, endBytes));
            now = { positionBytes: endBytes, state: hasher.save() };
            return hasher.digest('hex');
          });
        },
        stepBack() {
          now = before;
          return Promise.resolve();
        },
        close: () => Promise.resolve(),
      };
    },
  };
}
