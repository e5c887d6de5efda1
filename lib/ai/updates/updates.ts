/** Owns the updates of installed models: which there are, which run, which models are held. Doesn't depend on React. */
import type { ModelVersionStore } from '../../db/modelVersions';
import { writeIfPossible } from '../../db/writeIfPossible';
import { abortable } from '../../download/flow/abortable';
import { isAbortError, ModelError, toFailure, WENT_BACK, type ModelFailure } from '../../errors';
import { loadPart } from '../../download/flow/loadPart';
import type { Peers } from '../../platform/types';
import type { HubTools } from '../discover/hubTools';
import type { ModelVersions } from '../manage/modelVersions';
import type { LlmModelConfig } from '../modelConfig';
import type { ManagerSnapshot, ModelState } from '../modelState';
import { createObservable } from '../observable';
import type { Registry } from '../registry/registry';
import type { FindTools, FoundUpdates } from './findUpdates';
import { installedModel, isEarlier, knownUpdate } from './knownUpdate';
import type { ModelUpdate } from './modelUpdate';
import { createUpdateNotes, type UpdateNotes } from './updateNotes';
import { NO_UPDATES, type HeldModel, type UpdatesSnapshot } from './updatesSnapshot';
import { patiently } from './patiently';
import type { RunParts } from './runUpdate';
import type { UpdateStep } from './updateStep';

export interface LookOptions {
  /** By default every installed model. */
  modelIds?: readonly string[] | undefined;
  signal?: AbortSignal | undefined;
}

export interface Updates {
  /** Reads what is known. Requests nothing. Call once. @throws ModelError DB_FAILED, STORAGE_UNAVAILABLE */
  start(): Promise<void>;
  /**
   * Looks for newer versions; a held model is left out. Asks the hub about models that a person added: once for each
   * repository, and once more for a model whose branch has moved on. @throws ModelError DB_FAILED; AbortError
   */
  look(options?: LookOptions): Promise<FoundUpdates>;
  /**
   * Brings the newer version beside the installed one, which goes on answering, lets it answer a question, and lets it take
   * over. Joins an update that runs. @throws ModelError MODEL_MISSING, MODEL_HELD; as `ensureModelPresent`; the reason why the
   * newer version doesn't work here, and the installed one stays then; AbortError, with bytes kept
   */
  update(modelId: string, options?: { signal?: AbortSignal | undefined }): Promise<void>;
  /** Stops an update that runs, and keeps its bytes. */
  pause(modelId: string): void;
  /**
   * The earlier version and the installed one exchange their places, without a network. The model is held afterwards.
   * @throws ModelError MODEL_MISSING where there is no earlier version; STORAGE_BUSY, DISK_IO
   */
  goBack(modelId: string): Promise<void>;
  /** Keeps a model at its version until `release`. @throws ModelError DB_FAILED */
  hold(modelId: string, reason: string): Promise<void>;
  /** @throws ModelError DB_FAILED */
  release(modelId: string): Promise<void>;
  /** The models whose update was begun and hasn't ended. */
  wantedIds(): readonly string[];
  /** The same object until something changes. */
  getSnapshot(): UpdatesSnapshot;
  subscribe(listener: () => void): () => void;
  /** Stops the updates that run, keeping their bytes. */
  close(): Promise<void>;
}

export interface UpdatesParts extends RunParts {
  digester: FindTools['digester'];
  peers: Peers;
  registry: Registry;
  manager: {
    versions: ModelVersions;
    getSnapshot(): ManagerSnapshot;
    subscribe(listener: () => void): () => void;
  };
  /** The models that a person added: the hub is asked about these alone. */
  added: {
    getSnapshot(): { models: readonly { model: LlmModelConfig; origin: AddedOrigin }[] };
    add(config: LlmModelConfig, origin: AddedOrigin): Promise<LlmModelConfig>;
  };
  store: ModelVersionStore;
  hub: HubTools;
}
type Installed = Extract<ModelState, { kind: 'installed' }>;
type AddedOrigin = 'hub' | 'address' | 'file' | 'link';

interface Context {
  parts: UpdatesParts;
  notes: UpdateNotes;
  getSnapshot(): UpdatesSnapshot;
  set(change: Partial<UpdatesSnapshot>): void;
  /** The updates that run. */
  running: Map<string, { work: Promise<void>; controller: AbortController }>;
  /** Reads which earlier versions there are. @throws ModelError STORAGE_UNAVAILABLE, DISK_IO */
  readEarlier(): Promise<void>;
}

export function createUpdates(parts: UpdatesParts): Updates {
  const { manager, registry, store, peers } = parts;
  const snapshot = createObservable(NO_UPDATES);
  const set = (change: Partial<UpdatesSnapshot>) => snapshot.set({ ...snapshot.get(), ...change });
  const notes = createUpdateNotes({ store, peers, onChange: show });
  const running: Context['running'] = new Map();
  /** The state of each installed model at the last look. */
  const seen = new Map<string, Installed>();
  let stopFollowing = () => {};

  function show(): void {
    const updates: Record<string, ModelUpdate> = {};
    const held: Record<string, HeldModel> = {};
    for (const config of registry.getModels()) {
      const { modelId } = config;
      const update = knownUpdate(parts, config, notes.get(modelId));
      if (update) updates[modelId] = update;
      const { heldReason: reason, heldAt = 0 } = notes.get(modelId) ?? {};
      if (reason !== undefined) held[modelId] = { reason, heldAt };
    }
    set({ updates, held });
  }

  async function readEarlier(): Promise<void> {
    const earlier: Record<string, number> = {};
    for (const config of registry.getModels()) {
      const { modelId } = config;
      if (stateIn(manager, modelId)?.kind !== 'installed') continue;
      const found = (await manager.versions.find(config)).earlier;
      if (found) earlier[modelId] = found.files.reduce((sum, file) => sum + file.sizeBytes, 0);
    }
    set({ earlier });
  }

  /** Notes the licence of a version as it is installed: what is stated later may be another one. */
  function noteLicense({ modelId, license }: LlmModelConfig, state: ModelState): void {
    if (isEarlier(state) || notes.get(modelId)?.license === license) return;
    void writeIfPossible(notes.write(modelId, { license }));
  }

  function follow(): void {
    let isOther = false;
    let isReplaced = false;
    for (const config of registry.getModels()) {
      const { modelId } = config;
      const state = stateIn(manager, modelId);
      const installed = state?.kind === 'installed' ? state : undefined;
      const before = seen.get(modelId);
      // The manager reports each byte of a download, too, of which nothing is shown here.
      if (installed === before) continue;
      isOther = true;
      if (installed) seen.set(modelId, installed);
      else seen.delete(modelId);
      if (installed?.installedAt === before?.installedAt) continue;
      isReplaced = true;
      if (installed) noteLicense(config, installed);
    }
    if (isOther) show();
    // A disk that can't be read now offers no way back.
    if (isReplaced) void readEarlier().catch(() => undefined);
  }

  const context: Context = { parts, notes, getSnapshot: snapshot.get, set, running, readEarlier };
  return {
    async start() {
      await notes.start();
      const stops = [manager.subscribe(follow), registry.subscribe(show)];
      stopFollowing = () => stops.forEach((stop) => stop());
      follow();
    },
    look: looking(context),
    ...updating(context),
    goBack: returning(context),
    hold: (modelId, reason) =>
      notes.write(modelId, { heldReason: reason, heldAt: parts.clock.nowMs() }),
    release: (modelId) => notes.write(modelId, { heldReason: undefined, heldAt: undefined }),
    wantedIds: notes.wantedIds,
    getSnapshot: snapshot.get,
    subscribe: snapshot.subscribe,

    async close() {
      stopFollowing();
      notes.close();
      for (const { controller } of running.values()) controller.abort();
      await Promise.allSettled([...running.values()].map(({ work }) => work));
    },
  };
}

function looking({ parts, notes, set }: Context): Updates['look'] {
  const { registry, clock, hub, digester } = parts;
  return async ({ modelIds, signal = new AbortController().signal } = {}) => {
    const asked = registry.getModels().flatMap((config) => {
      const { modelId } = config;
      const isAsked = modelIds === undefined || modelIds.includes(modelId);
      const isHeld = notes.get(modelId)?.heldReason !== undefined;
      return isAsked && !isHeld ? (installedModel(parts, config, notes.get(modelId)) ?? []) : [];
    });
    set({ isLooking: true });
    try {
      const { look } = await loadPart('look', () => import('./look'));
      const found = await look({ hub, digester, notes }, asked, signal);
      set({ problems: found.problems, lookedAt: clock.nowMs() });
      return found;
    } finally {
      set({ isLooking: false });
    }
  };
}

function updating(context: Context): Pick<Updates, 'update' | 'pause'> {
  const { notes, running } = context;
  return {
    async update(modelId, { signal } = {}) {
      const reason = notes.get(modelId)?.heldReason;
      if (reason !== undefined) throw new ModelError('MODEL_HELD', { modelId, reason });
      const before = running.get(modelId);
      if (before) return before.work;
      const { controller, release } = abortable(...(signal ? [signal] : []));
      const work = run(context, modelId, controller.signal).finally(() => {
        release();
        running.delete(modelId);
      });
      running.set(modelId, { work, controller });
      return work;
    },
    pause: (modelId) => running.get(modelId)?.controller.abort(),
  };
}

async function run(context: Context, modelId: string, signal: AbortSignal): Promise<void> {
  const { parts, notes, getSnapshot, set } = context;
  const { manager, added } = parts;
  let config = installedConfig(parts, modelId);
  const onStep = showing(context, modelId);
  const showFailure = (failure: ModelFailure | undefined) =>
    set({ failures: changed(getSnapshot().failures, modelId, failure) });
  showFailure(undefined);
  onStep({ kind: 'bringing', state: PREPARING });
  const { runUpdate, RefusedVersion } = await loadPart('runUpdate', () => import('./runUpdate'));
  try {
    const update = getSnapshot().updates[modelId];
    if (update?.origin === 'hub') {
      // From here on the list states the newer version, and the installed one is an earlier one of it.
      const kept = added.getSnapshot().models.find(({ model }) => model.modelId === modelId);
      config = await added.add(update.config, kept?.origin ?? 'hub');
    }
    await notes.write(modelId, { isWanted: true });
    await runUpdate(parts, config, { onStep, signal });
    const { license } = config;
    const done = { isWanted: false, refused: undefined, found: undefined, license };
    await writeIfPossible(notes.write(modelId, done));
  } catch (error) {
    const cause = error instanceof RefusedVersion ? error.cause : error;
    if (error instanceof RefusedVersion) {
      await manager.versions.discard(config);
      const refused = error.version;
      await writeIfPossible(notes.write(modelId, { isWanted: false, refused }));
    }
    if (!isAbortError(cause)) showFailure(toFailure(cause));
    throw cause;
  } finally {
    onStep(undefined);
  }
}

function returning(context: Context): Updates['goBack'] {
  const { parts, notes, running } = context;
  const { manager, clock } = parts;
  return async (modelId) => {
    const config = installedConfig(parts, modelId);
    const before = running.get(modelId);
    before?.controller.abort();
    await before?.work.catch(() => undefined);
    const onStep = showing(context, modelId);
    const { signal } = new AbortController();
    try {
      await patiently(parts, { config, onStep, signal }, () => manager.versions.goBack(config));
    } finally {
      onStep(undefined);
      await context.readEarlier().catch(() => undefined);
    }
    const reason = notes.get(modelId)?.heldReason;
    if (reason === undefined && isEarlier(stateIn(manager, modelId))) {
      const heldAt = clock.nowMs();
      await notes.write(modelId, { heldReason: WENT_BACK, heldAt, isWanted: false });
    } else if (reason === WENT_BACK) {
      await notes.write(modelId, { heldReason: undefined, heldAt: undefined });
    }
  };
}

function showing({ getSnapshot, set }: Context, modelId: string) {
  return (step: UpdateStep | undefined) =>
    set({ steps: changed(getSnapshot().steps, modelId, step) });
}

/** @throws ModelError MODEL_MISSING for a model without an installed version */
function installedConfig(parts: UpdatesParts, modelId: string): LlmModelConfig {
  const config = parts.registry.find(modelId);
  if (config && stateIn(parts.manager, modelId)?.kind === 'installed') return config;
  throw new ModelError('MODEL_MISSING', { modelId });
}

function stateIn(manager: UpdatesParts['manager'], modelId: string): ModelState | undefined {
  return manager.getSnapshot().states[modelId];
}

const PREPARING: ModelState = {
  ...{ kind: 'waiting', reason: 'preparing', receivedBytes: 0, totalBytes: undefined },
};

/** The same record with another value for one id; undefined removes it. */
function changed<T>(
  record: Readonly<Record<string, T>>,
  id: string,
  value: T | undefined,
): Readonly<Record<string, T>> {
  const { [id]: _before, ...others } = record;
  return value === undefined ? others : { ...others, [id]: value };
}
