import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';

import { speakingModels } from '../../tests/hub/fixtures';
import { startHub, type Hub } from '../../tests/hub/server';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MODEL_ID = 'local-small';
const speakers = speakingModels();

let hub: Hub;
let folder: string;
let models: string;
beforeAll(async () => {
  hub = await startHub({ repos: speakers.repos });
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelshelf-unlisted-'));
  models = join(folder, 'models');
});
afterEach(() => rm(folder, { recursive: true }));
afterAll(() => hub.close());

async function run(...args: string[]) {
  const program = join(ROOT, 'scripts/downloadModels.ts');
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', program, '--dir', models, '--runtime', 'llama.cpp', ...args],
    { cwd: ROOT, env: { ...process.env, HF_ENDPOINT: hub.endpoint } },
  );
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: Buffer) => (text += data.toString()));
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, text };
}

it('lists, verifies and removes a model whose catalog is gone', async () => {
  const catalog = join(folder, 'catalog.json');
  await writeFile(catalog, JSON.stringify(speakers.catalog(hub.endpoint)));
  expect(await run('--catalog', catalog, '--model', MODEL_ID)).toMatchObject({ code: 0 });

  const line = new RegExp(`^${MODEL_ID} +installed, .* no longer in a catalog$`, 'm');
  expect((await run('--list')).text).toMatch(line);
  expect(await run('--verify')).toMatchObject({ code: 0 });
  const removed = await run('--remove', MODEL_ID);
  expect(removed.code).toBe(0);
  expect(removed.text).toMatch(/removed, .* freed/);
  expect(await readdir(models, { recursive: true })).not.toContain(MODEL_ID);
  expect((await run('--list')).text).not.toContain(MODEL_ID);
});
