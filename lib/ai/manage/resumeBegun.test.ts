import { beforeEach, describe, expect, it } from 'vitest';

import {
  GGUF_URL,
  MODEL,
  WEIGHTS,
  createTab,
  stateOf,
  until,
  untilState,
  untilTicking,
  type Tab,
} from '../../../tests/modelFixture';
import { createBegunDownloadStore } from '../../db/begunDownloads';
import { createInMemoryDatabase } from '../../platform/shared/inMemoryDatabase';
import { createMemoryWorld, type MemoryWorld } from '../../platform/memory/memoryPlatform';
import { script } from '../../platform/memory/memoryWeb';
import type { SqlDatabase } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import type { ModelState } from '../modelState';

const HALF = 50_000;
const has = (receivedBytes: number) => (state: ModelState) =>
  state.kind === 'downloading' && state.receivedBytes === receivedBytes;
const never = new Promise<void>(() => undefined);

let world: MemoryWorld;
let database: SqlDatabase;
beforeEach(async () => {
  world = createMemoryWorld();
  database = await createInMemoryDatabase();
});

const openTab = () => createTab({ world, database });
const offsets = () => world.web.log.map(({ offsetBytes }) => offsetBytes);

/** A download that has received the first `HALF` bytes and then hears nothing. */
async function beginHalf(tab: Tab): Promise<void> {
  script(world.web, GGUF_URL, { kind: 'hold', afterBytes: HALF, until: never });
  tab.manager.ensureModelPresent(MODEL).catch(() => undefined);
  await untilTicking(tab, has(HALF));
}

async function openAtHalf(): Promise<Tab> {
  const tab = await openTab();
  await tab.manager.start();
  await beginHalf(tab);
  return tab;
}

describe('the next start after one that ended in the middle of a download', () => {
  it('goes on with it by itself, from the bytes that are here', async () => {
    await (await openAtHalf()).manager.close();
    const next = await openTab();
    await next.manager.start();
    await untilState(next.manager, 'installed');
    expect(offsets()).toEqual([0, HALF]);
  });

  it('leaves a download that a person paused, and knows since when', async () => {
    const first = await openAtHalf();
    first.manager.pauseDownload(MODEL);
    const pausedAt = first.clock.nowMs();
    await untilState(first.manager, 'paused');
    expect(stateOf(first.manager)).toMatchObject({ pausedAt, receivedBytes: HALF });
    await first.manager.close();
    const next = await openTab();
    await next.manager.start();
    expect(stateOf(next.manager)).toMatchObject({ kind: 'paused', pausedAt });
    expect(offsets()).toEqual([0]);
  });

  it('goes on with a download that was resumed after a pause', async () => {
    const first = await openAtHalf();
    first.manager.pauseDownload(MODEL);
    await untilState(first.manager, 'paused');
    script(world.web, GGUF_URL, { kind: 'hold', afterBytes: HALF, until: never });
    first.manager.ensureModelPresent(MODEL).catch(() => undefined);
    await untilTicking(first, has(2 * HALF));
    await first.manager.close();
    const next = await openTab();
    await next.manager.start();
    await untilState(next.manager, 'installed');
  });

  it('leaves a download of a version that noted nothing', async () => {
    await (await openAtHalf()).manager.close();
    await createBegunDownloadStore(database).remove(MODEL.modelId);
    const next = await openTab();
    await next.manager.start();
    expect(stateOf(next.manager)).toEqual({
      kind: 'paused',
      receivedBytes: HALF,
      totalBytes: WEIGHTS.byteLength,
    });
    expect(offsets()).toEqual([0]);
  });

  it('begins again where no byte had arrived', async () => {
    const first = await openTab();
    await first.manager.start();
    await createBegunDownloadStore(database).write({ modelId: MODEL.modelId, pausedAt: undefined });
    await first.manager.close();
    const next = await openTab();
    await next.manager.start();
    await untilState(next.manager, 'installed');
  });

  it.each(['cancelled', 'removed'])('begins nothing that was %s', async (end) => {
    const { manager } = await openAtHalf();
    await (end === 'removed' ? manager.deleteModel(MODEL) : manager.cancelDownload(MODEL));
    await manager.close();
    const next = await openTab();
    await next.manager.start();
    expect(stateOf(next.manager)).toEqual({ kind: 'absent' });
    expect(await createBegunDownloadStore(database).list()).toEqual([]);
  });

  it('leaves a download that has failed for good', async () => {
    const first = await openTab();
    await first.manager.start();
    script(world.web, GGUF_URL, { kind: 'answer', status: 404 });
    await expect(first.manager.ensureModelPresent(MODEL)).rejects.toMatchObject({
      code: 'HTTP_NOT_FOUND',
    });
    await first.manager.close();
    const next = await openTab();
    await next.manager.start();
    expect(stateOf(next.manager).kind).toBe('paused');
    expect(world.web.log).toHaveLength(1);
  });

  it('transfers at most two models at once', async () => {
    const models = ['a', 'b', 'c'].map(toModel);
    for (const { modelId } of models) {
      world.web.files.set(urlOf(modelId), WEIGHTS);
      script(world.web, urlOf(modelId), { kind: 'hold', afterBytes: HALF, until: never });
    }
    const tab = await createTab({ world, database, models });
    const store = createBegunDownloadStore(database);
    for (const { modelId } of models) await store.write({ modelId, pausedAt: undefined });
    await tab.manager.start();
    await until(
      tab.manager,
      ({ states }) =>
        Object.values(states).filter(
          (state) => state.kind === 'waiting' && state.reason === 'queued',
        ).length === 1,
    );
    expect(new Set(world.web.log.map(({ url }) => url)).size).toBe(2);
  });
});

describe('two tabs', () => {
  it('that start after the end in the middle of a download go on with it once', async () => {
    await (await openAtHalf()).manager.close();
    const tabs = [await openTab(), await openTab()];
    await Promise.all(tabs.map(({ manager }) => manager.start()));
    await Promise.all(tabs.map(({ manager }) => untilState(manager, 'installed')));
    expect(offsets()).toEqual([0, HALF]);
  });

  it('go on when the one that downloads is closed', async () => {
    const first = await openTab();
    const second = await openTab();
    await first.manager.start();
    await second.manager.start();
    await beginHalf(first);
    await untilState(second.manager, 'downloading');
    await first.manager.close();
    await untilState(second.manager, 'installed');
    expect(offsets()).toEqual([0, HALF]);
  });

  it('stop together when a person pauses in either', async () => {
    const first = await openAtHalf();
    const second = await openTab();
    await second.manager.start();
    second.manager.pauseDownload(MODEL);
    const pausedAt = second.clock.nowMs();
    for (const { manager } of [first, second]) {
      await until(manager, ({ states }) => {
        const state = states[MODEL.modelId];
        return state?.kind === 'paused' && state.pausedAt === pausedAt;
      });
    }
    expect(offsets()).toEqual([0]);
  });
});

const urlOf = (modelId: string) => GGUF_URL.replace('/tiny/', `/${modelId}/`);

function toModel(modelId: string): LlmModelConfig {
  const source = { ...MODEL.ggufSource, url: urlOf(modelId) } as LlmModelConfig['ggufSource'];
  return { ...MODEL, modelId, folderName: modelId, ggufSource: source };
}
