import { expect, it } from 'vitest';

import { BLOCK_BYTES, indexText, madeVersion } from '../../../tests/deltaFixture';
import { createMemoryDisk } from '../../platform/memory/memoryDisk';
import { createMemoryFileRanges } from '../../platform/memory/memoryFileRanges';
import { compareIndexes } from './compareIndexes';
import { usefulCopies } from './copies';
import { parseIndex, type FileIndex } from './fileIndex';
import { findBlocks } from './findBlocks';

const OLD = madeVersion();

async function indexOf(bytes: Uint8Array, blockBytes = BLOCK_BYTES): Promise<FileIndex> {
  const index = parseIndex(await indexText(bytes, blockBytes), bytes.byteLength);
  if (!index) throw new Error('no index');
  return index;
}

/** What an update copies, found in the files themselves. */
async function copiesByFiles(index: FileIndex, files: Readonly<Record<string, Uint8Array>>) {
  const disk = createMemoryDisk();
  for (const [path, bytes] of Object.entries(files)) disk.files.set(path, bytes);
  const old = Object.entries(files).map(([path, { byteLength: sizeBytes }]) => ({
    path,
    sizeBytes,
  }));
  return findBlocks(createMemoryFileRanges(disk), { index, old }, new AbortController().signal);
}

it.each([
  ['another template', madeVersion({ template: 'second, and longer '.repeat(40) })],
  ['another tensor', madeVersion({ changed: { 3: 'trained again' } })],
  ['the last tensor and the template', madeVersion({ template: 'x', changed: { 5: 'again' } })],
  ['tensors of another length, as in another quantization', madeVersion({ floats: 39_000 })],
  ['more tensors', madeVersion({ tensors: 9 })],
  ['the same file', OLD],
  ['tensors that have changed places', madeVersion({ changed: { 0: 'tensor 4', 4: 'tensor 0' } })],
])('finds what the files themselves tell: %s', async (_, bytes) => {
  const index = await indexOf(bytes);
  const found = compareIndexes(index, [{ path: 'a', index: await indexOf(OLD) }]);
  expect(found).toEqual(await copiesByFiles(index, { a: OLD }));
});

it('finds blocks in several files', async () => {
  const second = madeVersion({ changed: { 1: 'other', 2: 'other', 3: 'other' } });
  const index = await indexOf(madeVersion({ changed: { 1: 'other' } }));
  const old = [
    { path: 'a', index: await indexOf(second) },
    { path: 'b', index: await indexOf(OLD) },
  ];
  const found = compareIndexes(index, old) ?? [];
  expect(found).toEqual(await copiesByFiles(index, { a: second, b: OLD }));
  const totalBytes = index.sizeBytes;
  const froms = usefulCopies(found, { landed: [], totalBytes }).map(({ from }) => from);
  expect(new Set(froms)).toEqual(new Set(['a', 'b']));
});

it('knows nothing by blocks of another length', async () => {
  const old = [{ path: 'a', index: await indexOf(OLD, 2 * BLOCK_BYTES) }];
  expect(compareIndexes(await indexOf(OLD), old)).toBeUndefined();
});
