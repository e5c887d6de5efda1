import { describe, expect, it } from 'vitest';

import {
  COMMIT,
  ENDPOINT,
  MODEL,
  WEIGHTS,
  createTab,
  stateOf,
  untilState,
} from '../../tests/modelFixture';
import type { LlmModelConfig } from '../ai/modelConfig';
import { ModelError } from '../errors';

const SIZE = WEIGHTS.byteLength;

function sourceOf({ ggufSource }: LlmModelConfig) {
  if (ggufSource.kind !== 'remote') throw new Error('the fixture is remote');
  return ggufSource;
}

function model(modelId: string): LlmModelConfig {
  const url = `${ENDPOINT}/me/${modelId}/resolve/${COMMIT}/tiny.gguf`;
  return { ...MODEL, modelId, folderName: modelId, ggufSource: { ...sourceOf(MODEL), url } };
}

describe('the queue', () => {
  const models = ['one', 'two', 'three', 'four'].map(model);

  async function startFour() {
    const tab = await createTab({ models });
    for (const { ggufSource } of models) {
      if (ggufSource.kind === 'remote') tab.world.web.files.set(ggufSource.url, WEIGHTS);
    }
    await tab.manager.start();
    return tab;
  }

  it('moves two models at a time, in the order in which they were asked for', async () => {
    const { manager } = await startFour();
    const installed: string[] = [];
    let most = 0;
    manager.subscribe(() => {
      const states = Object.values(manager.getSnapshot().states);
      most = Math.max(most, states.filter(({ kind }) => kind === 'downloading').length);
    });
    await Promise.all(
      models.map(async (config) => {
        await manager.ensureModelPresent(config);
        installed.push(config.modelId);
      }),
    );
    expect(most).toBe(2);
    expect(installed).toEqual(['one', 'two', 'three', 'four']);
  });

  it('lets the next one go when one that waits is called off', async () => {
    const { manager } = await startFour();
    const [one, two, three, four] = models.map((config) => manager.ensureModelPresent(config));
    await untilState(manager, 'waiting', { modelId: 'three', reason: 'queued' });
    await untilState(manager, 'waiting', { modelId: 'four', reason: 'queued' });
    const called = expect(three).rejects.toMatchObject({ name: 'AbortError' });
    manager.pauseDownload(models[2] ?? MODEL);
    await called;
    await Promise.all([one, two, four]);
  });

  it('promises each its space before a byte is fetched', async () => {
    const { manager, world } = await startFour();
    const margin = 64 * 1024 * 1024;
    world.disk.capacityBytes = margin + 2 * SIZE + 50_000;
    const results = await Promise.allSettled(
      models.slice(0, 3).map((config) => manager.ensureModelPresent(config)),
    );
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(stateOf(manager, 'three')).toMatchObject({
      kind: 'failed',
      failure: { code: 'NO_SPACE' },
    });
    expect(world.web.log.some(({ url }) => url.includes('three'))).toBe(false);
  });

  it('goes on by itself when a model is removed to make room', async () => {
    const { manager, world } = await startFour();
    const [one, two] = models as [LlmModelConfig, LlmModelConfig];
    await manager.ensureModelPresent(one);
    world.disk.beforeOperation = (operation, path) => {
      const isFull = world.disk.files.has('one/model.json');
      if (operation === 'write' && path.includes('two/tiny.gguf.part') && isFull) {
        throw new ModelError('NO_SPACE', { neededBytes: SIZE, freeBytes: 0 });
      }
    };
    const installed = manager.ensureModelPresent(two);
    await untilState(manager, 'waiting', { modelId: 'two', reason: 'space' });
    await manager.deleteModel(one);
    await installed;
    expect(stateOf(manager, 'two').kind).toBe('installed');
  });
});

describe('the cap on speed', () => {
  it('holds at once and after the next start', async () => {
    const { manager, world, database } = await createTab();
    await manager.start();
    await manager.setRateLimit(5_000_000);
    expect(world.web.rateLimit).toBe(5_000_000);
    expect(manager.getSnapshot().rateLimit).toBe(5_000_000);
    world.web.rateLimit = undefined;
    const next = await createTab({ world, database });
    await next.manager.start();
    expect(world.web.rateLimit).toBe(5_000_000);
    await next.manager.setRateLimit(undefined);
    expect(world.web.rateLimit).toBeUndefined();
  });
});
