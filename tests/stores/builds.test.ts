import { beforeAll, describe, expect, it } from 'vitest';

import {
  COMMIT,
  createTab,
  ENDPOINT,
  MODEL,
  noise,
  sha256,
  stateOf,
  WEIGHTS,
} from '../modelFixture';
import { formatJournal } from '../../lib/download/journal/journalText';
import { draftPlan, formatPlan } from '../../lib/download/plan/plan';
import { createInMemoryDatabase } from '../../lib/platform/shared/inMemoryDatabase';
import { createMemoryWorld, type MemoryWorld } from '../../lib/platform/memory/memoryPlatform';
import type { SqlDatabase } from '../../lib/platform/types';
import { stagingPath } from '../../lib/ai/registry/buildPlaces';
import type { LlmModelConfig, ModelSource } from '../../lib/ai/modelConfig';

const BYTES = {
  'tiny.pte': noise(90_000, 'phone'),
  'tokenizer.json': noise(3_000, 'tokenizer'),
  'tokenizer_config.json': noise(500, 'config'),
};

function sourceOf(name: keyof typeof BYTES): ModelSource {
  const url = `${ENDPOINT}/me/tiny/resolve/${COMMIT}/${name}`;
  return { kind: 'remote', url, sizeBytes: BYTES[name].length, sha256: sha256(BYTES[name]) };
}

const BOTH: LlmModelConfig = {
  ...MODEL,
  pteSource: sourceOf('tiny.pte'),
  tokenizerSource: sourceOf('tokenizer.json'),
  tokenizerConfigSource: sourceOf('tokenizer_config.json'),
};
const PHONE_BYTES = Object.values(BYTES).reduce((sum, { length }) => sum + length, 0);
type FileRuntime = 'executorch' | 'llama.cpp';
const OTHER: Record<FileRuntime, FileRuntime> = {
  executorch: 'llama.cpp',
  'llama.cpp': 'executorch',
};

function createStocked(): MemoryWorld {
  const world = createMemoryWorld();
  for (const [name, bytes] of Object.entries(BYTES)) {
    world.web.files.set(`${ENDPOINT}/me/tiny/resolve/${COMMIT}/${name}`, bytes);
  }
  return world;
}

const BEGUN = 45_000;
const encode = (text: string) => new TextEncoder().encode(text);

/** Puts the beginning of a build's weights where its download lies. */
function begin({ disk }: MemoryWorld, runtime: FileRuntime, staging: string): void {
  const [name, bytes] =
    runtime === 'llama.cpp' ? ['tiny.gguf', WEIGHTS] : ['tiny.pte', BYTES['tiny.pte']];
  const written = [{ startBytes: 0, endBytes: BEGUN }];
  const journal = formatJournal(
    { synced: [], written, digests: [], versions: [] },
    { totalBytes: bytes.length, bootId: 'boot' },
  );
  disk.files.set(`${staging}/${name}.part`, bytes.slice(0, BEGUN));
  disk.files.set(`${staging}/${name}.part.journal`, encode(journal));
  const plan = formatPlan(draftPlan(BOTH, runtime, ENDPOINT));
  disk.files.set(`${staging}/plan.json`, encode(plan));
}

let databases: Record<FileRuntime, SqlDatabase>;
beforeAll(async () => {
  const [executorch, llama] = [await createInMemoryDatabase(), await createInMemoryDatabase()];
  databases = { executorch, 'llama.cpp': llama };
});

async function start(world: MemoryWorld, runtime: FileRuntime) {
  const tab = await createTab({
    world,
    models: [BOTH],
    host: { runtimes: [runtime] },
    database: databases[runtime],
  });
  await tab.manager.start();
  return tab.manager;
}

async function install(world: MemoryWorld, runtime: FileRuntime): Promise<void> {
  const manager = await start(world, runtime);
  await manager.ensureModelPresent(BOTH);
  await manager.close();
}

async function stateFor(world: MemoryWorld, runtime: FileRuntime) {
  const manager = await start(world, runtime);
  const state = stateOf(manager);
  await manager.close();
  return state;
}

/** A store as the first version left it: whatever the build, its records have the one name. */
function asBefore({ disk }: MemoryWorld): void {
  for (const [path, bytes] of [...disk.files]) {
    const before = path
      .replace('model.executorch.json', 'model.json')
      .replace('.staging-executorch/', '.staging/');
    disk.files.delete(path);
    disk.files.set(before, bytes);
  }
}

/** Runs `work` again and again in copies of a world, each dying one operation later, until one comes to its end. */
async function dieAtEachStep(
  prepare: () => Promise<MemoryWorld>,
  work: (world: MemoryWorld) => Promise<void>,
  check: (world: MemoryWorld) => Promise<void>,
): Promise<number> {
  for (let steps = 0; ; steps += 1) {
    const world = await prepare();
    let left = steps;
    world.disk.beforeOperation = () => {
      left -= 1;
      if (left < 0) throw new Error('died');
    };
    await work(world).catch(() => undefined);
    world.disk.beforeOperation = () => undefined;
    await check(world);
    if (left >= 0) return steps;
  }
}

describe.each(['executorch', 'llama.cpp'] as const)('the %s build of a model', (runtime) => {
  it('is installed beside the other, and neither is fetched again', async () => {
    const world = createStocked();
    await install(world, runtime);
    await install(world, OTHER[runtime]);
    const { length } = world.web.log;
    for (const each of [runtime, OTHER[runtime]]) {
      const manager = await start(world, each);
      expect(stateOf(manager)).toMatchObject({
        kind: 'installed',
        sizeBytes: each === 'llama.cpp' ? WEIGHTS.length : PHONE_BYTES,
      });
      await manager.ensureModelPresent(BOTH);
      await manager.verifyModel(BOTH);
      await manager.close();
    }
    expect(world.web.log.length).toBe(length);
  });

  it('is removed without the other, to the last byte', async () => {
    const world = createStocked();
    await install(world, OTHER[runtime]);
    const without = [...world.disk.files.keys()].sort();
    await install(world, runtime);
    const manager = await start(world, runtime);
    const all = [...world.disk.files.values()].reduce((sum, { length }) => sum + length, 0);
    const other = without.reduce((sum, path) => sum + (world.disk.files.get(path)?.length ?? 0), 0);
    expect(await manager.getModelSize(BOTH)).toBe(all - other);
    await manager.deleteModel(BOTH);
    expect([...world.disk.files.keys()].sort()).toEqual(without);
    expect((await stateFor(world, OTHER[runtime])).kind).toBe('installed');
    expect((await stateFor(world, runtime)).kind).toBe('absent');
  });

  it('leaves the other whole wherever its removal is cut off', async () => {
    const prepare = async () => {
      const world = createStocked();
      await install(world, runtime);
      await install(world, OTHER[runtime]);
      return world;
    };
    const remove = async (world: MemoryWorld) => {
      const manager = await start(world, runtime);
      await manager.deleteModel(BOTH);
    };
    const steps = await dieAtEachStep(prepare, remove, async (world) => {
      expect((await stateFor(world, OTHER[runtime])).kind).toBe('installed');
      expect(['installed', 'absent']).toContain((await stateFor(world, runtime)).kind);
    });
    expect(steps).toBeGreaterThan(5);
  });

  it('keeps the bytes of its download while the other is installed and removed', async () => {
    const world = createStocked();
    begin(world, runtime, stagingPath(BOTH, runtime));
    await install(world, OTHER[runtime]);
    const manager = await start(world, OTHER[runtime]);
    await manager.deleteModel(BOTH);
    await manager.close();
    expect(await stateFor(world, runtime)).toMatchObject({ kind: 'paused', receivedBytes: BEGUN });
  });
});

describe('a device that runs both', () => {
  const both = (world: MemoryWorld, models = [BOTH]) =>
    createTab({ world, models, host: { runtimes: ['executorch', 'llama.cpp'] } });

  it('takes the build for its first runtime, or else the one that there is', async () => {
    const { manager, world } = await both(createStocked());
    await manager.start();
    expect(manager.runtimeOf(BOTH)).toBe('executorch');
    expect(manager.runtimeOf(MODEL)).toBe('llama.cpp');
    await manager.ensureModelPresent(BOTH);
    expect(stateOf(manager)).toMatchObject({ kind: 'installed', sizeBytes: PHONE_BYTES });
    expect([...world.disk.files.keys()]).not.toContain('tiny/tiny.gguf');
  });

  it('goes on with the build that is installed, and takes its first again once that is gone', async () => {
    const world = createStocked();
    await install(world, 'llama.cpp');
    const { manager } = await both(world);
    await manager.start();
    const { length } = world.web.log;
    await manager.ensureModelPresent(BOTH);
    expect(stateOf(manager)).toMatchObject({ kind: 'installed', sizeBytes: WEIGHTS.length });
    expect([manager.runtimeOf(BOTH), world.web.log.length]).toEqual(['llama.cpp', length]);
    await manager.deleteModel(BOTH);
    expect([manager.runtimeOf(BOTH), stateOf(manager).kind]).toEqual(['executorch', 'absent']);
    expect([...world.disk.files.keys()]).toEqual([]);
  });
});

describe('a store of the first version', () => {
  const INSTALLED = { kind: 'installed', sizeBytes: PHONE_BYTES };

  async function phoneStore(): Promise<MemoryWorld> {
    const world = createStocked();
    await install(world, 'executorch');
    asBefore(world);
    return world;
  }

  it('has a build for phones, which is installed, read and removed as before', async () => {
    const world = await phoneStore();
    expect([...world.disk.files.keys()]).toContain('tiny/model.json');
    const manager = await start(world, 'executorch');
    expect(stateOf(manager)).toMatchObject(INSTALLED);
    await manager.verifyModel(BOTH);
    await manager.deleteModel(BOTH);
    expect([...world.disk.files.keys()]).toEqual([]);
  });

  it('loses none of its builds to another one, wherever that install is cut off', async () => {
    const steps = await dieAtEachStep(
      phoneStore,
      (world) => install(world, 'llama.cpp'),
      async (world) => {
        expect(await stateFor(world, 'executorch')).toMatchObject(INSTALLED);
        await install(world, 'llama.cpp');
        expect(await stateFor(world, 'executorch')).toMatchObject(INSTALLED);
        expect((await stateFor(world, 'llama.cpp')).kind).toBe('installed');
      },
    );
    expect(steps).toBeGreaterThan(20);
  });

  function begunStore(): Promise<MemoryWorld> {
    const world = createStocked();
    begin(world, 'executorch', '.staging/tiny');
    return Promise.resolve(world);
  }

  it.each(['executorch', 'llama.cpp'] as const)(
    'has a download for phones, whose bytes stay when a host of %s starts first, wherever that is cut off',
    async (first) => {
      const steps = await dieAtEachStep(
        begunStore,
        async (world) => {
          await start(world, first);
        },
        async (world) => {
          if (first === 'llama.cpp') await install(world, 'llama.cpp');
          const state = await stateFor(world, 'executorch');
          expect(state).toMatchObject({ kind: 'paused', receivedBytes: BEGUN });
          await install(world, 'executorch');
          const staged = [...world.disk.files.keys()].filter((path) => path.startsWith('.'));
          expect(staged).toEqual([]);
        },
      );
      expect(steps).toBeGreaterThan(5);
    },
  );
});
