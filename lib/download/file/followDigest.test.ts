import { expect, it } from 'vitest';

import { noise, sha256 } from '../../../tests/modelFixture';
import { ModelError } from '../../errors';
import { createMemoryDigester } from '../../platform/memory/memoryDigester';
import { createMemoryDisk } from '../../platform/memory/memoryDisk';
import { createByteRanges } from '../journal/byteRanges';
import { followDigest } from './followDigest';

const BLOCK = 1024;
const BYTES = noise(20 * BLOCK + 7, 'followed');
const { signal } = new AbortController();
const expectedDigest = (block: number) =>
  sha256(BYTES.subarray(0, Math.min(BYTES.length, (block + 1) * BLOCK)));

/** A file that is all there, of which this many bytes are known to have landed. */
function follow(landedBytes: number, digests: (string | undefined)[] = []) {
  const disk = createMemoryDisk();
  disk.files.set('file', BYTES.slice());
  const landed = createByteRanges([{ startBytes: 0, endBytes: landedBytes }]);
  const journal = {
    landed,
    digests,
    noteDigest: (block: number, hex: string) => (digests[block] = hex),
    forget: landed.remove,
  };
  const digester = createMemoryDigester(disk);
  const asked: (readonly number[])[] = [];
  const follower = followDigest(
    {
      ...digester,
      async open(request) {
        const digest = await digester.open(request);
        const readTo = (ends: readonly number[]) => {
          asked.push(ends);
          return digest.readTo(ends);
        };
        return { ...digest, readTo };
      },
    },
    { path: 'file', journal, blockBytes: BLOCK, onVerified: () => undefined },
  );
  return { follower, disk, journal, asked };
}

it('asks for several blocks at once, and notes the digest at the end of each', async () => {
  const { follower, journal, asked } = follow(BYTES.length);
  expect(await follower.finish(BYTES.length, signal)).toBe(sha256(BYTES));
  expect(asked.map((ends) => ends.length)).toEqual([8, 8, 5]);
  expect(journal.digests).toEqual(journal.digests.map((_, block) => expectedDigest(block)));
});

it('asks for each block alone that may not be the one that is remembered, and takes it out', async () => {
  const known = [0, 1, 2, 3].map(expectedDigest);
  const { follower, disk, journal, asked } = follow(BYTES.length, known);
  disk.files.get('file')?.fill(0, 3 * BLOCK, 3 * BLOCK + 10);
  expect(await follower.finish(BYTES.length, signal)).toBeUndefined();
  expect(asked.map((ends) => ends.length)).toEqual([1, 1, 1, 1]);
  expect(journal.landed.list()).toEqual([
    { startBytes: 0, endBytes: 3 * BLOCK },
    { startBytes: 4 * BLOCK, endBytes: BYTES.length },
  ]);
  // It came again.
  disk.files.set('file', BYTES);
  journal.landed.add({ startBytes: 0, endBytes: BYTES.length });
  expect(await follower.finish(BYTES.length, signal)).toBe(sha256(BYTES));
});

it('stops reading when it is closed, however much has landed', async () => {
  const { follower, asked } = follow(BYTES.length);
  follower.advance();
  await follower.close();
  expect(asked.length).toBeLessThanOrEqual(1);
});

it('begins again after a reading that failed in the middle', async () => {
  const { follower, disk } = follow(BYTES.length);
  let readings = 0;
  disk.beforeOperation = (_, path) => {
    readings += 1;
    if (readings === 3) throw new ModelError('DISK_IO', { path, reason: 'once' });
  };
  follower.advance();
  expect(await follower.finish(BYTES.length, signal)).toBe(sha256(BYTES));
});

it('tells of a reading that fails again', async () => {
  const { follower, disk } = follow(BYTES.length);
  disk.beforeOperation = (_, path) => {
    throw new ModelError('DISK_IO', { path, reason: 'always' });
  };
  follower.advance();
  await expect(follower.finish(BYTES.length, signal)).rejects.toMatchObject({ code: 'DISK_IO' });
});
