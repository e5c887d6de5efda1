/** A cache that Hugging Face’s own library made from a hub on this machine, taken in by `modelshelf import`. */
import { mkdtemp, readFile, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { ended, PROJECT_ROOT, startCommand } from '../../../tests/command';
import { speakingModels } from '../../../tests/hub/fixtures';
import { startHub, type Hub } from '../../../tests/hub/server';
import { preparePython, Unavailable } from '../executorch/python';

const CACHE = join(PROJECT_ROOT, '.cache', 'proof', 'hubCache');
const SCRIPTS = join(PROJECT_ROOT, 'scripts', 'proof', 'hubCache');

let hub: Hub;
let folder: string;
const { repos } = speakingModels();

beforeAll(async () => {
  hub = await startHub({ repos });
  folder = await mkdtemp(join(tmpdir(), 'modelshelf-hub-cache-'));
});
afterAll(async () => {
  await hub.close();
  await rm(folder, { recursive: true, force: true });
});

const repo = repos[0];
const [fileName = '', file] = Object.entries(repo?.files ?? {}).find(([, { lfs }]) => lfs) ?? [];

it('shares a file of the cache, keeps it when the cache is deleted, and leaves the cache alone', async (context) => {
  if (!repo || !file) throw new Error('the fixtures have a model');
  const settings = { HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: join(folder, 'hub') };
  // Python gets the environment as it is when it is prepared.
  Object.assign(process.env, settings, { HF_HUB_DISABLE_XET: '1' });
  const env = { ...process.env };
  const python = await preparePython(CACHE, join(SCRIPTS, 'requirements.lock')).catch(
    (error: unknown) => {
      if (!(error instanceof Unavailable)) throw error;
      return context.skip(`Hugging Face’s library can’t be had: ${error.message}`);
    },
  );
  const makeCache = () => python.run(join(SCRIPTS, 'makeCache.py'), [repo.name, fileName], folder);
  const { path, cached } = JSON.parse(await makeCache()) as { path: string; cached: string[] };
  expect(cached).toEqual([repo.name]);
  const sha256 = file.content.digest('sha256');
  expect(basename(await realpath(path))).toBe(sha256);

  const models = join(folder, 'models');
  const args = ['import', '--from', 'hf', '--all', '--dir', models, '--json'];
  const { code, out } = await ended(startCommand('modelshelf', args, { env }));
  expect(code, out).toBe(0);
  const events = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const imported = events.at(-1) ?? {};
  const url = `https://huggingface.co/${repo.name}/resolve/${repo.commit}/${fileName}`;
  expect(imported).toMatchObject({ event: 'imported', sha256, name: `${repo.name}/${fileName}` });
  expect(events.find(({ event }) => event === 'installed')).toMatchObject({ files: [{ url }] });
  expect(['cloned', 'linked']).toContain(imported['how']);

  // The library finds its own file as it was, and fetches nothing.
  hub.reset();
  expect(JSON.parse(await makeCache())).toEqual({ path, cached });
  const fetched = hub.log.filter(({ method, path: asked }) => {
    return method === 'GET' && asked.includes('/resolve/');
  });
  expect(fetched).toEqual([]);

  await rm(join(folder, 'hub'), { recursive: true });
  const stored = join(models, String(imported['folderName']), fileName);
  expect((await stat(stored)).size).toBe(file.content.sizeBytes);
  const check = ['--verify', '--dir', models, '--runtime', 'llama.cpp'];
  const verified = await ended(startCommand('downloadModels', check, { env }));
  expect(verified.code, verified.err).toBe(0);
  expect((await readFile(stored)).byteLength).toBe(file.content.sizeBytes);
});
