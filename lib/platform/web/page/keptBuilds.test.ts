import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { forgetOlderBuilds, noteBuild } from './keptBuilds';

const FOLDER = 'https://host.example/app/';

/** As much of a browser's cache as these functions use. */
function createCache(): Cache {
  const entries = new Map<string, Response>();
  return {
    put: async (url: string, answer: Response) => void entries.set(url, answer),
    match: async (url: string) => entries.get(url)?.clone(),
    delete: async (url: string) => entries.delete(url),
    keys: async () => [...entries.keys()].map((url) => ({ url })),
  } as unknown as Cache;
}

const files = async (cache: Cache) =>
  (await cache.keys()).map(({ url }) => url).filter((url) => !url.includes('.builds'));

let cache: Cache;
beforeEach(() => {
  vi.useFakeTimers();
  cache = createCache();
});
afterEach(() => {
  vi.useRealTimers();
});

async function activate(id: string, names: readonly string[]): Promise<void> {
  vi.advanceTimersByTime(1_000);
  const addresses = names.map((name) => FOLDER + name);
  for (const address of addresses) await cache.put(address, new Response(id));
  await noteBuild(cache, { folder: FOLDER, id, addresses });
  await forgetOlderBuilds(cache, FOLDER);
}

test('the files of the build before the newest one are kept, those of the one before that are not', async () => {
  await activate('one', ['same.js', 'one.js']);
  await activate('two', ['same.js', 'two.js']);
  expect(await files(cache)).toEqual(['same.js', 'one.js', 'two.js'].map((name) => FOLDER + name));
  await activate('three', ['same.js', 'three.js']);
  expect(await files(cache)).toEqual(
    ['same.js', 'two.js', 'three.js'].map((name) => FOLDER + name),
  );
});

test('a build that comes back is the newest again', async () => {
  await activate('one', ['one.js']);
  await activate('two', ['two.js']);
  await activate('one', ['one.js']);
  await activate('three', ['three.js']);
  expect((await files(cache)).sort()).toEqual(['one.js', 'three.js'].map((name) => FOLDER + name));
});
