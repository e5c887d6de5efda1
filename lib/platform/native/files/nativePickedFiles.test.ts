/** A person’s files on a phone, over real files. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeEach, expect, it } from 'vitest';

import { expectAbort, expectCode } from '../../../../tests/conformance/expectFailure';
import { noise } from '../../../../tests/modelFixture';
import { findModelFiles } from '../../../../tests/native/fakes/modelFiles';
import { phone } from '../../../../tests/native/fakes/phone';
import { createNativePickedFiles } from './nativePickedFiles';
import { uriOf } from './nativePaths';

beforeEach(() => {
  phone.reset();
});
afterAll(() => {
  phone.dispose();
});

const BYTES = noise(300_000, 'phone');
const PLACE = '.importing/arriving';
const stored = () => join(phone.documents(), 'models', PLACE);

async function open(fileName = 'two words 100%.gguf') {
  const modelFiles = findModelFiles();
  if (!modelFiles) throw new Error('the module is linked here');
  const folder = join(phone.documents(), 'Inbox');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, fileName);
  writeFileSync(path, BYTES);
  const pickedFiles = createNativePickedFiles(modelFiles);
  return { path, pickedFiles, file: await pickedFiles.open(uriOf(path)) };
}

function bring(
  file: Awaited<ReturnType<typeof open>>['file'],
  signal = new AbortController().signal,
) {
  const seen: number[] = [];
  const onProgress = (bytes: number) => seen.push(bytes);
  const done = file.bringTo({ path: PLACE, mayShare: false, onProgress }, signal);
  return { seen, done };
}

it('is opened by its URI or its path, read in its middle and at its end, and copied by the system', async () => {
  const { file, path, pickedFiles } = await open();
  expect(file).toMatchObject({ name: 'two words 100%.gguf', sizeBytes: BYTES.byteLength });
  expect((await pickedFiles.open(path)).name).toBe(file.name);
  expect([...(await file.read(7, 20))]).toEqual([...BYTES.subarray(7, 27)]);
  expect([...(await file.read(BYTES.byteLength - 3, 64))]).toEqual([...BYTES.subarray(-3)]);
  const { done, seen } = bring(file);
  expect(await done).toEqual({ how: 'copied', sha256: undefined });
  expect(seen).toEqual([BYTES.byteLength]);
  expect(Buffer.compare(readFileSync(stored()), BYTES)).toBe(0);
});

it('leaves nothing when the import is called off, the file became shorter, or the disk is full', async () => {
  const { file, path, pickedFiles } = await open();
  const controller = new AbortController();
  const { done } = bring(file, controller.signal);
  controller.abort();
  await expectAbort(done);
  phone.freeBytes = 1000;
  await expectCode(bring(file).done, 'NO_SPACE');
  phone.freeBytes = undefined;
  writeFileSync(path, BYTES.subarray(0, 100));
  await expectCode(bring(file).done, 'IMPORT_REFUSED');
  expect(() => readFileSync(stored())).toThrow('ENOENT');
  await expectCode(pickedFiles.open('file:///nowhere.gguf'), 'DISK_IO');
});
