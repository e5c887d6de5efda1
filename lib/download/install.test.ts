import { describe, expect, it } from 'vitest';

import { MODEL, WEIGHTS, createTab, noise, sha256, stateOf } from '../../tests/modelFixture';
import { createMemoryWorld, type MemoryWorld } from '../platform/memory/memoryPlatform';
import type { DiskOperation } from '../platform/memory/memoryDisk';

const PART = '.staging/tiny/tiny.gguf.part';
const FINAL = 'tiny/tiny.gguf';
const OTHER = noise(WEIGHTS.byteLength, 'of somebody else');

/** Once, right before an operation, other bytes of the same number take a file's place. */
function replaceBefore({ disk }: MemoryWorld, at: [DiskOperation, string], path: string): void {
  let isDone = false;
  disk.beforeOperation = (...now) => {
    if (isDone || now.join() !== at.join()) return;
    isDone = true;
    disk.files.set(path, OTHER);
  };
}

describe.each([
  ['between being read back and being renamed', ['write', '.staging/tiny/model.json'], PART],
  ['before the manifest follows it', ['move', '.staging/tiny/model.json'], FINAL],
] as [string, [DiskOperation, string], string][])(
  'a file that another one replaces %s',
  (...row) => {
    const [, at, path] = row;

    it('is not installed, and the next try brings the right one', async () => {
      const world = createMemoryWorld();
      const { manager } = await createTab({ world });
      await manager.start();
      replaceBefore(world, at, path);
      const failing = manager.ensureModelPresent(MODEL);
      await expect(failing).rejects.toMatchObject({ code: 'STORAGE_BUSY' });
      expect(stateOf(manager).kind).toBe('failed');
      const records = [...world.disk.files.keys()].filter((name) => name.endsWith('/model.json'));
      expect(records).toEqual([]);
      await manager.ensureModelPresent(MODEL);
      expect(sha256(world.disk.files.get(FINAL) ?? OTHER)).toBe(sha256(WEIGHTS));
      expect(stateOf(manager).kind).toBe('installed');
    });
  },
);
