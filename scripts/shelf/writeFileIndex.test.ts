import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { BLOCK_BYTES, parseIndex } from '../../lib/download/delta/fileIndex';
import { indexText, madeVersion } from '../../tests/deltaFixture';
import { writeFileIndex } from './writeFileIndex';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelshelf-index-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

describe('the index of a file', () => {
  it('is what a device understands, with the sizes and digests that a catalog states', async () => {
    const bytes = madeVersion({ floats: 400_000 });
    const path = join(folder, 'model.gguf');
    await writeFile(path, bytes);
    const written = await writeFileIndex(path, `${path}.index.json`);
    const text = await readFile(`${path}.index.json`, 'utf8');
    expect(written).toEqual({
      index: { sizeBytes: Buffer.byteLength(text), sha256: sha256(text) },
      file: { sizeBytes: bytes.byteLength, sha256: sha256(bytes) },
    });
    expect(text).toBe(await indexText(bytes, BLOCK_BYTES));
    expect(parseIndex(text, bytes.byteLength)).toBeDefined();
    expect((await readdir(folder)).sort()).toEqual(['model.gguf', 'model.gguf.index.json']);
  });

  it('is one of blocks alone for a file of another format', async () => {
    const path = join(folder, 'tokenizer.json');
    await writeFile(path, '{}');
    const { index } = await writeFileIndex(path, `${path}.index.json`);
    expect(index.sizeBytes).toBeLessThan(200);
  });

  it('is refused for an empty file, and nothing is left', async () => {
    const path = join(folder, 'empty.gguf');
    await writeFile(path, '');
    await expect(writeFileIndex(path, `${path}.index.json`)).rejects.toThrow(RangeError);
    expect(await readdir(folder)).toEqual(['empty.gguf']);
  });
});
