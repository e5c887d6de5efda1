/** Models, invariants and the manager over a device that may be cut off. */
import { expect } from 'vitest';

import type { LlmModelConfig } from '../../lib/ai/modelConfig';
import { accountStorage } from '../../lib/ai/storage/accountStorage';
import { keptBytes } from '../../lib/download/store/keptBuilds';
import { createModelManager, type ModelManager } from '../../lib/ai/modelManager';
import { createBegunDownloadStore } from '../../lib/db/begunDownloads';
import { migrate } from '../../lib/db/migrations';
import { createModelSettings } from '../../lib/db/modelSettings';
import { eachOnce } from '../../lib/platform/memory/memoryLinks';
import { createInMemoryDatabase } from '../../lib/platform/shared/inMemoryDatabase';
import type { SqlDatabase } from '../../lib/platform/types';
import { occupiedBytes } from '../../lib/download/store/sharedBytes';
import { besides } from '../../lib/download/store/volumes';
import { homesOf, prefixOf } from '../../lib/platform/memory/memoryDisk';
import { HOMES_PATH, STORE } from '../../lib/platform/shared/homes';
import { COMMIT, ENDPOINT, MODEL, noise, sha256 } from '../modelFixture';
import { live, type Device, type Life, type LifeOptions } from './crashWorld';

/** A small file divided as finely as a large one. */
export const SIZES = {
  firstPieceBytes: 2048,
  largestPieceBytes: 4096,
  smallestPieceBytes: 1024,
  unwrittenBytes: 1024,
  blockBytes: 4096,
  leastSharedBytes: 2048,
};

export const crashSource = (path: string, bytes: Uint8Array) =>
  ({
    kind: 'remote',
    url: `${ENDPOINT}/me/crash/resolve/${COMMIT}/${path}`,
    sizeBytes: bytes.byteLength,
    sha256: sha256(bytes),
  }) as const;

export const CRASH_FILES = {
  'weights.pte': noise(18_000, 'weights'),
  'tokenizer.json': noise(3_000, 'tokenizer'),
  'tokenizer_config.json': noise(700, 'config'),
};

/** One model of three files. */
export const CRASH_MODEL: LlmModelConfig = {
  ...MODEL,
  modelId: 'crash',
  folderName: 'crash',
  pteFileName: 'weights.pte',
  pteSource: crashSource('weights.pte', CRASH_FILES['weights.pte']),
  tokenizerSource: crashSource('tokenizer.json', CRASH_FILES['tokenizer.json']),
  tokenizerConfigSource: crashSource('tokenizer_config.json', CRASH_FILES['tokenizer_config.json']),
};

/** The address of the weights. */
export const CRASH_WEIGHTS_URL = crashSource('weights.pte', CRASH_FILES['weights.pte']).url;

const SERVED = new Map(
  Object.entries(CRASH_FILES).map(([path, bytes]) => [crashSource(path, bytes).url, bytes]),
);

/** One database for many lives: making one takes longer than all the rest. */
export async function createDatabase(): Promise<SqlDatabase> {
  const database = await createInMemoryDatabase();
  await migrate(database);
  return database;
}

export async function emptyDatabase(database: SqlDatabase): Promise<void> {
  await database.batch([
    { sql: 'DELETE FROM begun_download' },
    { sql: 'DELETE FROM downloaded_model' },
    { sql: 'DELETE FROM setting' },
  ]);
}

export interface Running extends Life {
  manager: ModelManager;
  /** That are listed. */
  models: readonly LlmModelConfig[];
}

export interface RunOptions extends Pick<
  LifeOptions,
  'diesAt' | 'neighbourhood' | 'script' | 'hasLinks'
> {
  /** Whether it goes on with downloads of earlier runs, as an app does; false by default. */
  goesOn?: boolean;
  /** By default the one model. */
  models?: readonly LlmModelConfig[];
  /** The files that the network has, by address; by default those of the one model. */
  served?: ReadonlyMap<string, Uint8Array>;
}

export function run(
  device: Device,
  database: SqlDatabase,
  { goesOn = false, models = [CRASH_MODEL], ...options }: RunOptions = {},
): Running {
  const life = live(device, { database, served: SERVED, hubEndpoint: ENDPOINT, ...options });
  const platform = {
    ...life.platform,
    host: { ...life.platform.host, runtimes: ['executorch'] },
  } as const;
  const settings = createModelSettings(platform.database);
  const manager = createModelManager({
    platform,
    settings,
    ...(goesOn && { downloads: createBegunDownloadStore(platform.database) }),
    models,
    random: () => 0,
    sizes: SIZES,
    waitsForSpace: false,
  });
  return { ...life, manager, models };
}

/**
 * Runs `work` until it ends or its process dies; true when it ended. Time moves on by `tickMs`
 * whenever nothing else is left to do.
 */
export async function endsAlive(
  running: Running,
  work: (manager: ModelManager) => Promise<unknown>,
  tickMs = 500,
) {
  let isOver = false;
  const ended = work(running.manager).then(() => true);
  const outcome = Promise.race([ended, running.died.then(() => false)]).finally(() => {
    isOver = true;
  });
  const tick = () => {
    if (isOver) return;
    running.clock.advance(tickMs);
    setImmediate(tick);
  };
  setImmediate(tick);
  return outcome;
}

export const kindOf = ({ manager }: Pick<Running, 'manager'>) =>
  manager.getSnapshot().states[CRASH_MODEL.modelId]?.kind;

/** What must hold on every device, whatever has happened to it. */
export async function checkTruth(device: Device, running: Running, database: SqlDatabase) {
  const isInstalled = kindOf(running) === 'installed';
  const place = homesOf(running.world.disk)['crash']?.at ?? STORE;
  for (const [name, bytes] of Object.entries(CRASH_FILES)) {
    const found = device.files.get(`${prefixOf(place)}crash/${name}`);
    if (isInstalled) expect(found && sha256(found), `${name} is installed`).toBe(sha256(bytes));
  }
  const rows = await createModelSettings(database).isModelDownloaded(CRASH_MODEL.modelId);
  expect(rows, 'the row says what the disk does').toBe(isInstalled);
  await checkAccount(device, running);
}

/** A folder of another program, whose files a model may be adopted from. */
export const OTHER_PROGRAM = 'react-native-executorch';

/** Every byte of the disk is accounted for, and nothing that this app has written is of unknown use. */
export async function checkAccount(
  device: Device,
  { platform: { files }, manager, models }: Running,
) {
  const { states, kept, homes, storage } = manager.getSnapshot();
  const entries = await files.list('');
  const isOurs = besides(homes, '');
  const here = kept.filter(({ folderName }) => isOurs(folderName));
  const facts = { models, states, kept, homes, lastUsedAt: () => undefined };
  const { items, usedBytes } = accountStorage({ ...facts, entries });
  const onDisk = eachOnce(device.files).reduce((sum, { length }) => sum + length, 0);
  expect(usedBytes, 'the sum is what the disk says').toBe(onDisk);
  const ours = occupiedBytes(entries.filter(({ path }) => isOurs(path)));
  expect(ours - keptBytes(here), 'and what is shown').toBe(storage.usedBytes);
  // Files in the model's folder without its record.
  const open = models
    .filter(({ modelId }) => states[modelId]?.kind !== 'installed')
    .map(({ folderName }) => folderName);
  const unknown = items.filter(
    ({ kind, path }) => kind === 'unknown' && path !== OTHER_PROGRAM && !open.includes(path),
  );
  expect(unknown, 'nothing is of unknown use').toEqual([]);
}

/** Files that are of no use once a model is installed, on any volume. */
export function isLeftOver(key: string): boolean {
  return /^(@[^/]+\/)?\./.test(key) && key !== HOMES_PATH;
}

/** Retry leads to installed, Remove to nothing, from wherever it stands. */
export async function checkWayOut(
  device: Device,
  database: SqlDatabase,
  next = run(device, database),
) {
  await next.manager.start();
  await next.manager.ensureModelPresent(CRASH_MODEL);
  expect(kindOf(next)).toBe('installed');
  await checkTruth(device, next, database);
  expect([...device.files.keys()].filter(isLeftOver)).toEqual([]);
  await next.manager.deleteModel(CRASH_MODEL);
  expect([...device.files.keys()]).toEqual([]);
  await checkTruth(device, next, database);
  await next.manager.close();
}
