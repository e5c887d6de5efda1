/** A models folder on a real disk and a hub beside it; after every test, what must hold whatever happened to them. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, lstat, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from 'vitest';

import type { LlmModelConfig } from '../../lib/ai/modelConfig';
import { createModelManager } from '../../lib/ai/modelManager';
import { migrate } from '../../lib/db/migrations';
import { createModelSettings } from '../../lib/db/modelSettings';
import { parseJournal } from '../../lib/download/journal/journalText';
import { TRANSFER_SIZES, type TransferSizes } from '../../lib/download/journal/sizes';
import { createNodePlatform } from '../../lib/platform/node/nodePlatform';
import type { Platform, SqlDatabase } from '../../lib/platform/types';
import { startHub, type Hub } from '../hub/server';
import { stateOf } from '../modelFixture';
import { stagingPlace } from '../stagingPlace';
import { DISK_REPO, FINE, NAMES, configAt, sha256Of, type Name } from './diskFixture';

const CANARY = 'nobody touches this';

export interface OpenOptions {
  database?: SqlDatabase;
  /** Adapters in place of Node's own. */
  change?: (platform: Platform) => Partial<Platform>;
  waitsForSpace?: boolean;
  models?: readonly LlmModelConfig[];
  /** As `FINE` unless given. */
  sizes?: TransferSizes;
}

interface World {
  hub: Hub;
  /** Everything of a test lies below. */
  base: string;
  /** Where models lie. */
  folder: string;
  apps: Set<{ close(): Promise<void> }>;
  cleanups: (() => Promise<void> | void)[];
}

export type App = Awaited<ReturnType<typeof open>>;
export type DiskScene = ReturnType<typeof createDiskScene>;

/** Sets up a hub for the file, and a new folder for each of its tests. */
export function createDiskScene() {
  // Whole processes, on a machine that may have other work.
  vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
  const world = { apps: new Set(), cleanups: [] } as unknown as World;
  beforeAll(async () => {
    world.hub = await startHub({ repos: [DISK_REPO] });
  });
  beforeEach(() => begin(world));
  afterEach(() => end(world));
  afterAll(() => world.hub.close());

  return {
    get hub() {
      return world.hub;
    },
    get base() {
      return world.base;
    },
    get folder() {
      return world.folder;
    },
    /** Models lie there from now on. */
    use(place: string) {
      world.folder = place;
    },
    /** After the test, the last first. */
    later(cleanup: () => Promise<void> | void) {
      world.cleanups.push(cleanup);
    },
    at: (...path: string[]) => join(world.folder, ...path),
    config: (name: Name) => configAt(world.hub.endpoint, name),
    open: (options?: OpenOptions) => open(world, options),
    start: (options?: OpenOptions) => start(world, options),
    installed: (name?: Name, options?: OpenOptions) => installed(world, name, options),
    halfWay: (name?: Name) => halfWay(world, name),
    landedBytes: (name: Name) => landedBytes(world, name),
    expectInstalled: (app: App, name?: Name) => expectInstalled(world, app, name),
    expectTrueUsage: (app: App) => expectTrueUsage(world, app),
    /** Bytes of files that were handed to the network. */
    sentBytes: () =>
      world.hub.log
        .filter(({ origin, file }) => origin === 'cdn' && file !== undefined)
        .reduce((sum, { bodyBytesSent }) => sum + bodyBytesSent, 0),
  };
}

async function begin(world: World): Promise<void> {
  const base = await mkdtemp(join(tmpdir(), 'modelshelf-trust-'));
  // Also for a process of another user.
  await chmod(base, 0o755);
  await mkdir(join(base, 'outside'));
  await writeFile(join(base, 'outside/canary'), CANARY);
  const models = NAMES.map((name) => configAt(world.hub.endpoint, name));
  await writeFile(join(base, 'catalog.json'), JSON.stringify({ version: 1, models }));
  Object.assign(world, { base, folder: join(base, 'models') });
}

async function end(world: World): Promise<void> {
  const closeAll = async () => {
    for (const app of world.apps) await app.close();
  };
  try {
    await closeAll();
    await expectWaysOut(world);
  } finally {
    await closeAll();
    world.hub.reset();
    while (world.cleanups.length > 0) await world.cleanups.pop()?.();
    await rm(world.base, { recursive: true });
  }
}

/** A manager over Node's adapters, as if in a process of its own. Not started. */
async function open({ hub, folder, apps }: World, options: OpenOptions = {}) {
  const node = createNodePlatform({
    modelsFolder: folder,
    runtime: 'llama.cpp',
    hubEndpoint: hub.endpoint,
    catalogText: undefined,
    token: undefined,
  });
  const { database = node.database, change } = options;
  const platform: Platform = { ...node, database, ...change?.(node) };
  await migrate(platform.database);
  const settings = createModelSettings(platform.database);
  const config = (name: Name) => configAt(hub.endpoint, name);
  const manager = createModelManager({
    platform,
    settings,
    models: options.models ?? NAMES.map(config),
    random: () => 0,
    waitsForSpace: options.waitsForSpace ?? false,
    sizes: options.sizes ?? FINE,
  });
  const app = {
    manager,
    settings,
    platform,
    state: (name: Name = 'tiny') => stateOf(manager, name),
    ensure: (name: Name = 'tiny') => manager.ensureModelPresent(config(name)),
    remove: (name: Name = 'tiny') => manager.deleteModel(config(name)),
    async close() {
      apps.delete(app);
      await manager.close();
      await node.close();
    },
  };
  apps.add(app);
  return app;
}

async function start(world: World, options?: OpenOptions): Promise<App> {
  const app = await open(world, options);
  await app.manager.start();
  return app;
}

/** As if by an earlier run. */
async function installed(world: World, name: Name = 'tiny', options?: OpenOptions): Promise<void> {
  const app = await start(world, options);
  await app.ensure(name);
  await app.close();
  world.hub.reset();
}

/** As if by an earlier run that got about half of it. */
async function halfWay(world: World, name: Name = 'tiny'): Promise<void> {
  const { hub } = world;
  hub.faults.push({ origin: 'cdn', skip: 3, fault: { stallAfter: 0 } });
  const app = await start(world);
  const ending = app.ensure(name).catch(() => undefined);
  await hub.until(({ state }) => state === 'stalled');
  while ((await landedBytes(world, name)) === 0) await nextTurn();
  await app.close();
  await ending;
  hub.reset();
}

async function landedBytes({ folder }: World, name: Name): Promise<number> {
  const journal = join(stagingPlace(folder, name), `${name}.gguf.part.journal`);
  const text = await readFile(journal, 'utf8').catch(() => undefined);
  const written = parseJournal(text)?.written ?? [];
  return written.reduce((sum, { startBytes, endBytes }) => sum + endBytes - startBytes, 0);
}

/** What a manager calls installed is what the hub has. */
async function expectInstalled({ folder }: World, app: App, name: Name = 'tiny'): Promise<void> {
  expect(app.state(name).kind).toBe('installed');
  const bytes = await readFile(join(folder, name, `${name}.gguf`));
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256Of(name));
  expect(existsSync(join(folder, name, 'model.json'))).toBe(true);
  expect(existsSync(join(folder, '.staging', name))).toBe(false);
  expect(existsSync(join(folder, '.runs', name))).toBe(false);
}

/** From here, with nothing in the way any more, Retry leads to a model and Remove to none. */
async function expectWaysOut(world: World): Promise<void> {
  const { hub, base, folder } = world;
  hub.reset();
  for (const name of NAMES) {
    const places = ['', '.staging', '.runs', '.trash'].map((way) => join(folder, way, name));
    if (name !== 'tiny' && !places.some(existsSync)) continue;
    const app = await start(world, { sizes: name === 'large' ? TRANSFER_SIZES : FINE });
    // Nothing is called installed that isn't, before anything mends it.
    if (app.state(name).kind === 'installed') await expectInstalled(world, app, name);
    await app.ensure(name);
    await expectInstalled(world, app, name);
    await expectTrueUsage(world, app);
    await app.remove(name);
    expect(app.state(name).kind).toBe('absent');
    expect(places.filter(existsSync)).toEqual([]);
    await app.close();
  }
  expect(await readFile(join(base, 'outside/canary'), 'utf8')).toBe(CANARY);
  const beside = (await readdir(base)).filter((name) => !/^(models|volume)/.test(name));
  expect(beside.sort()).toEqual(['catalog.json', 'outside']);
}

async function expectTrueUsage({ folder }: World, app: App): Promise<void> {
  const { files, bytes } = await usage(folder);
  const told = app.manager.getSnapshot().storage.usedBytes;
  expect(Math.abs(told - bytes)).toBeLessThanOrEqual(4096 * files);
}

export const nextTurn = () =>
  new Promise<void>((resolve) => {
    setImmediate(resolve);
  });

/** Changes one byte and nothing else of a file. */
export async function flipByte(place: string, offset: number): Promise<void> {
  const bytes = await readFile(place);
  bytes[offset] = (bytes[offset] ?? 0) ^ 1;
  await writeFile(place, bytes);
}

/** As du counts: a file with several names once. */
async function usage(
  place: string,
  seen = new Set<number>(),
): Promise<{ files: number; bytes: number }> {
  const total = { files: 0, bytes: 0 };
  for (const name of await readdir(place).catch(() => [])) {
    const path = join(place, name);
    const stats = await lstat(path);
    const below = stats.isDirectory() ? await usage(path, seen) : undefined;
    const isCounted = stats.isFile() && !seen.has(stats.ino);
    seen.add(stats.ino);
    total.files += below?.files ?? 1;
    total.bytes += below?.bytes ?? (isCounted ? stats.blocks * 512 : 0);
  }
  return total;
}
