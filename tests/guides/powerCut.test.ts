import { createShelf, createUnkeptSettings } from 'modelshelf';
import {
  afterPowerCut,
  createDevice,
  createMemoryPlatform,
  createRandom,
  live,
  type Device,
} from 'modelshelf/testing';
import { expect, it } from 'vitest';

import { myModel, WEIGHTS, WEIGHTS_URL } from './myModel';

const options = {
  database: createMemoryPlatform().database,
  served: new Map([[WEIGHTS_URL, WEIGHTS]]),
  hubEndpoint: 'https://models.example',
};

/** One run of the app, up to a power cut before its operation `diesAt`. Whether the model was installed by then. */
async function install(device: Device, diesAt?: number): Promise<boolean> {
  const { platform, died } = live(device, { ...options, ...(diesAt !== undefined && { diesAt }) });
  const work = async () => {
    const settings = createUnkeptSettings();
    const shelf = await createShelf({ platform, models: [myModel], settings });
    await shelf.ensure(myModel.modelId);
    return true;
  };
  return Promise.race([work(), died.then(() => false)]);
}

it('has the right bytes after a power cut at any operation', async () => {
  const random = createRandom(1);
  let isInstalled = false;
  let diesAt = 0;
  while (!isInstalled) {
    const device = createDevice();
    isInstalled = await install(device, (diesAt += 1));
    const later = afterPowerCut(device, random);
    expect(await install(later)).toBe(true);
    expect(later.files.get('my-model/weights.gguf')).toEqual(WEIGHTS);
  }
  expect(diesAt).toBeGreaterThan(10);
});
