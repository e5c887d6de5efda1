import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

import { expect, it } from 'vitest';

import { DISABLED_FEATURES } from './browser';

it('switches off all that Playwright does, whose list ours replaces', async () => {
  const bundle = createRequire(import.meta.url).resolve('playwright-core/lib/coreBundle');
  const [, list = ''] =
    /disabledFeatures = \[([^\]]+)\]\.filter/.exec(await readFile(bundle, 'utf8')) ?? [];
  const names = [...list.matchAll(/^\s*"(\w+)"/gm)].map(([, name]) => name);
  expect(names).not.toEqual([]);
  expect(DISABLED_FEATURES).toEqual(expect.arrayContaining(names));
});
