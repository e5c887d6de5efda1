import { describe, expect, it } from 'vitest';

import { createManualClock } from '../../platform/memory/manualClock';
import { closedShelf, type DeviceOffer } from './closedShelf';
import type { ModelFailure } from '../../errors';
import { ALL_MODELS } from '../modelConfig';

const REFUSED: ModelFailure = {
  code: 'UNSUPPORTED',
  details: { feature: 'private-storage', host: 'web' },
};
const HUB = 'https://hub.example';

const FILE = `https://huggingface.co/me/model/resolve/${'a'.repeat(40)}/model.gguf`;
const entry = {
  ...{ modelId: 'mine', displayName: 'Mine', description: 'A model.', size: '1B' },
  ...{ folderName: 'mine', huggingFaceUrl: 'https://huggingface.co/me/model', license: 'MIT' },
  builds: [
    {
      ...{ runtime: 'llama.cpp', quantization: 'Q4_K_M', contextTokens: 4096 },
      kvBytesPerToken: 1024,
      files: [{ role: 'weights', fileName: 'model.gguf', source: { kind: 'remote', url: FILE } }],
    },
  ],
};

function offer(environment: Partial<DeviceOffer['environment']> = {}) {
  return (): Promise<DeviceOffer> =>
    Promise.resolve({
      environment: { hubEndpoint: HUB, catalogText: undefined, ...environment },
      runtimes: ['llama.cpp'],
      clock: createManualClock(),
    });
}

const idsOf = (models: Awaited<ReturnType<typeof closedShelf>>) =>
  models.map(({ config }) => config.modelId);

describe('the shelf where the app can’t start', () => {
  it('lists the registry, each model with the build that would be installed here', async () => {
    const models = await closedShelf(offer(), REFUSED);
    expect(idsOf(models)).toEqual(ALL_MODELS.map(({ modelId }) => modelId));
    expect(new Set(models.map(({ choice }) => choice.runtime))).toEqual(new Set(['llama.cpp']));
  });

  it('lists the models of the catalog, too', async () => {
    const catalogText = JSON.stringify({ version: 2, models: [entry] });
    const models = await closedShelf(offer({ catalogText }), REFUSED);
    expect(idsOf(models)).toEqual([...ALL_MODELS.map(({ modelId }) => modelId), 'mine']);
  });

  it('leaves out a catalog that nobody trusted has signed', async () => {
    const catalogText = JSON.stringify({ version: 2, models: [entry] });
    const catalogTrust = { rootText: '{}', allowsUnsigned: false };
    const models = await closedShelf(offer({ catalogText, catalogTrust }), REFUSED);
    expect(idsOf(models)).toEqual(ALL_MODELS.map(({ modelId }) => modelId));
  });

  it.each<ModelFailure>([
    { code: 'DB_TOO_NEW', details: { foundVersion: 9, knownVersion: 8 } },
    { code: 'DB_FAILED', details: { reason: 'disk I/O error' } },
    { code: 'INTERNAL', details: { reason: 'config.json: it is not JSON' } },
  ])('is empty after $code, because models may be here', async (failure) => {
    expect(await closedShelf(offer(), failure)).toEqual([]);
  });

  it('is empty where even the settings can’t be read', async () => {
    expect(await closedShelf(() => Promise.reject(new Error('no')), REFUSED)).toEqual([]);
  });
});
