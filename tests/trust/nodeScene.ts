/** A manager on this machine's disk and network, in front of a hub that answers wrongly on order; time passes only while nothing else does. */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

import { expect } from 'vitest';

import { MANIFEST_NAMES } from '../../lib/ai/registry/buildPlaces';
import type { LlmModelConfig } from '../../lib/ai/modelConfig';
import { modelFiles } from '../../lib/ai/registry/modelFiles';
import { createModelManager, type ModelManager } from '../../lib/ai/modelManager';
import type { ModelState } from '../../lib/ai/modelState';
import { migrate } from '../../lib/db/migrations';
import { createModelSettings } from '../../lib/db/modelSettings';
import type { TransferSizes } from '../../lib/download/journal/sizes';
import { ERROR_TRAITS, isAbortError, isModelError, toFailure } from '../../lib/errors';
import type { ModelError, ModelErrorCode } from '../../lib/errors';
import type { ManualClock } from '../../lib/platform/memory/manualClock';
import { createNodePlatform } from '../../lib/platform/node/nodePlatform';
import type { Platform, Runtime } from '../../lib/platform/types';
import { rejectionOf } from '../conformance/expectFailure';
import { parseResolveUrl } from '../hub/fixtures';
import { findRevision } from '../hub/repos';
import type { Hub } from '../hub/server';
import { createSceneClock, type SceneClock } from './sceneClock';
import { TOKEN } from './served';

/** The whole file in one request. */
export const ONE_PIECE: TransferSizes = {
  firstPieceBytes: 1024 * 1024,
  largestPieceBytes: 1024 * 1024,
  smallestPieceBytes: 1024 * 1024,
  unwrittenBytes: 16 * 1024,
  blockBytes: 64 * 1024,
};

/** As a file of gigabytes is divided: several connections, each with several pieces. */
export const MANY_PIECES: TransferSizes = {
  firstPieceBytes: 32 * 1024,
  largestPieceBytes: 64 * 1024,
  smallestPieceBytes: 16 * 1024,
  unwrittenBytes: 16 * 1024,
  blockBytes: 32 * 1024,
};

export interface SceneOptions {
  models: readonly [LlmModelConfig, ...LlmModelConfig[]];
  runtime?: Runtime;
  sizes?: TransferSizes;
  /** An earlier scene's, to find what it left; a new one otherwise. */
  folder?: string;
  hubEndpoint?: string;
  /** In place of the platform's own parts. */
  change?: (platform: Platform) => Partial<Platform>;
}

interface Kept {
  tables: Record<string, unknown>;
  texts: Record<string, string>;
}

export interface Scene {
  readonly hub: Hub;
  readonly folder: string;
  readonly manager: ModelManager;
  readonly platform: Platform;
  readonly clock: ManualClock;
  /** Every state that was shown, by model id. */
  readonly shown: ReadonlyMap<string, readonly ModelState[]>;
  /** Settles as `work` does, moving time on whenever nobody sends anything. */
  drive<T>(work: Promise<T>): Promise<T>;
  ensure(config?: LlmModelConfig): Promise<void>;
  /** Why it failed; a code that isn't one of `codes` fails the test. */
  failure(codes: readonly ModelErrorCode[], config?: LlmModelConfig): Promise<ModelError>;
  state(config?: LlmModelConfig): ModelState;
  /** Bytes of files that the hub has sent. */
  sentBytes(): number;
  /** How often what had been received became less within one attempt. */
  stepsBack(): number;
  /** Everything that is on the disk, as text by path, and in the database, by table. */
  kept(): Promise<Kept>;
  /** Ends it; the folder stays for another scene. */
  close(): Promise<void>;
  /**
   * What holds after every fault: one more try with a healthy hub installs each model that was
   * asked for, byte for byte; and nothing that was shown, thrown, stored or sent breaks a promise.
   */
  settle(allowed?: { stepsBack: number }): Promise<void>;
}

/** Settles as `work` does, and moves time on until then. */
function createDriver(hub: Hub, clock: SceneClock) {
  return async <T>(work: Promise<T>): Promise<T> => {
    const end = { isReached: false };
    const done = work.finally(() => {
      end.isReached = true;
    });
    // Its rejection is the caller's, below.
    done.catch(() => undefined);
    while (!end.isReached) {
      await clock.turn(() => {
        const states = new Set(hub.log.map(({ state }) => state));
        return states.has('stalled') && !states.has('open');
      });
    }
    return done;
  };
}

export async function openScene(hub: Hub, options: SceneOptions): Promise<Scene> {
  const { models, runtime = 'llama.cpp', sizes = ONE_PIECE, change = () => ({}) } = options;
  const [first] = models;
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'modelshelf-trust-')));
  const clock = createSceneClock();
  const own = createNodePlatform({
    modelsFolder: folder,
    runtime,
    hubEndpoint: options.hubEndpoint ?? hub.endpoint,
    catalogText: undefined,
    token: () => TOKEN,
  });
  const platform: Platform = { ...own, clock, ...change(own) };
  await migrate(own.database);
  const settings = createModelSettings(own.database);
  const manager = createModelManager({
    ...{ platform, settings, models, sizes },
    random: () => 0,
    waitsForSpace: false,
  });
  const record = watch(manager, models);
  const truths = new Map(models.map((config) => [config, truthOf(hub, config, runtime)]));
  const asked = new Set<LlmModelConfig>();
  const thrown: unknown[] = [];
  await manager.start();

  const drive = createDriver(hub, clock);

  async function ensure(config = first): Promise<void> {
    asked.add(config);
    record.begin(config);
    try {
      await drive(manager.ensureModelPresent(config));
    } catch (error) {
      thrown.push(error);
      throw error;
    }
  }

  const kept = async () => ({ tables: await dump(own), texts: await textsIn(folder) });

  async function close(): Promise<void> {
    await manager.close();
    await own.close();
  }

  return {
    ...{ hub, folder, manager, platform, clock, drive, ensure, kept, close },
    shown: record.shown,
    stepsBack: record.stepsBack,
    async failure(codes, config) {
      const error = await rejectionOf(ensure(config));
      if (!isModelError(error)) throw error;
      expect(codes).toContain(error.code);
      return error;
    },
    state: ({ modelId } = first) => manager.getSnapshot().states[modelId] ?? { kind: 'absent' },
    sentBytes: () =>
      hub.log
        .filter(({ file, status }) => file !== undefined && [200, 206].includes(status))
        .reduce((sum, { bodyBytesSent }) => sum + bodyBytesSent, 0),
    async settle({ stepsBack } = { stepsBack: 0 }) {
      expectTokenAtHubOnly(hub);
      hub.reset();
      for (const config of asked) {
        await ensure(config);
        expect(await filesOf(join(folder, config.folderName))).toEqual(truths.get(config));
      }
      expectTokenAtHubOnly(hub);
      expectTrueStates(record.shown);
      expect(record.stepsBack()).toBeLessThanOrEqual(stepsBack);
      for (const error of thrown) expectKnown(error);
      const told = [JSON.stringify([...record.shown]), ...thrown.map(everythingIn)];
      for (const text of [...told, JSON.stringify(await kept())]) expect(text).not.toMatch(SECRETS);
      await close();
      hub.reset();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The sign-in, and what makes a signed address work. */
export const SECRETS = /hf_canary|Signature=|Key-Pair-Id|Policy=/i;

function watch(manager: ModelManager, models: readonly LlmModelConfig[]) {
  const shown = new Map<string, ModelState[]>(models.map(({ modelId }) => [modelId, []]));
  const latest = new Map<string, number>();
  let backwards = 0;
  manager.subscribe(() => {
    for (const [modelId, states] of shown) {
      const state = manager.getSnapshot().states[modelId];
      if (!state || state === states.at(-1)) continue;
      states.push(state);
      if (state.kind !== 'downloading') continue;
      if (state.receivedBytes < (latest.get(modelId) ?? 0)) backwards += 1;
      latest.set(modelId, state.receivedBytes);
    }
  });
  return {
    shown,
    begin: ({ modelId }: LlmModelConfig) => latest.set(modelId, 0),
    stepsBack: () => backwards,
  };
}

type Files = Record<string, string>;

/** The digest of every file that the model must have, by name; its manifest isn't the hub's. */
function truthOf(hub: Hub, config: LlmModelConfig, runtime: Runtime): Files {
  const truth: Files = {};
  for (const { fileName, source } of modelFiles(config, runtime)) {
    if (source.kind !== 'remote' || !/\/(resolve|raw)\//.test(source.url)) continue;
    const { name, revision, path } = parseResolveUrl(source.url.replace('/raw/', '/resolve/'));
    const repo = hub.repos.get(name);
    const content = repo && findRevision(repo, revision)?.files[path]?.content;
    if (content) truth[fileName] = content.digest('sha256');
  }
  return truth;
}

async function filesOf(folder: string): Promise<Files> {
  const names = (await readdir(folder)).filter((name) => !MANIFEST_NAMES.includes(name));
  const digest = async (name: string) =>
    createHash('sha256')
      .update(await readFile(join(folder, name)))
      .digest('hex');
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await digest(name)])),
  ) as Files;
}

function expectTokenAtHubOnly({ log }: Hub): void {
  const elsewhere = log.filter(
    ({ origin, headers }) => origin !== 'hub' && 'authorization' in headers,
  );
  expect(elsewhere).toEqual([]);
}

function expectTrueStates(shown: ReadonlyMap<string, readonly ModelState[]>): void {
  for (const state of [...shown.values()].flat()) {
    if ('failure' in state) expect(Object.keys(ERROR_TRAITS)).toContain(state.failure.code);
    if (!('receivedBytes' in state)) continue;
    expect(state.receivedBytes).toBeGreaterThanOrEqual(0);
    expect(state.receivedBytes).toBeLessThanOrEqual(state.totalBytes ?? Infinity);
  }
}

function expectKnown(error: unknown): void {
  if (isAbortError(error)) return;
  expect(isModelError(error), String(error)).toBe(true);
  expect(Object.keys(ERROR_TRAITS)).toContain(toFailure(error).code);
}

/** All that anybody could print of an error, its causes included. */
function everythingIn(error: unknown): string {
  if (!(error instanceof Error)) return JSON.stringify(error);
  const own = `${String(error.stack)} ${JSON.stringify(error)}`;
  return error.cause === undefined ? own : `${own} ${everythingIn(error.cause)}`;
}

async function dump({ database }: Platform): Promise<Kept['tables']> {
  const tables = await database.all({ sql: "SELECT name FROM sqlite_master WHERE type = 'table'" });
  const rows = tables.map(async ({ name }) => {
    const sql = 'SELECT * FROM '.concat(String(name));
    return [name, await database.all({ sql })] as const;
  });
  return Object.fromEntries(await Promise.all(rows)) as Kept['tables'];
}

async function textsIn(folder: string): Promise<Kept['texts']> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const texts = files.map(async ({ parentPath, name }) => {
    const place = join(parentPath, name);
    return [relative(folder, place), await readFile(place, 'latin1')] as const;
  });
  return Object.fromEntries(await Promise.all(texts));
}
