import { createShelf, createUnkeptSettings, ModelError, type LlmModelConfig } from 'modelshelf';
import { createMemoryPlatform, createMemoryWorld, script } from 'modelshelf/testing';
import { expect, it } from 'vitest';

import { myModel, WEIGHTS, WEIGHTS_URL } from './myModel';

async function openShelf(model: LlmModelConfig) {
  const world = createMemoryWorld();
  world.web.files.set(WEIGHTS_URL, WEIGHTS);
  const platform = createMemoryPlatform({ world });
  const shelf = await createShelf({ platform, models: [model], settings: createUnkeptSettings() });
  return { shelf, world };
}

it('installs without network and disk', async () => {
  const { shelf } = await openShelf(myModel);
  const { weights } = await shelf.ensure(myModel.modelId);
  expect(weights.relativePath).toBe('my-model/weights.gguf');
});

it('reports a certificate that is not trusted, and installs nothing', async () => {
  const { shelf, world } = await openShelf(myModel);
  const error = new ModelError('NET_TLS', { host: 'models.example' });
  script(world.web, WEIGHTS_URL, { kind: 'fail', error });

  await expect(shelf.ensure(myModel.modelId)).rejects.toMatchObject({ code: 'NET_TLS' });
  expect(shelf.list()[0]?.state.kind).toBe('failed');
});
