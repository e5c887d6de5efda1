/** A store that version 0.1 wrote, in the middle of everything, read by this version. `tests/stores` holds its bytes. */
import { expect, it } from 'vitest';

import { COMMIT, createTab, ENDPOINT, MODEL, noise, sha256 } from '../modelFixture';
import store from './store-0.1.json';
import { createInMemoryDatabase } from '../../lib/platform/shared/inMemoryDatabase';
import { createMemoryWorld, type MemoryWorld } from '../../lib/platform/memory/memoryPlatform';
import type { SqlDatabase, SqlStatement } from '../../lib/platform/types';
import type { LlmModelConfig, ModelSource } from '../../lib/ai/modelConfig';
import { withUnlisted } from '../../lib/ai/manage/unlistedModels';
import { readManifest } from '../../lib/download/store/manifest';

const NOISE: Record<string, Uint8Array> = {
  weights: noise(200_000, 'weights'),
  phone: noise(90_000, 'phone'),
  tokenizer: noise(3_000, 'tokenizer'),
  config: noise(500, 'config'),
};
const PHONE_FILES = {
  'tiny.pte': 'phone',
  'tokenizer.json': 'tokenizer',
  'tokenizer_config.json': 'config',
};
const RUNTIMES = ['llama.cpp', 'executorch'] as const;
type FileRuntime = (typeof RUNTIMES)[number];
const SIZES: Record<FileRuntime, number> = { 'llama.cpp': 200_000, executorch: 93_500 };

const addressOf = (name: string) => `${ENDPOINT}/me/tiny/resolve/${COMMIT}/${name}`;

function sourceOf(name: keyof typeof PHONE_FILES): ModelSource {
  const bytes = bytesOf(PHONE_FILES[name]);
  return {
    kind: 'remote',
    url: addressOf(name),
    sizeBytes: bytes.length,
    sha256: sha256(bytes),
  };
}

function bytesOf(seed: string): Uint8Array {
  const bytes = NOISE[seed];
  if (bytes === undefined) throw new Error(`no noise ${seed}`);
  return bytes;
}

const IDS = ['whole', 'begun', 'installing', 'removing'];
const MODELS = IDS.map((id): LlmModelConfig => ({
  ...MODEL,
  modelId: id,
  folderName: id,
  pteSource: sourceOf('tiny.pte'),
  tokenizerSource: sourceOf('tokenizer.json'),
  tokenizerConfigSource: sourceOf('tokenizer_config.json'),
}));

type Entry = { noise: string; sizeBytes: number } | { text: string };

function createStore(): MemoryWorld {
  const world = createMemoryWorld();
  for (const [path, entry] of Object.entries<Entry>(store.files)) {
    const bytes =
      'text' in entry
        ? new TextEncoder().encode(entry.text)
        : bytesOf(entry.noise).slice(0, entry.sizeBytes);
    world.disk.files.set(path, bytes);
  }
  for (const [name, seed] of Object.entries(PHONE_FILES)) {
    world.web.files.set(addressOf(name), bytesOf(seed));
  }
  return world;
}

async function createDatabase(runtime: FileRuntime): Promise<SqlDatabase> {
  const database = await createInMemoryDatabase();
  await database.batch(store.databases[runtime] as SqlStatement[]);
  return database;
}

async function open(world: MemoryWorld, runtime: FileRuntime, database?: SqlDatabase) {
  return createTab({
    world,
    models: MODELS,
    host: { runtimes: [runtime] },
    database: database ?? (await createDatabase(runtime)),
  });
}

async function expectUpgraded(world: MemoryWorld, runtime: FileRuntime, database: SqlDatabase) {
  const tab = await open(world, runtime, database);
  const { manager, settings } = tab;
  await manager.start();
  const sizeBytes = SIZES[runtime];
  const installed = { kind: 'installed', sizeBytes };
  const { states } = manager.getSnapshot();
  expect(states).toMatchObject({ whole: installed, installing: installed });
  expect(states).toMatchObject({
    begun: { kind: 'paused', receivedBytes: 45_000, totalBytes: sizeBytes },
    removing: { kind: 'absent' },
  });
  const { selectedModelId, downloadedModels } = await settings.getSettings();
  expect(selectedModelId).toBe('whole');
  expect(downloadedModels.map(({ modelId }) => modelId).sort()).toEqual(['installing', 'whole']);
  return tab;
}

it.each(RUNTIMES)(
  'shows each %s build as it is, and resumes the one that was begun',
  async (runtime) => {
    const world = createStore();
    const { manager } = await expectUpgraded(world, runtime, await createDatabase(runtime));
    const [whole, begun] = MODELS as [LlmModelConfig, LlmModelConfig];
    await manager.verifyModel(whole);
    await manager.ensureModelPresent(begun);
    const file = runtime === 'llama.cpp' ? 'tiny.gguf' : 'tiny.pte';
    const sent = world.web.log.filter(({ url }) => url === addressOf(file));
    expect(sent.reduce((sum, { sentBytes }) => sum + sentBytes, 0)).toBe(
      bytesOf(runtime === 'llama.cpp' ? 'weights' : 'phone').length - 45_000,
    );
    const roles =
      runtime === 'llama.cpp' ? ['weights'] : ['weights', 'tokenizer', 'tokenizerConfig'];
    for (const folder of ['whole', 'begun', 'installing']) {
      const manifest = await readManifest(
        (await open(world, runtime)).platform.files,
        folder,
        runtime,
      );
      expect(manifest?.files.map(({ role }) => role)).toEqual(roles);
    }
  },
);

it.each(RUNTIMES)(
  'is the same after a start of the %s host that is killed at any step',
  async (runtime) => {
    for (let steps = 0; ; steps += 1) {
      const world = createStore();
      const database = await createDatabase(runtime);
      let left = steps;
      world.disk.beforeOperation = () => {
        left -= 1;
        if (left < 0) throw new Error('died');
      };
      const { manager } = await open(world, runtime, database);
      await manager.start().catch(() => undefined);
      world.disk.beforeOperation = () => undefined;
      await expectUpgraded(world, runtime, database);
      if (left >= 0) {
        expect(steps).toBeGreaterThan(20);
        return;
      }
    }
  },
);

it('lists both builds of its models when no catalog names them any more', async () => {
  const { platform } = await open(createStore(), 'llama.cpp');
  const unlisted = await withUnlisted(platform.files, []);
  const whole = unlisted.find(({ modelId }) => modelId === 'whole');
  expect(
    whole?.builds?.map(({ runtime, files }) => [runtime, files.map(({ role }) => role)]),
  ).toEqual([
    ['llama.cpp', ['weights']],
    ['executorch', ['weights', 'tokenizer', 'tokenizerConfig']],
  ]);
});
