import { describe, expect, it } from 'vitest';

import { createInMemoryDatabase } from '../../platform/shared/inMemoryDatabase';
import { createManualClock } from '../../platform/memory/manualClock';
import { createMemoryPlatform } from '../../platform/memory/memoryPlatform';
import { ModelError, abortError, isAbortError } from '../../errors';
import type {
  HostEvent,
  LlmEngine,
  LoadedModel,
  SqlDatabase,
  SystemAvailability,
} from '../../platform/types';
import { BrowserModel, DEFAULT_MODEL, registryFor } from '../modelConfig';
import type { ModelState } from '../modelState';
import { startModelApp } from '../startModelApp';
import { PATIENCE_MS } from './systemModels';

const ID = BrowserModel.modelId;
const models = registryFor(['llama.cpp', 'system']);

/** The system, by the test's word: what it has outlives the app. */
function createSystem(availability: SystemAvailability) {
  const listeners = new Set<(availability: SystemAvailability) => void>();
  const system = {
    availability,
    answers: true,
    brought: 0,
    /** Of the download that is under way. */
    progress: (_fraction: number) => {},
    finish: () => {},
    fail: (_error: Error) => {},
    become(next: SystemAvailability) {
      system.availability = next;
      for (const listener of listeners) listener(next);
    },
  };
  const loaded: LoadedModel = {
    facts: { contextTokens: 9_216, backend: 'scripted', memoryBytes: undefined },
    generate(_request, onText) {
      onText('Hello.', 'answer');
      return Promise.resolve({
        ...{ promptTokens: 3, generatedTokens: 1, timeToFirstTokenMs: 1 },
        ...{ prefillTokensPerSecond: undefined, tokensPerSecond: 0, finishReason: 'stop' as const },
      });
    },
    unload: () => Promise.resolve(),
  };
  const engine: LlmEngine = {
    ...{ engineName: 'scripted', engineVersion: '1', honoursTopP: false },
    load: () => Promise.resolve(loaded),
    systemModel: {
      availability: () =>
        system.answers ? Promise.resolve(system.availability) : new Promise(() => undefined),
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      bring(onProgress, signal) {
        system.brought += 1;
        system.availability = 'downloading';
        system.progress = onProgress;
        return new Promise((resolve, reject) => {
          system.finish = () => {
            system.availability = 'available';
            resolve();
          };
          system.fail = (error) => {
            system.availability = 'downloadable';
            reject(error);
          };
          signal.addEventListener('abort', () => reject(abortError()));
        });
      },
    },
  };
  return Object.assign(system, { engine });
}

/** One run of the app; the database and the system outlive it. */
async function start(
  system: ReturnType<typeof createSystem> | undefined,
  database: SqlDatabase,
  clock = createManualClock(),
) {
  let tell = (_event: HostEvent) => {};
  const base = createMemoryPlatform({
    ...{ database: { ...database, close: () => Promise.resolve() }, clock },
    host: {
      runtimes: system ? ['llama.cpp', 'system'] : ['llama.cpp'],
      subscribe(listener) {
        const before = tell;
        tell = (event) => {
          before(event);
          listener(event);
        };
        return () => undefined;
      },
    },
  });
  const platform = {
    ...base,
    engines: { ...base.engines, ...(system && { system: system.engine }) },
  };
  const app = await startModelApp(platform, { random: () => 0 });
  await app.preferences.set({ smokeTest: false });
  const state = (): ModelState | undefined => app.manager.getSnapshot().states[ID];
  return { ...app, state, tell: (event: HostEvent) => tell(event) };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('a model of the system', () => {
  it('isn’t listed where no engine could ask for it', async () => {
    const app = await start(undefined, await createInMemoryDatabase());
    expect(app.registry.getModels().map(({ modelId }) => modelId)).not.toContain(ID);
    await app.close();
    expect(models.at(-1)).toBe(BrowserModel);
  });

  it.each([
    ['available', { kind: 'installed', sizeBytes: 0, installedAt: 0, files: [] }],
    ['downloadable', { kind: 'absent' }],
    ['downloading', { kind: 'arriving', fraction: undefined, isFollowed: false }],
    ['unavailable', { kind: 'unavailable', reason: BrowserModel.systemSource?.lacking }],
  ] as const)('stands as the system says: %s', async (availability, state) => {
    const app = await start(createSystem(availability), await createInMemoryDatabase());
    expect(app.state()).toEqual(state);
    await app.close();
  });

  it('arrives with a fraction and no bytes, once for whoever asks', async () => {
    const system = createSystem('downloadable');
    const app = await start(system, await createInMemoryDatabase());
    const asked = [1, 2].map(() => app.manager.ensureModelPresent(BrowserModel));
    // In the turn of the press: later the browser would refuse.
    expect(system.brought).toBe(1);
    expect(app.state()).toEqual({ kind: 'arriving', fraction: undefined, isFollowed: true });
    system.progress(0.5);
    system.become('downloading');
    await app.manager.cancelDownload(DEFAULT_MODEL);
    expect(app.state()).toEqual({ kind: 'arriving', fraction: 0.5, isFollowed: true });
    system.finish();
    expect(await Promise.all(asked)).toEqual([{ ptePath: '' }, { ptePath: '' }]);
    expect(app.state()).toMatchObject({ kind: 'installed', sizeBytes: 0 });
    expect(app.manager.getSnapshot().storage.usedBytes).toBe(0);
    await app.close();
  });

  it('is followed no longer once that is called off, while the system may go on', async () => {
    const system = createSystem('downloadable');
    const app = await start(system, await createInMemoryDatabase());
    const bringing = app.manager.ensureModelPresent(BrowserModel).catch((error: unknown) => error);
    await app.manager.cancelDownload(BrowserModel);
    expect(isAbortError(await bringing)).toBe(true);
    expect(app.state()).toEqual({ kind: 'arriving', fraction: undefined, isFollowed: false });
    // Late, and nobody listens any more.
    system.progress(0.9);
    system.become('available');
    expect(app.state()).toMatchObject({ kind: 'installed' });
    await app.close();
  });

  it('shows why it didn’t come until somebody tries again or waves that away', async () => {
    const system = createSystem('downloadable');
    const app = await start(system, await createInMemoryDatabase());
    const failure = new ModelError('SYSTEM_MODEL', { lack: 'network', reason: '' });
    const bringing = app.manager.ensureModelPresent(BrowserModel).catch((error: unknown) => error);
    system.fail(failure);
    expect(await bringing).toBe(failure);
    app.tell('shown');
    await settle();
    expect(app.state()).toMatchObject({
      kind: 'failed',
      failure: { details: { lack: 'network' } },
    });
    await app.manager.cancelDownload(BrowserModel);
    expect(app.state()).toEqual({ kind: 'absent' });
    await app.close();
  });

  it('is neither removed, checked nor repaired from here', async () => {
    const app = await start(createSystem('available'), await createInMemoryDatabase());
    const { manager } = app;
    for (const verb of ['deleteModel', 'verifyModel', 'repairModel'] as const) {
      const refused = await manager[verb](BrowserModel).catch((error: unknown) => error);
      expect(refused, verb).toMatchObject({ code: 'SYSTEM_MODEL', details: { lack: 'kept' } });
    }
    expect(await manager.getModelSize(BrowserModel)).toBe(0);
    expect(app.state()).toMatchObject({ kind: 'installed' });
    await app.close();
  });

  it('follows what the system changes, also while nobody looked', async () => {
    const system = createSystem('available');
    const app = await start(system, await createInMemoryDatabase());
    system.availability = 'downloadable';
    app.tell('shown');
    await settle();
    expect(app.state()).toEqual({ kind: 'absent' });
    system.become('available');
    expect(app.state()).toMatchObject({ kind: 'installed' });
    await app.close();
  });

  it('leaves when it is withdrawn, and comes back as the system says when it is offered again', async () => {
    const system = createSystem('downloadable');
    const app = await start(system, await createInMemoryDatabase());
    const bringing = app.manager.ensureModelPresent(BrowserModel).catch((error: unknown) => error);
    app.registry.withdraw([ID]);
    expect(isAbortError(await bringing)).toBe(true);
    expect(app.state()).toBeUndefined();
    expect(app.registry.find(ID)).toBeUndefined();
    system.become('available');
    app.registry.offer([BrowserModel]);
    await settle();
    expect(app.state()).toMatchObject({ kind: 'installed' });
    await app.close();
  });

  it('doesn’t hold up the start of the app when the system never answers', async () => {
    const system = createSystem('available');
    system.answers = false;
    const clock = createManualClock();
    const starting = start(system, await createInMemoryDatabase(), clock);
    const begun = { app: undefined as Awaited<typeof starting> | undefined };
    void starting.then((app) => (begun.app = app));
    for (let turn = 0; begun.app === undefined && turn < 500; turn += 1) {
      await settle();
      clock.advance(PATIENCE_MS / 100);
    }
    expect(begun.app).toBeDefined();
    const app = await starting;
    expect(app.state()).toMatchObject({ kind: 'unavailable' });
    system.become('available');
    expect(app.state()).toMatchObject({ kind: 'installed' });
    await app.close();
  });
});

describe('the selection of a model of the system', () => {
  async function selected(database: SqlDatabase) {
    const app = await start(createSystem('available'), database);
    await app.selection.select(BrowserModel);
    expect(app.llm.session.getSnapshot().loaded[0]?.facts.contextTokens).toBe(9_216);
    await app.close();
  }

  it('is kept for the next start, and no row says that it is on the disk', async () => {
    const database = await createInMemoryDatabase();
    await selected(database);
    expect(await database.all({ sql: 'SELECT * FROM downloaded_model' })).toEqual([]);
    const app = await start(createSystem('available'), database);
    expect(app.selection.getSelectedModelId()).toBe(ID);
    expect(await database.all({ sql: 'SELECT * FROM downloaded_model' })).toEqual([]);
    await app.close();
  });

  it.each([
    ['the system has removed it', createSystem('downloadable')],
    ['the system can’t have it any more', createSystem('unavailable')],
    ['no engine can ask for it any more', undefined],
  ])('falls back to the default where %s', async (_why, system) => {
    const database = await createInMemoryDatabase();
    await selected(database);
    const app = await start(system, database);
    expect(app.selection.getSelectedModelId()).toBe(DEFAULT_MODEL.modelId);
    await app.close();
  });

  it('claims no memory that nobody reckoned', async () => {
    const app = await start(createSystem('available'), await createInMemoryDatabase());
    expect(app.llm.memory.needOf(BrowserModel, 4_096)).toBeUndefined();
    expect(app.llm.memory.fitOf(BrowserModel, 4_096)).toBe('unknown');
    await app.close();
  });
});
