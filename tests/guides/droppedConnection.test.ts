import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createShelf, createUnkeptSettings, parseCatalog } from 'modelshelf';
import { createNodePlatform } from 'modelshelf/node';
import { commitFor, noiseContent, startHub } from 'modelshelf/testing';
import { expect, it } from 'vitest';

it('continues a download whose connection drops in the middle', async () => {
  const content = noiseContent('weights', 300_000);
  const commit = commitFor('me/model');
  const files = { 'weights.gguf': { lfs: true, content } };
  const hub = await startHub({ repos: [{ name: 'me/model', commit, files }] });
  const modelsFolder = await mkdtemp(join(tmpdir(), 'models-'));

  const url = `${hub.endpoint}/me/model/resolve/${commit}/weights.gguf`;
  const weights = { role: 'weights', fileName: 'weights.gguf', source: { kind: 'remote', url } };
  const build = { runtime: 'llama.cpp', quantization: 'Q8_0', files: [weights] };
  const entry = {
    modelId: 'my-model',
    displayName: 'My model',
    description: 'For tests.',
    size: '1B',
    folderName: 'my-model',
    huggingFaceUrl: `${hub.endpoint}/me/model`,
    license: 'MIT',
    builds: [build],
  };
  const { models } = parseCatalog(JSON.stringify({ version: 2, models: [entry] }), hub.endpoint);
  const shelf = await createShelf({
    platform: createNodePlatform({ modelsFolder, hubEndpoint: hub.endpoint }),
    models,
    settings: createUnkeptSettings(),
  });
  try {
    hub.faults.push({ times: 1, fault: { cutAfter: 100_000 } });
    const { files: installed } = await shelf.ensure('my-model');
    expect(installed).toHaveLength(1);
    const answers = hub.log.filter(({ file }) => file === 'me/model/weights.gguf');
    expect(answers.map(({ state }) => state)).toContain('cut');
    // The bytes from before the cut weren't sent again.
    const sentBytes = answers.reduce((sum, { bodyBytesSent }) => sum + bodyBytesSent, 0);
    expect(sentBytes).toBeLessThan(content.sizeBytes + 100_000);
    await shelf.verify('my-model');
  } finally {
    await shelf.close();
    await hub.close();
    await rm(modelsFolder, { recursive: true });
  }
});
