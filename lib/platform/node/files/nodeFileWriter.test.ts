import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { createFileWriters } from './nodeFileWriter';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'modelshelf-writers-'));
});

afterEach(() => rm(root, { recursive: true, force: true }));

const place = { path: 'a/b.part', neededBytes: 4 };

test('several write into one file at once, and one that ends leaves it open for the others', async () => {
  const writers = createFileWriters(root);
  const [first, second] = await Promise.all([
    writers.open({ ...place, offsetBytes: 0 }),
    writers.open({ ...place, offsetBytes: 4 }),
  ]);
  second.write(Buffer.from('four'));
  await second.close();
  first.write(Buffer.from('zero'));
  await first.close();
  expect(await readFile(join(root, place.path), 'utf8')).toBe('zerofour');
});

test('a file that came in the place of one that nobody writes to any more is the one written to', async () => {
  const writers = createFileWriters(root);
  await (await writers.open({ ...place, offsetBytes: 0 })).close();
  await rm(join(root, place.path));
  const writer = await writers.open({ ...place, offsetBytes: 0 });
  writer.write(Buffer.from('new'));
  await writer.close();
  expect(await readFile(join(root, place.path), 'utf8')).toBe('new');
});

test('a file that could not be opened is tried again by whoever comes next', async () => {
  const writers = createFileWriters(root);
  await writeFile(join(root, 'a'), 'a file in the place of the folder');
  const failing = [0, 4].map((offsetBytes) => writers.open({ ...place, offsetBytes }));
  for (const outcome of await Promise.allSettled(failing)) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'DISK_IO' } });
  }
  await rm(join(root, 'a'));
  await mkdir(join(root, 'a'));
  const writer = await writers.open({ ...place, offsetBytes: 0 });
  writer.write(Buffer.from('here'));
  await writer.close();
  expect(await readFile(join(root, place.path), 'utf8')).toBe('here');
});
