import { readFile, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../scripts/build/projectRoot';

/** `file.test.ts` “name of the test” */
const NAMED_TEST = /`([\w.]+\.test\.tsx?)`\s+“([^”]+)”/g;

async function testFiles(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const folder of ['lib', 'tests']) {
    const entries = await readdir(join(PROJECT_ROOT, folder), { recursive: true });
    for (const path of entries.filter((entry) => /\.test\.tsx?$/.test(entry))) {
      const known = files.get(basename(path)) ?? '';
      files.set(basename(path), known + (await readFile(join(PROJECT_ROOT, folder, path), 'utf8')));
    }
  }
  return files;
}

test('every test that docs/phones.md names is there', async () => {
  const document = await readFile(join(PROJECT_ROOT, 'docs', 'phones.md'), 'utf8');
  const named = [...document.matchAll(NAMED_TEST)].map(([, file = '', name = '']) => ({
    file,
    name,
  }));
  const files = await testFiles();
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter(({ file, name }) => files.get(file)?.includes(name) !== true)).toEqual([]);
});
