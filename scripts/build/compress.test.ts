import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { compressFiles } from './compress';

const TEXT = 'the same words again and again, '.repeat(100);

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'compress-'));
  await mkdir(join(folder, 'static'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

test('puts a smaller twin beside a file at any depth and leaves the file as it is', async () => {
  await writeFile(join(folder, 'static', 'entry.js'), TEXT);
  await compressFiles(folder);
  const twin = await readFile(join(folder, 'static', 'entry.js.br'));
  expect(twin.length).toBeLessThan(TEXT.length);
  expect(brotliDecompressSync(twin).toString()).toBe(TEXT);
  expect(await readFile(join(folder, 'static', 'entry.js'), 'utf8')).toBe(TEXT);
});

test('leaves alone what is small, what does not shrink, and what is not text or code', async () => {
  await writeFile(join(folder, 'small.js'), TEXT.slice(0, 1000));
  await writeFile(join(folder, 'noise.wasm'), randomBytes(4096));
  await writeFile(join(folder, 'model.gguf'), TEXT);
  await writeFile(join(folder, 'icon.png'), TEXT);
  await compressFiles(folder);
  expect((await readdir(folder)).filter((name) => name.endsWith('.br'))).toEqual([]);
});
