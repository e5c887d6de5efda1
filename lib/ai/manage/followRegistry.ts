/** Follows the registry while the app runs: shows new models as the disk has them, and ends what was withdrawn. */
import { continues, draftPlan } from '../../download/plan/plan';
import { toFailure } from '../../errors';
import type { LlmModelConfig } from '../modelConfig';
import type { ModelState } from '../modelState';
import type { DownloadJobs } from './downloadJobs';
import type { DownloadNotes } from './downloadNotes';
import { stateWithoutFiles } from './readModelState';
import type { Registry } from '../registry/registry';
import type { SnapshotStore } from '../snapshots/snapshotStore';
import type { PeerMessage } from './peerMessages';
import { reconcile, type ReconcileTools } from './reconcile';
import type { RuntimeChoice } from './runtimeChoice';

export interface RegistryFollower {
  /** Follows all changes since `read` was listed, the models whose states the start has read. Call once. */
  start(read: readonly LlmModelConfig[]): void;
  /** Stops following; resolves when no reading is under way. */
  close(): Promise<void>;
}

export interface FollowerParts extends ReconcileTools {
  registry: Registry;
  /** The models in the registry that consist of files on this host. */
  modelsInFiles(): readonly LlmModelConfig[];
  runtimes: RuntimeChoice;
  snapshots: SnapshotStore;
  notes: DownloadNotes;
  tell(message: PeerMessage): void;
  refreshStorage(): Promise<void>;
}

/** `resume` continues the downloads that an earlier run has begun. */
export function createRegistryFollower(
  parts: FollowerParts,
  jobs: DownloadJobs,
  resume: (models: readonly LlmModelConfig[]) => Promise<void>,
): RegistryFollower {
  const { registry, snapshots, tell } = parts;
  /** By id, as the registry last listed them. */
  let seen = new Map<string, LlmModelConfig>();
  /** The models to read from the disk. */
  const pending = new Map<string, LlmModelConfig>();
  /** Transfers that were aborted because of a change. */
  const endings: Promise<void>[] = [];
  let work = Promise.resolve();
  let stop = () => {};
  const stopped = new AbortController();
  const isStopped = () => stopped.signal.aborted;

  /** Aborts at once, so that a request that follows the change doesn't join the transfer of other files. */
  function endTransferOfOther(before: LlmModelConfig, now: LlmModelConfig): void {
    if (now.isUnlisted !== true && isSameDownload(parts, before, now)) return;
    endings.push(jobs.ended(now.modelId));
    jobs.abort(now.modelId);
  }

  function follow(): void {
    const ids = new Set(registry.getModels().map(({ modelId }) => modelId));
    const gone = Object.keys(snapshots.getSnapshot().states).filter((id) => !ids.has(id));
    if (gone.length > 0) snapshots.removeStates(gone);
    const models = parts.modelsInFiles();
    const changed = models.filter((config) => seen.get(config.modelId) !== config);
    const added = new Map<string, ModelState>();
    for (const config of changed) {
      const before = seen.get(config.modelId);
      if (before) endTransferOfOther(before, config);
      // The state of a model that was installed before it was offered is known.
      else if (snapshots.getSnapshot().states[config.modelId] === undefined) {
        added.set(config.modelId, stateWithoutFiles(config, parts.runtimeOf(config)));
      }
      pending.set(config.modelId, config);
    }
    seen = new Map(models.map((config) => [config.modelId, config]));
    if (changed.length === 0) return;
    snapshots.setStates(added);
    work = work.then(readPending);
  }

  async function readPending(): Promise<void> {
    const models = [...pending.values()].filter(({ modelId }) => seen.has(modelId));
    pending.clear();
    await Promise.all(endings.splice(0));
    if (isStopped() || models.length === 0) return;
    const before = new Map(models.map(({ modelId }) => [modelId, snapshots.getState(modelId)]));
    let states: Map<string, ModelState>;
    try {
      await parts.runtimes.look(parts.files, models);
      states = await parts.notes.withPauses(await reconcile(parts, models, 'these'));
    } catch (error) {
      states = failedStates(models, before, error);
    }
    if (isStopped()) return;
    for (const [modelId, state] of before) {
      // A job, or another tab, shows the state itself, and its state is newer.
      if (jobs.find(modelId) || snapshots.getState(modelId) !== state) states.delete(modelId);
    }
    snapshots.setStates(states);
    registry.drop([...states].flatMap(([modelId, state]) => (hasNothing(state) ? modelId : [])));
    // The states were read; a disk that can't be listed now is reported by the next operation.
    await parts.refreshStorage().catch(() => undefined);
    // Another tab may be working on one of them.
    tell({ kind: 'hello' });
    await resume(models).catch(() => undefined);
  }

  return {
    start(read) {
      seen = new Map(read.map((config) => [config.modelId, config]));
      stop = registry.subscribe(follow);
      follow();
    },
    close() {
      stopped.abort();
      stop();
      return work;
    },
  };
}

function isSameDownload(
  { runtimeOf, hubEndpoint }: FollowerParts,
  before: LlmModelConfig,
  now: LlmModelConfig,
): boolean {
  const [old, next] = [before, now].map((config) =>
    draftPlan(config, runtimeOf(config), hubEndpoint),
  );
  return before.folderName === now.folderName && !!old && !!next && continues(old, next);
}

/** Models that were shown before keep their states. */
function failedStates(
  models: readonly LlmModelConfig[],
  before: ReadonlyMap<string, ModelState>,
  error: unknown,
): Map<string, ModelState> {
  const failure = toFailure(error);
  const failed: ModelState = { kind: 'failed', failure, receivedBytes: 0, totalBytes: undefined };
  const isNew = ({ modelId }: LlmModelConfig) => before.get(modelId)?.kind === 'absent';
  return new Map(models.filter(isNew).map(({ modelId }) => [modelId, failed]));
}

function hasNothing(state: ModelState): boolean {
  return state.kind === 'unavailable' && state.usedBytes === undefined;
}
