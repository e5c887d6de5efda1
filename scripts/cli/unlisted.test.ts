import { readdir } from 'node:fs/promises';

import { expect, it } from 'vitest';

import { commandScene } from '../../tests/commandScene';

const MODEL_ID = 'local-small';
const scene = commandScene();

it('lists, verifies and removes a model whose catalog is gone', async () => {
  const run = (...args: string[]) => scene.run(['--runtime', 'llama.cpp', ...args]);
  expect(await scene.run(scene.llama('--model', MODEL_ID))).toMatchObject({ code: 0 });

  const line = new RegExp(`^${MODEL_ID} +installed, .* no longer in a catalog$`, 'm');
  expect((await run('--list')).out).toMatch(line);
  expect(await run('--verify')).toMatchObject({ code: 0 });
  const removed = await run('--remove', MODEL_ID);
  expect(removed.code).toBe(0);
  expect(removed.out).toMatch(/removed, .* freed/);
  expect(await readdir(scene.folder, { recursive: true })).not.toContain(MODEL_ID);
  expect((await run('--list')).out).not.toContain(MODEL_ID);
});
