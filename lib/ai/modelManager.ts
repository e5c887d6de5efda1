/** Manages the models on this device: downloads, verifies, tracks and removes them. */
import { finallyDo } from '../download/flow/finallyDo';
import { expireKept, findRemoved } from '../download/store/keptBuilds';
import { filesOfOtherBuilds, type Manifest } from '../download/store/manifest';
import { sum } from '../download/plan/plan';
import { makeRoomFor } from '../download/preparePlan';
import type { PlanPreview } from '../download/previewPlan';
import { reopenInstalled } from '../download/store/reopen';
import { listStaged, removeStaged } from '../download/store/staged';
import { ModelError } from '../errors';
import type { BuildChoice } from './registry/buildChoice';
import { importing, type Incoming } from './imports/installImported';
import { createDownloadJobs, type DownloadJobs } from './manage/downloadJobs';
import { createRegistryFollower } from './manage/followRegistry';
import { createManagerParts, type ManagerParts, type ManagerDeps } from './manage/managerParts';
import type { LlmModelConfig } from './modelConfig';
import type { EnsureResult, RuntimeOf } from './registry/modelFiles';
import { loadLater } from '../download/flow/loadLater';
import { loadPart } from '../download/flow/loadPart';
import type { ManagerSnapshot, ModelState } from './modelState';
import { createModelVersions, type ModelVersions } from './manage/modelVersions';
import { createPermit, type Permit } from './manage/permitDownload';
import { startPeerSync } from './manage/peerSync';
import { folderLock, reconcile } from './manage/reconcile';
import { createRemovals, type Removal } from './manage/removals';
import type { Moves } from './places/moves';
import { resumeBegun } from './manage/resumeBegun';
import { withSystemModels } from './manage/systemModels';
import { verify, type OnVerified } from './manage/verifyInstalled';
import { sendHomeIfPossible } from './adoption/visitors';
import { createTransferSettings } from './settings/transferSettings';

export type { OnVerified, Removal };

export interface ModelManager extends Moves {
  /**
   * Reads the disk, finishes interrupted installs and removals, updates the database to match, and
   * continues downloads that ran when the last run of the app ended (see `ManagerDeps.downloads`).
   * Call once, before anything else. @throws ModelError STORAGE_UNAVAILABLE, having changed nothing.
   */
  start(): Promise<void>;
  /**
   * Brings every file of a model onto this device, verified.
   *
   * Safe at any time: verified files are not fetched again, and a second call for the
   * same model joins the first, also across tabs. `installed` is announced only after the
   * last rename, so it never stands for an incomplete model. Pausing or cancelling rejects with
   * AbortError. So does an abort of `signal`, which ends only this call's waiting; the transfer stops, as by a
   * pause, when no other call waits for it.
   *
   * @throws ModelError NO_SPACE and LICENSE_UNACCEPTED before the first byte, HASH_MISMATCH after the last,
   * MODEL_UNAVAILABLE with the registry's reason, NOT_AS_PUBLISHED for a model that `differs`.
   * SYSTEM_MODEL for a model that the system itself downloads; this manager can't remove, check or repair it.
   */
  ensureModelPresent(config: LlmModelConfig, signal?: AbortSignal): Promise<EnsureResult>;
  /**
   * What `ensureModelPresent` would do for a model that isn't installed, without doing it. Writes nothing.
   * @throws ModelError STORAGE_UNAVAILABLE, DISK_IO; AbortError
   */
  previewDownload(config: LlmModelConfig, signal: AbortSignal): Promise<PlanPreview>;
  runtimeOf: RuntimeOf;
  /** The result of `runtimeOf`, and the reason for it. */
  buildChoiceOf(config: LlmModelConfig): BuildChoice;
  /**
   * Stops the transfer, in whichever tab it runs, and keeps its bytes; later starts don't continue it. Does nothing when
   * there is no transfer.
   */
  pauseDownload(config: LlmModelConfig): void;
  /** Stops the transfer, if any, and removes its bytes. An installed model stays. */
  cancelDownload(config: LlmModelConfig): Promise<void>;
  /**
   * Removes files, partial bytes and record. Idempotent. When a file can't be removed, the whole model
   * stays as it was. When only the record can't be removed, the next start removes it. With `canComeBack`, an installed
   * model is kept for a while (see `ManagerSnapshot.kept`), unless the disk is full.
   * @throws ModelError STORAGE_BUSY, DISK_IO, DB_FAILED, SYSTEM_MODEL
   */
  deleteModel(config: LlmModelConfig, removal?: Removal): Promise<void>;
  /**
   * Makes a removed model installed again, without a network, also after a restart. Does nothing where it is installed.
   * @throws ModelError MODEL_MISSING where its time is over or its room was needed; STORAGE_BUSY, DISK_IO, DB_FAILED
   */
  bringBack(config: LlmModelConfig): Promise<void>;
  /** The manifest of a removed build that can come back, of the runtime that a download would bring; else undefined. */
  findRemoved(config: LlmModelConfig): Promise<Manifest | undefined>;
  /**
   * The bytes that can be written to the volume of a model's folder, by default the store's own: kept builds count as free.
   * Undefined where the host doesn't tell.
   */
  freeBytes(folder?: string): Promise<number | undefined>;
  /**
   * Lets kept builds give way to bytes that come in otherwise than by a download.
   * @throws ModelError NO_SPACE, having deleted nothing, where that isn't enough
   */
  makeRoom(missingBytes: number): Promise<void>;
  /** To be called after files of the store were removed otherwise: reads what is used, free and kept. */
  refreshStorage(): Promise<void>;
  /**
   * Reads a model's state from the disk again, for example after its drive was connected. So does the app itself, for models
   * that are `disconnected`, each time it is shown. @throws ModelError STORAGE_UNAVAILABLE, DISK_IO
   */
  look(config: LlmModelConfig): Promise<ModelState>;
  /** Bytes on disk, partial downloads included; 0 when there are none. */
  getModelSize(config: LlmModelConfig): Promise<number>;
  /**
   * Reads an installed model back and compares it with the statements of the registry or catalog, then
   * with its manifest. It changes only the model's state, and only when files turn out to be missing.
   * `onVerified` receives the number of bytes read so far.
   * @throws ModelError MODEL_MISSING, NOT_AS_PUBLISHED, HASH_MISMATCH, LENGTH_MISMATCH, SYSTEM_MODEL; AbortError
   */
  verifyModel(config: LlmModelConfig, onVerified?: OnVerified, signal?: AbortSignal): Promise<void>;
  /**
   * Reads an installed model back and fetches only the damaged parts, and the files that aren't the ones
   * that the registry or catalog names. The model doesn't count as installed until the repair is done,
   * because its files can't be trusted. A failure leaves a download that can be resumed.
   * `signal` as for `ensureModelPresent`. @throws ModelError MODEL_MISSING, and what `ensureModelPresent` does
   */
  repairModel(config: LlmModelConfig, signal?: AbortSignal): Promise<EnsureResult>;
  /**
   * `ensureModelPresent` with files that another program left in the store: those of the model are moved into it, checked
   * and not downloaded; see `adopt`. A download that is already running is joined, and takes none of them.
   */
  adoptFiles(
    config: LlmModelConfig,
    paths: readonly string[],
    signal?: AbortSignal,
  ): Promise<EnsureResult>;
  /**
   * The same with the files directly in a folder outside of the store: a `file://` URI or an absolute path. Each file with
   * the size of one of the model’s is moved into the store to be compared, and back at once if it isn’t that file; no
   * other file is touched. After a crash, the next start or call moves it back. Where the host can’t reach
   * such folders, this is `ensureModelPresent`. @throws ModelError NAME_INVALID for a relative path; DISK_IO
   */
  adoptFolder(config: LlmModelConfig, folder: string, signal?: AbortSignal): Promise<EnsureResult>;
  /**
   * Installs the files of a model, which are in the import’s place and were read back. A download of the model is paused
   * first, in whichever tab it runs, and its bytes are removed with the install. The model needs no source.
   * @throws ModelError IMPORT_KNOWN, FOLDER_LINKED, STORAGE_BUSY, DISK_IO
   */
  installImported(config: LlmModelConfig, incoming: Incoming): Promise<EnsureResult>;
  /**
   * Sets the limit in bytes per second for all transfers together; undefined removes it. Takes effect at
   * once and stays after the next start. @throws ModelError DB_FAILED
   */
  setRateLimit(bytesPerSecond: number | undefined): Promise<void>;
  /**
   * Sets whether transfers wait for a network that isn't metered. Takes effect at once and stays after
   * the next start. @throws ModelError DB_FAILED
   */
  setWifiOnly(isOn: boolean): Promise<void>;
  /** Versions of installed models beside the installed one. */
  readonly versions: ModelVersions;
  /** The same object until something changes; at most ten new ones a second while bytes arrive. */
  getSnapshot(): ManagerSnapshot;
  subscribe(listener: () => void): () => void;
  /** Stops transfers, keeping their bytes, and stops running verifications. */
  close(): Promise<void>;
}

export function createModelManager(deps: ManagerDeps): ModelManager {
  const parts = createManagerParts(deps);
  const manager = createFileManager(parts);
  const { registry, runtimeOf, snapshots } = parts;
  const { host, clock, engines } = deps.platform;
  const system = engines?.system?.systemModel;
  if (system === undefined) return manager;
  return withSystemModels(manager, { system, registry, runtimeOf, snapshots, host, clock });
}

function createFileManager(parts: ManagerParts): ModelManager {
  const { files, notes, peers, runtimeOf, snapshots, tell, tools } = parts;
  const jobs = createDownloadJobs(parts);
  const versions = createModelVersions(parts);
  const { start: startTransfers, ...transferSetters } = createTransferSettings(parts);
  const resume = (models: readonly LlmModelConfig[]) => resumeBegun(parts, jobs, models);
  const stops = [
    startPeerSync({ ...parts, resume }, withVersions(jobs, versions)),
    lookWhenShown(parts),
  ];
  const follower = createRegistryFollower(parts, jobs, resume);
  const closing = new AbortController();
  let sentHome: Promise<void> | undefined;
  const { stopDownload, pauseDownload } = createStops(parts, jobs);
  const kept = { files, peers, clock: tools.clock };

  /** Runs `work` on a model's folder once no other owner works on it, then updates the state from the disk. */
  async function withFolder(config: LlmModelConfig, work: () => Promise<void>): Promise<void> {
    const ended = jobs.ended(config.modelId);
    stopDownload(config);
    await ended;
    // First, so that the next start doesn't continue a download whose removal was interrupted.
    await notes.over(config.modelId);
    const look = async () => {
      tools.space.freed();
      tell({ kind: 'changed', modelId: config.modelId });
      await parts.refresh(config);
    };
    await finallyDo(() => peers.withFolder(folderLock(config, runtimeOf(config)), work), look);
  }

  return {
    ...{ getSnapshot: snapshots.getSnapshot, subscribe: snapshots.subscribe },
    previewDownload: async (config, signal) => {
      const { previewPlan } = await loadPreview();
      return previewPlan(tools, { config, runtime: runtimeOf(config) }, signal);
    },
    runtimeOf,
    versions,
    buildChoiceOf: parts.runtimes.explain,
    pauseDownload,

    async start() {
      await startTransfers();
      const models = parts.modelsInFiles();
      await parts.runtimes.look(files, models);
      const states = await reconcile(parts, models);
      await expireKept(kept);
      snapshots.setStates(await notes.withPauses(states));
      await parts.refreshStorage();
      snapshots.set({ started: true });
      tell({ kind: 'hello' });
      await resume(models);
      follower.start(models);
      // Isn’t waited for: between two volumes, files are copied.
      sentHome = reportedLater(sendHomeIfPossible(parts));
    },

    cancelDownload: (config) =>
      withFolder(config, () => removeStaged(files, config, runtimeOf(config))),

    ...createRemovals({ ...parts, withFolder, kept, versions }),
    ...movesOf(parts, closing.signal),

    look: parts.refresh,
    findRemoved: (config) => findRemoved(kept, config, runtimeOf(config)),
    ...rooms(parts),

    async getModelSize(config) {
      const runtime = runtimeOf(config);
      const others = await filesOfOtherBuilds(files, config, runtime);
      const inFolder = await files.list(config.folderName);
      const installed = inFolder.filter(({ path }) => !others.has(path));
      const staged = await listStaged(files, config, runtime);
      return sum([...installed, ...staged].map(({ usedBytes }) => usedBytes));
    },

    verifyModel: (config, onVerified = () => undefined, signal = closing.signal) =>
      verify(parts, { config, onVerified }, [closing.signal, signal]),

    ...bringing(parts, jobs, createPermit(parts, closing.signal)),
    ...takingIn(parts, jobs, stopDownload),
    ...transferSetters,

    async close() {
      for (const stop of stops) stop();
      closing.abort();
      await Promise.all([follower.close(), jobs.abortAll(), sentHome]);
      snapshots.close();
    },
  };
}

function rooms({
  tools,
  refreshStorage,
}: ManagerParts): Pick<ModelManager, 'freeBytes' | 'makeRoom' | 'refreshStorage'> {
  const { space } = tools;
  return {
    freeBytes: (folder) => space.freeBytes(folder),
    makeRoom: (missingBytes) => makeRoomFor(space, { missingBytes, othersBytes: 0 }),
    async refreshStorage() {
      space.freed();
      await refreshStorage();
    },
  };
}

/** A drive may have been connected while the app was out of sight. Returns the way to stop. */
function lookWhenShown({ host, snapshots, modelsInFiles, refresh }: ManagerParts): () => void {
  return host.subscribe((event) => {
    if (event !== 'shown') return;
    for (const config of modelsInFiles())
      if (snapshots.getState(config.modelId).kind === 'disconnected')
        // When the disk can't be read now, the last state stays.
        refresh(config).catch(() => undefined);
  });
}

/** Their code is loaded at its first use. */
function movesOf(parts: ManagerParts, closing: AbortSignal): Moves {
  const { load } = loadLater('moves', async () =>
    (await import('./places/moves')).createMoves(parts, closing),
  );
  return {
    moveModel: async (...request) => (await load()).moveModel(...request),
    cancelMove: async (config) => (await load()).cancelMove(config),
    forgetCopy: async (config) => (await load()).forgetCopy(config),
  };
}

/** Takes a person's file in, whose bytes are on this device already. */
function takingIn(
  parts: ManagerParts,
  jobs: DownloadJobs,
  stopDownload: (config: LlmModelConfig) => void,
): Pick<ModelManager, 'installImported'> {
  return {
    async installImported(config, incoming) {
      stopDownload(config);
      await jobs.ended(config.modelId);
      parts.runtimes.expect(config, incoming.runtime);
      return jobs.ensure(config, { bringsAll: true, first: importing(parts, config, incoming) });
    },
  };
}

/** A removal in another tab ends the download of a newer version, too. */
function withVersions(jobs: DownloadJobs, versions: ModelVersions): DownloadJobs {
  return {
    ...jobs,
    abort(modelId) {
      jobs.abort(modelId);
      versions.stop(modelId);
    },
  };
}

function createStops({ notes, snapshots, tell }: ManagerParts, jobs: DownloadJobs) {
  function stopDownload({ modelId }: LlmModelConfig): void {
    jobs.abort(modelId);
    tell({ kind: 'pause', modelId });
  }

  function pauseDownload(config: LlmModelConfig): void {
    const { modelId } = config;
    if (isMoving(snapshots.getState(modelId))) {
      const told = () => tell({ kind: 'changed', modelId });
      // Before the stop, which notes the end of a download that isn't paused.
      notes.paused(modelId).then(told, told);
    }
    stopDownload(config);
  }

  return { stopDownload, pauseDownload };
}

type Bringing = Pick<
  ModelManager,
  'ensureModelPresent' | 'repairModel' | 'adoptFiles' | 'adoptFolder'
>;

const loadPreview = () => loadPart('previewPlan', () => import('../download/previewPlan'));
const loadAdopt = () => loadPart('adopt', () => import('./adoption/adopt'));

/** The methods that may download. */
function bringing(parts: ManagerParts, jobs: DownloadJobs, permit: Permit): Bringing {
  return {
    ensureModelPresent: (config, signal) =>
      permit.askIfAbsent(config, signal, () => jobs.ensure(config, { signal })),

    repairModel: (config, signal) =>
      permit.ask(config, signal, () =>
        jobs.ensure(config, { signal, first: (staging) => reopen(parts, config, staging) }),
      ),

    adoptFiles: (config, paths, signal) =>
      permit.ask(config, signal, () =>
        jobs.ensure(config, {
          signal,
          first: async (staging, stop) => {
            const { adoption } = await loadAdopt();
            await adoption(parts, config, paths)(staging, stop);
          },
        }),
      ),

    adoptFolder: (config, folder, signal) =>
      permit.ask(config, signal, () =>
        jobs.ensure(config, {
          signal,
          first: async (staging, stop) => {
            const { folderAdoption } = await loadAdopt();
            await folderAdoption(parts, config, folder)(staging, stop);
          },
        }),
      ),
  };
}

/** Work whose failure is reported by a later `await`. */
function reportedLater(work: Promise<void>): Promise<void> {
  work.catch(() => undefined);
  return work;
}

function isMoving({ kind }: ModelState): boolean {
  return kind === 'waiting' || kind === 'downloading' || kind === 'verifying';
}

async function reopen(parts: ManagerParts, config: LlmModelConfig, staging: string): Promise<void> {
  const runtime = parts.runtimeOf(config);
  if (await reopenInstalled(parts, { config, runtime, staging })) return;
  throw new ModelError('MODEL_MISSING', { modelId: config.modelId });
}
