/** Adds the models that belong to the system to the manager of models in files. The system reports their state. */
import { ModelError, abortError, isAbortError, toFailure } from '../../errors';
import type { Clock, Host, SystemAvailability, SystemModel } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import type { Registry } from '../registry/registry';
import { installedPaths, type EnsureResult, type RuntimeOf } from '../registry/modelFiles';
import type { ModelState } from '../modelState';
import { TRAITS } from '../runtimes/runtimes';
import type { Removal } from './removals';
import { createSharedWork, type SharedWork } from './sharedWork';
import type { SnapshotStore } from '../snapshots/snapshotStore';

/** A system that doesn't answer must not delay the start: its model counts as unavailable until the system answers. */
export const PATIENCE_MS = 3_000;

export interface SystemModelParts {
  system: SystemModel;
  /** All models; those that consist of files are left to `manager`. */
  registry: Registry;
  runtimeOf: RuntimeOf;
  snapshots: SnapshotStore;
  host: Pick<Host, 'subscribe'>;
  clock: Pick<Clock, 'after'>;
}

type OnVerified = (verifiedBytes: number, totalBytes: number) => void;

/** The methods of the manager of models in files. */
interface Verbs {
  start(): Promise<void>;
  ensureModelPresent(config: LlmModelConfig, signal?: AbortSignal): Promise<EnsureResult>;
  pauseDownload(config: LlmModelConfig): void;
  cancelDownload(config: LlmModelConfig): Promise<void>;
  deleteModel(config: LlmModelConfig, removal?: Removal): Promise<void>;
  getModelSize(config: LlmModelConfig): Promise<number>;
  verifyModel(config: LlmModelConfig, onVerified?: OnVerified, signal?: AbortSignal): Promise<void>;
  repairModel(config: LlmModelConfig, signal?: AbortSignal): Promise<EnsureResult>;
  close(): Promise<void>;
}

/** The manager, extended to models without files. For these, `manager` isn't called and nothing is stored. */
export function withSystemModels<Manager extends Verbs>(
  manager: Manager,
  parts: SystemModelParts,
): Manager {
  const { runtimeOf, system, host, registry } = parts;
  const jobs = createSystemJobs(parts);
  const isOfSystem = (config: LlmModelConfig) => !TRAITS[runtimeOf(config)].hasFiles;
  const stops = [
    system.subscribe(jobs.show),
    host.subscribe((event) => {
      // While the app was hidden, a person may have changed the system's settings.
      if (event === 'shown') void jobs.look();
    }),
    registry.subscribe(jobs.followRegistry),
  ];

  /** Rejects for a model of the system, since an app can't read or remove its files. */
  function unlessKept<T>(config: LlmModelConfig, work: () => Promise<T>): Promise<T> {
    if (!isOfSystem(config)) return work();
    return Promise.reject(new ModelError('SYSTEM_MODEL', { lack: 'kept', reason: '' }));
  }

  return {
    ...manager,
    async start() {
      await Promise.all([manager.start(), lookPatiently(parts, jobs)]);
    },
    ensureModelPresent: (config: LlmModelConfig, signal?: AbortSignal) =>
      isOfSystem(config) ? jobs.ensure(config, signal) : manager.ensureModelPresent(config, signal),
    pauseDownload(config: LlmModelConfig) {
      if (isOfSystem(config)) jobs.abort(config);
      else manager.pauseDownload(config);
    },
    cancelDownload: (config: LlmModelConfig) =>
      isOfSystem(config) ? jobs.cancel(config) : manager.cancelDownload(config),
    deleteModel: (config: LlmModelConfig, removal?: Removal) =>
      unlessKept(config, () => manager.deleteModel(config, removal)),
    getModelSize: (config: LlmModelConfig) =>
      isOfSystem(config) ? Promise.resolve(0) : manager.getModelSize(config),
    verifyModel: (config: LlmModelConfig, onVerified?: OnVerified, signal?: AbortSignal) =>
      unlessKept(config, () => manager.verifyModel(config, onVerified, signal)),
    repairModel: (config: LlmModelConfig, signal?: AbortSignal) =>
      unlessKept(config, () => manager.repairModel(config, signal)),
    async close() {
      for (const stop of stops) stop();
      await jobs.close();
      await manager.close();
    },
  };
}

interface SystemJobs {
  look(): Promise<void>;
  show(availability: SystemAvailability): void;
  /** Shows models that are offered now, and drops those that aren't any more: the system keeps what it has of them. */
  followRegistry(): void;
  ensure(config: LlmModelConfig, signal?: AbortSignal): Promise<EnsureResult>;
  abort(config: LlmModelConfig): void;
  cancel(config: LlmModelConfig): Promise<void>;
  close(): Promise<void>;
}

function createSystemJobs(parts: SystemModelParts): SystemJobs {
  const { system, registry, runtimeOf, snapshots } = parts;
  const running = new Map<string, SharedWork<EnsureResult>>();
  const models = () => registry.getModels().filter((config) => !TRAITS[runtimeOf(config)].hasFiles);

  function show(availability: SystemAvailability): void {
    for (const config of models()) {
      const { kind } = snapshots.getState(config.modelId);
      // A running download reports its own state. A failure stays while the model is still only downloadable.
      if (running.has(config.modelId) || (kind === 'failed' && availability === 'downloadable'))
        continue;
      snapshots.setState(config.modelId, stateOf(config, availability), 'now');
    }
  }

  async function look(): Promise<void> {
    show(await system.availability());
  }

  async function bring(config: LlmModelConfig, signal: AbortSignal): Promise<EnsureResult> {
    const { modelId } = config;
    const arrive = (fraction: number | undefined) => {
      const state = { kind: 'arriving', fraction, isFollowed: true } as const;
      snapshots.setState(modelId, state, 'soon');
    };
    arrive(undefined);
    try {
      await system.bring(arrive, signal);
    } catch (error) {
      running.delete(modelId);
      await look();
      if (!isAbortError(error)) showFailure(snapshots, modelId, error);
      throw error;
    }
    running.delete(modelId);
    await look();
    return installedPaths(config, runtimeOf(config));
  }

  function ensure(config: LlmModelConfig, signal?: AbortSignal): Promise<EnsureResult> {
    const { modelId } = config;
    if (signal?.aborted) return Promise.reject(abortError());
    const job = running.get(modelId);
    if (job?.isCalledOff()) {
      const again = () => ensure(config, signal);
      return job.done.then(again, again);
    }
    if (job) return job.join(signal);
    if (snapshots.getState(modelId).kind === 'installed') {
      return Promise.resolve(installedPaths(config, runtimeOf(config)));
    }
    // This begins synchronously, so that the system still accepts the person's press.
    const work = createSharedWork((whileWanted) => bring(config, whileWanted));
    running.set(modelId, work);
    return work.join(signal);
  }

  return {
    look,
    show,
    ensure,
    followRegistry() {
      const withdrawn = models().flatMap(({ isUnlisted, modelId }) => (isUnlisted ? modelId : []));
      if (withdrawn.length > 0) {
        for (const modelId of withdrawn) running.get(modelId)?.callOff();
        registry.drop(withdrawn);
        snapshots.removeStates(withdrawn);
      } else if (models().length > 0) void look();
    },
    abort: ({ modelId }) => running.get(modelId)?.callOff(),
    async cancel({ modelId }) {
      const job = running.get(modelId);
      job?.callOff();
      // The caller of `ensure` receives the failure.
      await job?.done.catch(() => undefined);
      if (snapshots.getState(modelId).kind !== 'failed') return;
      snapshots.setState(modelId, { kind: 'absent' }, 'now');
      await look();
    },
    async close() {
      const jobs = [...running.values()];
      for (const job of jobs) job.callOff();
      await Promise.allSettled(jobs.map(({ done }) => done));
    },
  };
}

function lookPatiently({ clock }: SystemModelParts, jobs: SystemJobs): Promise<void> {
  return new Promise((resolve) => {
    const callOff = clock.after(PATIENCE_MS, () => {
      jobs.show('unavailable');
      resolve();
    });
    void jobs.look().then(() => {
      callOff();
      resolve();
    });
  });
}

function stateOf(config: LlmModelConfig, availability: SystemAvailability): ModelState {
  switch (availability) {
    case 'available':
      return { kind: 'installed', sizeBytes: 0, installedAt: 0, files: [] };
    case 'downloadable':
      return { kind: 'absent' };
    case 'downloading':
      return { kind: 'arriving', fraction: undefined, isFollowed: false };
    case 'unavailable':
      return { kind: 'unavailable', reason: config.systemSource?.lacking ?? '' };
  }
}

function showFailure(snapshots: SnapshotStore, modelId: string, error: unknown): void {
  // The model is installed despite the failure, or is unavailable: that state says more than the failure.
  const { kind } = snapshots.getState(modelId);
  if (kind === 'installed' || kind === 'unavailable') return;
  const failure = toFailure(error);
  const nothing = { receivedBytes: 0, totalBytes: undefined };
  snapshots.setState(modelId, { kind: 'failed', failure, ...nothing }, 'now');
}
