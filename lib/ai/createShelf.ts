/**
 * A shelf of models on this device: one object that brings, checks, repairs and removes them. The app and the command
 * line are built on it, as any other app would be.
 */
import { migrate } from '../db/migrations';
import { createModelSettings, type ModelSettingsStore } from '../db/modelSettings';
import { throwIfAborted } from '../download/flow/abortable';
import { ModelError, type ModelFailure } from '../errors';
import type { GivenFile, Host, Places, Platform } from '../platform/types';
import { createAddedModels, type AddedList } from './added/addedModels';
import type { AddedOrigin } from './added/addedRows';
import { createForgetting, type ForgetOptions } from './added/forgetModel';
import { createWithdrawals, type WithdrawalGate, type Withdrawals } from './added/withdrawals';
import { createLicenses, type LicenseGate, type Licenses } from './added/licenses';
import type { Imported, ImportOptions } from './imports/importFile';
import type { HubTools } from './discover/hubTools';
import { createRequestBudget, type RequestBudget } from './discover/requestBudget';
import { clearPlaceIfPossible } from './imports/importPlace';
import { loadPart } from '../download/flow/loadPart';
import { withUnlisted } from './manage/unlistedModels';
import type { LlmModelConfig } from './modelConfig';
import type { ModelId } from './modelId';
import { createModelManager, type ModelManager } from './modelManager';
import type { ManagerSnapshot, ModelState } from './modelState';
import { createRegistry, type Registry } from './registry/registry';
import { createModelMarks, type ModelMarks } from './settings/modelMarks';
import { modelPaths, type ModelPaths } from './shelf/modelPaths';
import type { StoredItem } from './storage/accountStorage';
import type { RoomPlan, RoomQuestion } from './storage/planRoom';
import type { StorageParts, StorageReport } from './storage/storage';
import { storesIn, unkeptStores } from './shelf/shelfStores';
import { createShelfMoves, type ShelfMoves } from './shelf/shelfMoves';
import type { WhenEngineFree } from './updates/updateStep';
import { createUpdates, type Updates } from './updates/updates';
import { forecast, type ForecastParts, type ModelForecast } from './shelf/shelfPlan';
import { watched } from './shelf/watched';
import type { WaitOptions, WorkOptions } from './shelf/workOptions';

export type { WaitOptions, WorkOptions };

export interface ShelfOptions {
  /** Belongs to the shelf from now on: `close` closes it, too. */
  platform: Platform;
  /** The models to offer at first; `registry.offer` adds others later. */
  models: readonly LlmModelConfig[];
  /** In [0, 1); spreads retries over time. `Math.random` by default. */
  random?: () => number;
  /** Replaces the platform's database, which isn't touched then: for hosts that store no choices. */
  settings?: ModelSettingsStore;
  /** Whether a download waits for room on a full disk, as an app does; true by default. Otherwise it fails. */
  waitsForSpace?: boolean;
  /**
   * The SHA-256 of licence texts that count as accepted beside those that `licenses.accept` records; `all` for every
   * licence. None by default.
   */
  acceptedLicenses?: readonly string[] | 'all';
  /** Whether every withdrawn model counts as used anyway. False by default. */
  usesWithdrawn?: boolean;
  /**
   * How an update gets at the engine: it tries the newer version, and exchanges the files, while no model is in memory. An
   * app that loads models itself unloads them here. By default at once.
   */
  whenEngineFree?: WhenEngineFree;
  /** Whether a newer version is tried before it takes over; by default each is, where the platform has an engine for it. */
  isWorthTrying?: (config: LlmModelConfig) => boolean;
  /** Counts the requests to the hub, together with those of `createModelHub`. */
  requests?: RequestBudget;
}

export interface ShelfPlan extends ModelForecast {
  /** As `Shelf.ensure`. Looks again: what the plan says may be out of date. */
  start(options?: WorkOptions): Promise<ModelPaths>;
}

/** All methods with an id reject with MODEL_UNKNOWN for one that isn't in the registry. */
export interface Shelf extends ShelfMoves {
  /** The models that are offered now. */
  readonly registry: Registry;
  readonly manager: ModelManager;
  readonly settings: ModelSettingsStore;
  readonly host: Host;
  /** The models that a person added. */
  readonly added: AddedList;
  readonly licenses: Licenses;
  readonly withdrawals: Withdrawals;
  /** Newer versions of installed models, and the way back to earlier ones. */
  readonly updates: Updates;
  /** A person's favourites and notes, and when each model was last used. */
  readonly marks: ModelMarks;
  /**
   * Brings every file of a model onto this device, verified; an installed model costs no request. Never installs a
   * part: after a failure, an abort or a crash the model isn't installed, and the next call continues with the bytes
   * that were kept. Calls for the same model join, also those of other tabs and processes.
   * @throws ModelError as `ModelManager.ensureModelPresent`; AbortError also when anybody pauses the download
   */
  ensure(modelId: ModelId, options?: WorkOptions): Promise<ModelPaths>;
  /**
   * What `ensure` would do now. Writes nothing, and requests nothing but the sizes and digests that only the hub knows.
   * @throws ModelError STORAGE_UNAVAILABLE, DISK_IO; AbortError
   */
  plan(modelId: ModelId, options?: WaitOptions): Promise<ShelfPlan>;
  /**
   * `ensure` with the files that another downloader left in `folder`, as `ModelManager.adoptFolder`: those of the model
   * are moved into it and not downloaded. Undefined for no folder, which is `ensure`.
   * @throws ModelError as `ModelManager.adoptFolder`
   */
  adopt(modelId: ModelId, folder: string | undefined, options?: WorkOptions): Promise<ModelPaths>;
  /**
   * Stops a download in whichever tab or process it runs, and keeps its bytes: `ensure` continues with them. Calls of
   * `ensure` that wait for it reject with AbortError. Does nothing where nothing is downloaded.
   */
  pause(modelId: ModelId): Promise<void>;
  /** `pause`, and removes the bytes; an installed model stays. @throws as `ModelManager.cancelDownload` */
  cancel(modelId: ModelId): Promise<void>;
  /**
   * Takes a person’s file in, or all parts of a split model, without a download: as the model whose files they are by
   * their digests, or as a new one that is named by its header.
   * @throws ModelError as `importFile`; APP_INCOMPLETE where the code for that can’t be loaded
   */
  importFile(given: GivenFile | readonly GivenFile[], options?: ImportOptions): Promise<Imported>;
  list(): readonly { model: LlmModelConfig; state: ModelState }[];
  /**
   * Removes a model and its unfinished downloads; idempotent. For a day, or until a download needs the room, `bringBack`
   * makes it installed again. With `atOnce`, and on a full disk, its files are deleted right away.
   * @throws as `ModelManager.deleteModel`
   */
  remove(modelId: ModelId, options?: { atOnce?: boolean }): Promise<void>;
  /** Takes a removal back, without a network, also after a restart. @throws as `ModelManager.bringBack` */
  bringBack(modelId: ModelId): Promise<ModelPaths>;
  /** Reads an installed model back and compares it. Repairs nothing. @throws as `ModelManager.verifyModel` */
  verify(modelId: ModelId, options?: WorkOptions): Promise<void>;
  /** Downloads only what is damaged in an installed model. @throws as `ModelManager.repairModel` */
  repair(modelId: ModelId, options?: WorkOptions): Promise<ModelPaths>;
  /**
   * Keeps a model for all later starts and offers it, also in other tabs; downloads nothing. Resolves with the model as it
   * is offered: its id and its folder are others than the given ones where those belong to another model. The same model
   * again changes nothing, and a newer commit of it replaces it.
   * @throws ModelError CATALOG_INVALID with the reason for a model that no catalog could state, DB_FAILED
   */
  add(config: LlmModelConfig, origin: AddedOrigin): Promise<LlmModelConfig>;
  /**
   * Takes an added model off the list, with its mark.
   * @throws ModelError MODEL_HAS_FILES without `removesFiles`, MODEL_UNKNOWN for a model that wasn't added; DB_FAILED; as
   * `ModelManager.deleteModel`
   */
  forget(modelId: ModelId, options?: ForgetOptions): Promise<void>;
  /** The places on other volumes that models can be moved to. Undefined where all models lie on one volume. */
  readonly places: Places | undefined;
  /** What every byte of the storage is for. @throws ModelError STORAGE_UNAVAILABLE, DISK_IO; APP_INCOMPLETE */
  storage(): Promise<StorageReport>;
  /**
   * What could be deleted for more room on this device, what of it is least missed, and why. Favourites and held models
   * are never offered, and none of `keptIds`, such as the selected model. Deletes nothing. @throws as `storage`
   */
  planRoom(question: Pick<RoomQuestion, 'wantedBytes' | 'keptIds'>): Promise<RoomPlan>;
  /**
   * Deletes one thing of the storage for good, unless it has changed since it was reported; a model is deleted as by
   * `remove` with `atOnce`. @throws ModelError STORAGE_BUSY, DISK_IO; APP_INCOMPLETE
   */
  discard(item: Pick<StoredItem, 'path' | 'kind'>): Promise<void>;
  /** The same object until something changes. */
  getSnapshot(): ManagerSnapshot;
  subscribe(listener: () => void): () => void;
  /** Stops transfers, keeping their bytes, and closes the platform. Idempotent. */
  close(): Promise<void>;
}

/**
 * Resolves when the disk has been read and the database agrees with it.
 * @throws ModelError STORAGE_UNAVAILABLE, DB_FAILED, DB_TOO_NEW; CATALOG_INVALID as `Registry.offer`. The platform is
 * still the caller's then.
 */
export async function createShelf(options: ShelfOptions): Promise<Shelf> {
  const { platform, models, random = Math.random, waitsForSpace = true } = options;
  const { database, files, host, environment } = platform;
  const registry = createRegistry([]);
  registry.offer(models);
  // Before the disk is read: it may finish an install.
  await clearPlaceIfPossible(platform);
  if (options.settings === undefined) await migrate(database);
  const stores = options.settings === undefined ? storesIn(database) : unkeptStores();
  const settings = options.settings ?? createModelSettings(database);
  const parts = { ...platform, registry, hubEndpoint: environment.hubEndpoint };
  const added = createAddedModels({ ...parts, store: stores.added });
  const marks = createModelMarks({ ...parts, store: stores.marks });
  const { acceptedLicenses: accepted = [], usesWithdrawn: isAllowed = false } = options;
  const licenses = createLicenses({ ...parts, store: stores.licenses, accepted });
  const withdrawals = createWithdrawals({
    ...{ ...parts, isAllowed },
    database: options.settings === undefined ? database : undefined,
    runtimeOf: (config) => manager.runtimeOf(config),
    stateOf: (modelId) => manager.getSnapshot().states[modelId],
  });
  await Promise.all([added.start(), marks.start()]);
  // After the added models, so that none of these appears as unlisted.
  registry.offer(await withUnlisted(files, registry.getModels()));
  const manager: ModelManager = createModelManager({
    ...{ platform, settings, models: registry, random, waitsForSpace },
    downloads: stores.downloads,
    async mayDownload(config, signal) {
      await withdrawals.checkDownload(config);
      await licenses.check(config, signal);
    },
  });
  await manager.start();
  const whenEngineFree: WhenEngineFree =
    options.whenEngineFree ?? ((_, work) => work(new AbortController().signal));
  const updates = createUpdates({
    ...{ ...parts, manager, added, store: stores.versions, runtimeOf: manager.runtimeOf },
    versions: manager.versions,
    whenEngineFree,
    isWorthTrying: options.isWorthTrying ?? (() => true),
    hub: hubTools(platform, { random, requests: options.requests }),
  });
  await updates.start();
  const { records } = stores;
  const { engines } = platform;
  const gates = { licenses, withdrawals };
  const verbs = createVerbs({ files, host, engines, manager, records, ...gates }, registry);
  const moves = createShelfMoves({
    clock: platform.clock,
    whenEngineFree,
    manager,
    known: (modelId) => knownIn(registry, modelId),
  });
  const keep = (config: LlmModelConfig) => added.add(config, 'file');
  let closing: Promise<void> | undefined;
  const close = async () => {
    await updates.close();
    added.close();
    marks.close();
    await manager.close();
    await platform.close();
  };
  return {
    ...{ registry, manager, settings, host, added, ...gates, marks, updates, ...verbs, ...moves },
    add: added.add,
    forget: createForgetting({ added, marks, manager, registry }),
    async importFile(given, chosen) {
      const { importFile } = await loadPart('importFile', () => import('./imports/importFile'));
      const all = typeof given === 'string' || 'name' in given ? [given] : given;
      return importFile({ ...platform, registry, manager, keep }, all, chosen);
    },
    ...createStorageVerbs({
      ...{ ...platform, registry, manager, marks },
      heldIds: () => Object.keys(updates.getSnapshot().held),
    }),
    places: platform.places,
    getSnapshot: manager.getSnapshot,
    subscribe: manager.subscribe,
    close: () => (closing ??= close()),
  };
}

function hubTools(
  platform: Platform,
  { random, requests }: { random: () => number; requests: RequestBudget | undefined },
): HubTools {
  const budget = requests ?? createRequestBudget(platform.clock);
  const { hubEndpoint } = platform.environment;
  return {
    ...platform,
    hubEndpoint,
    random,
    budget,
    waitsForQuota: false,
    onRetry: () => undefined,
  };
}

/** Their code is loaded at its first use. */
function createStorageVerbs(parts: StorageParts): Pick<Shelf, 'storage' | 'planRoom' | 'discard'> {
  const load = () => loadPart('storage', () => import('./storage/storage'));
  return {
    storage: async () => (await load()).readStorage(parts),
    planRoom: async (question) => (await load()).planMoreRoom(parts, question),
    discard: async (item) => (await load()).discard(parts, item),
  };
}

type Verbs = Pick<
  Shelf,
  | 'ensure'
  | 'adopt'
  | 'plan'
  | 'pause'
  | 'cancel'
  | 'list'
  | 'remove'
  | 'bringBack'
  | 'verify'
  | 'repair'
>;

interface VerbParts extends ForecastParts {
  manager: ModelManager;
  licenses: LicenseGate;
  withdrawals: WithdrawalGate;
}

function createVerbs(parts: VerbParts, registry: Registry): Verbs {
  const { host, manager } = parts;

  const known = (modelId: string) => knownIn(registry, modelId);

  const pathsOf = (config: LlmModelConfig) => {
    const state = manager.getSnapshot().states[config.modelId];
    const installed =
      state?.kind === 'installed' && state.files.length > 0 ? state.files : undefined;
    return modelPaths(config, manager.runtimeOf(config), { host, installed });
  };

  async function ensure(modelId: ModelId, options?: WorkOptions): Promise<ModelPaths> {
    const config = known(modelId);
    const work = (signal: AbortSignal) => manager.ensureModelPresent(config, signal);
    await watched({ manager, modelId, options }, work);
    return pathsOf(config);
  }

  return {
    ensure,

    async plan(modelId, { signal = new AbortController().signal } = {}) {
      throwIfAborted(signal);
      const config = known(modelId);
      const found = await forecast(parts, config, signal);
      const isHere = found.missingBytes === 0;
      const refused = isHere ? [] : await refusalsOf(parts, config);
      const refusals = [...found.refusals, ...refused];
      return { ...found, refusals, start: (options) => ensure(modelId, options) };
    },

    async adopt(modelId, folder, options) {
      if (folder === undefined) return ensure(modelId, options);
      const config = known(modelId);
      const work = (signal: AbortSignal) => manager.adoptFolder(config, folder, signal);
      await watched({ manager, modelId, options }, work);
      return pathsOf(config);
    },

    // eslint-disable-next-line @typescript-eslint/require-await -- an unknown id rejects, as in every other method
    pause: async (modelId) => manager.pauseDownload(known(modelId)),

    cancel: async (modelId) => manager.cancelDownload(known(modelId)),

    list() {
      const { states } = manager.getSnapshot();
      const stateOf = (modelId: string): ModelState => states[modelId] ?? { kind: 'absent' };
      return registry.getModels().map((model) => ({ model, state: stateOf(model.modelId) }));
    },

    remove: async (modelId, { atOnce = false } = {}) =>
      manager.deleteModel(known(modelId), { canComeBack: !atOnce }),

    async bringBack(modelId) {
      const config = known(modelId);
      await manager.bringBack(config);
      return pathsOf(config);
    },

    async verify(modelId, { signal, onProgress } = {}) {
      const report = (verifiedBytes: number, totalBytes: number) =>
        onProgress?.({ kind: 'verifying', verifiedBytes, totalBytes });
      await manager.verifyModel(known(modelId), report, signal);
    },

    async repair(modelId, options) {
      const config = known(modelId);
      const work = (signal: AbortSignal) => manager.repairModel(config, signal);
      await watched({ manager, modelId, options }, work);
      return pathsOf(config);
    },
  };
}

function knownIn(registry: Registry, modelId: string): LlmModelConfig {
  const config = registry.find(modelId);
  if (config) return config;
  const knownIds = registry.getModels().map((model) => model.modelId);
  throw new ModelError('MODEL_UNKNOWN', { modelId, knownIds });
}

async function refusalsOf(
  { licenses, withdrawals }: VerbParts,
  config: LlmModelConfig,
): Promise<ModelFailure[]> {
  const license = await licenses.findRefusal(config);
  const withdrawal = await withdrawals.findRefusal(config);
  return [withdrawal, license].flatMap((refusal) => refusal ?? []);
}
