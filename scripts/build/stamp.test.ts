import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { inputStamp } from './stamp';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'stamp-'));
  await write('app/index.tsx', 'page');
  await write('lib/errors.ts', 'errors');
  await write('package.json', '{}');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true });
});

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}

test('stays the same while nothing that is built changes', async () => {
  const before = await inputStamp(root);
  await write('lib/errors.test.ts', 'a test');
  await write('lib/ai/ModelProvider.test.tsx', 'a test');
  await write('README.md', 'words');
  await write('public/engine/engine.wasm', 'copied from a package');
  await write('public/workers/files.js', 'bundled');
  await write('assets/models/llama/model.pte', 'downloaded');
  await write('app/index.tsx', 'page');
  expect(await inputStamp(root)).toBe(before);
});

test.each([
  'lib/errors.ts',
  'lib/new.ts',
  'public/robots.txt',
  'assets/icon.png',
  'pnpm-lock.yaml',
])('changes with %s', async (path) => {
  const before = await inputStamp(root);
  await write(path, 'something else');
  expect(await inputStamp(root)).not.toBe(before);
});

test('changes when a file gets another name or becomes a part of the one before', async () => {
  const before = await inputStamp(root);
  await rm(join(root, 'lib/errors.ts'));
  await write('lib/errors2.ts', 'errors');
  const renamed = await inputStamp(root);
  await rm(join(root, 'lib/errors2.ts'));
  await write('app/index.tsx', 'pagelib/errors.tserrors');
  expect(new Set([before, renamed, await inputStamp(root)]).size).toBe(3);
});

test('changes with a variable that the build copies into the app', async () => {
  const before = await inputStamp(root);
  vi.stubEnv('EXPO_PUBLIC_COLOUR', 'green');
  expect(await inputStamp(root)).not.toBe(before);
});
