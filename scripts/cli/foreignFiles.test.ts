import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { writeGguf } from '../demoModel/gguf';
import { describeSpeakingModel } from '../demoModel/speakingModel';
import { commandScene, speakers } from '../../tests/commandScene';
import { bytesContent } from '../../tests/hub/content';
import { commitFor, type HubRepo } from '../../tests/hub/repos';

const SIZE = 24_000_000;

function repoOf(name: string, start: Uint8Array): HubRepo {
  const bytes = new Uint8Array(SIZE);
  bytes.set(start);
  const files = { 'weights.gguf': { content: bytesContent(bytes), lfs: true } };
  return { name: `me/${name}`, commit: commitFor(name), files };
}

const demo = describeSpeakingModel({ sentence: 'Hello!' });
const splitInThree = new Map(demo.metadata).set('split.count', { type: 'uint32', value: 3 });
const scene = commandScene({
  repos: [
    repoOf('checkpoint', new TextEncoder().encode('PK\u0003\u0004')),
    repoOf('part', writeGguf({ ...demo, metadata: splitInThree })),
  ],
});

it.each([
  ['a checkpoint of PyTorch', 'checkpoint', 'it is a ZIP archive'],
  ['a part of a split model', 'part', 'split into several files'],
])('refuses %s that has a model’s name by its beginning, and says why', async (_, name, reason) => {
  const { hub, folder } = scene;
  // The rest never arrives: who waits for it can't end with this reason.
  hub.faults.push({ match: /weights/, fault: { stallAfter: 1_000_000 } });
  const [model] = speakers.catalog(hub.endpoint).models;
  const url = `${hub.endpoint}/me/${name}/resolve/main/weights.gguf`;
  const entry = { ...model, ggufSource: { kind: 'remote', url } };
  const catalog = join(folder, 'foreign.json');
  await writeFile(catalog, JSON.stringify({ version: 1, models: [entry] }));
  const args = ['--runtime', 'llama.cpp', '--catalog', catalog, '--model', 'local-small'];
  const { code, err } = await scene.run(args);
  expect(code).toBe(1);
  expect(err).toContain('Not available here');
  expect(err).toContain(reason);
});
