import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
const IMPORT = /import \{([^}]+)\} from 'expo-router';/g;
/** Not on pages: see `pageParts.cjs`. */
const OF_PHONES = 'lib/components/app/ScreenStack.tsx';

async function sources(folder: string): Promise<string[]> {
  const names = await readdir(join(ROOT, folder), { recursive: true });
  return names
    .filter((name) => /(?<!\.test)\.tsx?$/.test(name))
    .map((name) => join(ROOT, folder, name))
    .filter((path) => !path.endsWith(OF_PHONES));
}

test('the router of pages has every part of Expo Router that the app uses', async () => {
  const paths = [...(await sources('lib')), ...(await sources('app'))];
  const texts = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
  const used = texts.flatMap((text) =>
    [...text.matchAll(IMPORT)].flatMap(([, names = '']) => names.split(',').map((it) => it.trim())),
  );
  const router = await readFile(join(import.meta.dirname, 'pageRouter.tsx'), 'utf8');
  const parts = [...router.matchAll(/^export (?:const|function) (\w+)/gm)].map(([, name]) => name);
  expect(used).toContain('Link');
  expect(parts).toEqual(expect.arrayContaining(used));
});
