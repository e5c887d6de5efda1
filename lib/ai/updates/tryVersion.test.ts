import { expect, it } from 'vitest';

import { createMemoryPlatform, createMemoryWorld } from '../../platform/memory/memoryPlatform';
import { ENDPOINT, MODEL } from '../../../tests/modelFixture';
import { abortError, ModelError } from '../../errors';
import type { LlmEngine } from '../../platform/types';
import { tryVersion } from './tryVersion';

const FILES = [
  { fileName: 'newer.gguf', role: 'weights', sizeBytes: 1, sha256: 'a', checkedAgainst: 'hub' },
] as const;

function begin(load: LlmEngine['load']) {
  const platform = createMemoryPlatform({ world: createMemoryWorld(), hubEndpoint: ENDPOINT });
  const engine: LlmEngine = {
    ...{ engineName: 'test', engineVersion: '1', honoursTopP: true },
    load,
  };
  const tools = { files: platform.files, engines: { 'llama.cpp': engine } };
  const trial = { config: MODEL, runtime: 'llama.cpp', files: FILES } as const;
  const attempt = () => tryVersion(tools, trial, new AbortController().signal);
  return { attempt, files: platform.files };
}

it('loads the version from where it waits, under its own file names', async () => {
  const paths: string[] = [];
  const { attempt } = begin((request) => {
    paths.push(request.ptePath);
    return Promise.reject(new ModelError('LOAD_FAILED', { path: 'x', reason: 'no such layer' }));
  });
  await expect(attempt()).rejects.toMatchObject({ code: 'LOAD_FAILED' });
  expect(paths).toEqual(['.update/tiny/newer.gguf']);
});

it('says nothing about a version where the engine isn’t here', async () => {
  const { attempt } = begin(() =>
    Promise.reject(new ModelError('UNSUPPORTED', { feature: 'engine', host: 'node' })),
  );
  await expect(attempt()).resolves.toBeUndefined();
});

it('refuses a version with which the app died twice, and forgives a person who interrupts', async () => {
  const interrupted = begin(() => Promise.reject(abortError()));
  for (let time = 0; time < 3; time += 1) {
    await expect(interrupted.attempt()).rejects.toMatchObject({ name: 'AbortError' });
  }
  const dying = begin(() => new Promise(() => undefined));
  void dying.attempt();
  void dying.attempt();
  await new Promise((resolve) => setImmediate(resolve));
  await dying.files.writeText('.update/tiny/trial.json', '{"version":1,"deaths":2}');
  await expect(dying.attempt()).rejects.toMatchObject({ code: 'LOAD_INTERRUPTED' });
});
