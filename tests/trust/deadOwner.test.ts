/** The place of a newer version whose owner was killed. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import { expect, it } from 'vitest';

import { updateLock } from '../../lib/ai/registry/buildPlaces';
import { ownersFolder } from '../../lib/platform/shared/storePath';
import { createDiskScene } from './diskScene';

const scene = createDiskScene();

it('is left at the next start, and its work waits for the next owner', async () => {
  const model = scene.config('tiny');
  const lock = updateLock(model, 'llama.cpp');
  const lease = scene.at(`${ownersFolder(lock.folder)}/lease`);
  const { manager, platform } = await scene.start({ models: [model] });
  await manager.ensureModelPresent(model);
  let record = '';
  await platform.peers.withFolder(lock, async () => {
    record = await readFile(lease, 'utf8');
  });
  expect(existsSync(lease)).toBe(false);
  const { owner } = JSON.parse(record) as { owner: string };
  const work = scene.at(`${ownersFolder(lock.folder)}/${owner}/weights.gguf.part`);
  await mkdir(dirname(work), { recursive: true });
  await writeFile(work, 'half');
  await writeFile(lease, record);
  await scene.start({ models: [model] });
  expect(existsSync(lease)).toBe(false);
  expect(await readFile(scene.at(`${lock.folder}/weights.gguf.part`), 'utf8')).toBe('half');
});
