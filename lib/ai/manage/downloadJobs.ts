/** The downloads that run in this tab or process: one per model. Further calls for a model join its download. */
import type { ModelSettingsStore } from '../../db/modelSettings';
import type { DownloadTools } from '../../download/downloadModel';
import { loadPart } from '../../download/flow/loadPart';
import { abortable, throwIfAborted } from '../../download/flow/abortable';
import { reopenInstalled } from '../../download/store/reopen';
import { ModelError, abortError, fromFailure, isAbortError, toFailure } from '../../errors';
import type { Host, OwnFolder, Peers } from '../../platform/types';
import type { DownloadNotes } from './downloadNotes';
import { runDownload } from './runDownload';
import type { LlmModelConfig } from '../modelConfig';
import {
  installedPaths,
  modelFiles,
  unavailableReason,
  type EnsureResult,
} from '../registry/modelFiles';
import type { InstalledFile, ModelState, WaitReason } from '../modelState';
import type { PeerMessage } from './peerMessages';
import { findInstalled, readModelState, type StateTools } from './readModelState';
import { folderLock, record, takeStaging } from './reconcile';
import { bringBackIfPublished } from './removals';
import { createSharedWork, type SharedWork } from './sharedWork';
import type { Pace, SnapshotStore } from '../snapshots/snapshotStore';

const loadSharing = () => loadPart('shareEqual', () => import('./shareEqual'));

type First = (staging: string, signal: AbortSignal, own: OwnFolder) => Promise<void>;

interface Job {
  /** Whether this job holds the model's lock; until then another owner does the work. */
  isOwner: boolean;
  /** Runs once, before the check whether the model is installed; `staging` is this owner's folder. */
  first: First | undefined;
}

interface RunningJob {
  job: Job;
  work: SharedWork<EnsureResult>;
}

export interface EnsureOptions {
  /** Runs once, as soon as a new job holds the model's lock. */
  first?: First;
  /** Set if `first` installs the model or rejects, so that the model needs no source. */
  bringsAll?: true;
  /** Ends this caller's waiting; the job is aborted when nobody else waits for it. */
  signal?: AbortSignal | undefined;
}

export interface JobParts extends StateTools {
  host: Host;
  peers: Peers;
  settings: ModelSettingsStore;
  notes: DownloadNotes;
  snapshots: SnapshotStore;
  tools: DownloadTools;
  tell(message: PeerMessage): void;
  /** Reads a model's state from the disk and publishes it. */
  refresh(config: LlmModelConfig): Promise<ModelState>;
}

export interface DownloadJobs {
  /**
   * Joins the running job or starts one. A job that was aborted isn't joined: a new one follows it.
   * @throws what `ensureModelPresent` states.
   */
  ensure(config: LlmModelConfig, options?: EnsureOptions): Promise<EnsureResult>;
  /** Undefined when there is no job; `isOwner` is false while the job waits for another tab. */
  find(modelId: string): { isOwner: boolean } | undefined;
  /** Aborts this tab's job, if any. */
  abort(modelId: string): void;
  /** Resolves when this tab's job, if any, has ended, also by a failure. */
  ended(modelId: string): Promise<void>;
  abortAll(): Promise<void>;
}

export function createDownloadJobs(parts: JobParts): DownloadJobs {
  const { files, runtimeOf, tell } = parts;
  const jobs = new Map<string, RunningJob>();
  let isClosed = false;

  function forget(modelId: string, job: Job): void {
    // Another job may already wait for the end of this one.
    if (jobs.get(modelId)?.job === job) jobs.delete(modelId);
  }

  async function run(config: LlmModelConfig, job: Job, signal: AbortSignal) {
    try {
      await download(parts, { config, job, isClosing: () => isClosed }, signal);
      forget(config.modelId, job);
      const state = await parts.refresh(config);
      return installedPaths(config, runtimeOf(config), installedFilesIn(state));
    } catch (error) {
      forget(config.modelId, job);
      await showEnd(parts, config, error);
      throw error;
    } finally {
      tell({ kind: 'changed', modelId: config.modelId });
    }
  }

  return {
    async ensure(config, { first, bringsAll, signal } = {}) {
      const { modelId } = config;
      if (signal) throwIfAborted(signal);
      const running = jobs.get(modelId)?.work;
      if (running && !running.isCalledOff()) return running.join(signal);
      if (isClosed) throw abortError();
      const runtime = runtimeOf(config);
      const reason = bringsAll ? undefined : unavailableReason(config, runtime);
      if (reason !== undefined) {
        // An installed model needs no source.
        const isHere = first === undefined && (await findInstalled(files, config, runtime));
        if (isHere) return installedPaths(config, runtime, isHere.files);
        throw new ModelError('MODEL_UNAVAILABLE', { modelId, reason });
      }
      const job: Job = { isOwner: false, first };
      const work = createSharedWork(async (whileWanted) => {
        // Registered before that end, so that a pause in the meantime reaches this job, too.
        await running?.done.catch(() => undefined);
        return run(config, job, whileWanted);
      });
      jobs.set(modelId, { job, work });
      return work.join(signal);
    },
    find: (modelId) => jobs.get(modelId)?.job,
    abort(modelId) {
      jobs.get(modelId)?.work.callOff();
    },
    async ended(modelId) {
      // The caller of `ensure` receives the failure; this method only waits for the end.
      await jobs.get(modelId)?.work.done.catch(() => undefined);
    },
    async abortAll() {
      isClosed = true;
      const running = [...jobs.values()].map(({ work }) => work);
      for (const work of running) work.callOff();
      await Promise.allSettled(running.map(({ done }) => done));
    },
  };
}

async function download(
  parts: JobParts,
  { config, job, isClosing }: { config: LlmModelConfig; job: Job; isClosing: () => boolean },
  signal: AbortSignal,
): Promise<void> {
  const { files, notes, peers, settings, snapshots, tell, tools } = parts;
  const { modelId } = config;
  const runtime = parts.runtimeOf(config);
  const show = (state: ModelState, pace: Pace) => {
    snapshots.setState(config.modelId, state, pace);
  };
  // Bytes that were kept count from the beginning: progress doesn't fall back to 0.
  const soFar = transferIn(snapshots.getState(config.modelId));
  // An installed model stays so while it is looked at: what is shown for it, such as a chat, mustn't vanish meanwhile.
  const showWaiting = (reason: WaitReason) => {
    const isHere = snapshots.getState(config.modelId).kind === 'installed' && !job.first;
    if (!isHere) show({ kind: 'waiting', reason, ...soFar }, 'now');
  };
  showWaiting('preparing');
  askToKeep(parts, config);
  const onWait = () => {
    showWaiting('other-owner');
    // The owner of the lock answers with its progress.
    tell({ kind: 'hello' });
  };
  const bring = async (own: OwnFolder, whileOurs: AbortSignal) => {
    const staging = await takeStaging(files, own);
    if (job.first) await job.first(staging, whileOurs, own);
    // The files of a build that was removed lately needn't be fetched, but they are read back: the person may have removed
    // it because it was damaged.
    else if (await bringBackIfPublished({ ...parts, ...tools }, config, runtime)) {
      await reopenInstalled(parts, { config, runtime, staging });
    }
    job.first = undefined;
    const before = await readModelState(parts, config);
    // The installed files aren't the published ones. Only a repair or a removal replaces them.
    if (before.kind === 'differs') throw fromFailure(before.failure);
    if (before.kind !== 'installed') {
      const received = transferIn(before);
      await notes.running(modelId);
      await runDownload(tools, { config, runtime, staging, own, received, show }, whileOurs);
    }
    const state = await readModelState(parts, config);
    if (state.kind === 'installed') await record(settings, { config, runtime, state });
    if (before.kind !== 'installed') {
      await notes.over(modelId);
      if (parts.host.shareFile)
        await (
          await loadSharing()
        ).shareEqualFiles({ ...parts, ...tools }, config.folderName, runtime);
    }
  };
  /** False when another owner took the lock over; the loop then waits for that owner to end. */
  const work = async (own: OwnFolder) => {
    job.isOwner = true;
    const { controller, release } = abortable(signal, own.lost);
    try {
      await bring(own, controller.signal);
      return true;
    } catch (error) {
      if (signal.aborted || !(await isLost(own))) {
        // Under the lock, so that another tab reads it after this tab's end. The next start goes on with what runs now.
        if (!isClosing()) await notes.stopped(modelId, error);
        throw error;
      }
      job.isOwner = false;
      return false;
    } finally {
      release();
    }
  };
  while (!(await peers.withFolder(folderLock(config, runtime), work, { onWait, signal })));
}

async function isLost(own: OwnFolder): Promise<boolean> {
  // The rejection can be ignored, because `lost` is then aborted.
  await own.confirm().catch(() => undefined);
  return own.lost.aborted;
}

// Not awaited: a browser may ask its user, who may leave the question unanswered for longer than the download takes.
function askToKeep({ host, runtimeOf, snapshots }: JobParts, config: LlmModelConfig): void {
  const isPersonal = modelFiles(config, runtimeOf(config)).some(
    ({ source }) => source.kind !== 'bundled',
  );
  if (!isPersonal || snapshots.getSnapshot().persistent === true) return;
  void host.requestPersistence().then((persistent) => {
    snapshots.set({ persistent });
  });
}

/** Shows the state from the disk, or the failure that prevented a full download. A requested stop isn't a failure. */
async function showEnd(
  { refresh, snapshots }: Pick<JobParts, 'refresh' | 'snapshots'>,
  config: LlmModelConfig,
  error: unknown,
): Promise<void> {
  let unreadable: unknown;
  const state = await refresh(config).catch((cause: unknown) => {
    unreadable = cause;
    return snapshots.getState(config.modelId);
  });
  const cause = isAbortError(error) ? unreadable : error;
  if (cause === undefined || isSettled(state)) return;
  const failed: ModelState = { kind: 'failed', failure: toFailure(cause), ...transferIn(state) };
  snapshots.setState(config.modelId, failed, 'now');
}

/** Whether the model's files are complete, wherever they are: what failed is told to whoever asked for it. */
function isSettled({ kind }: ModelState): boolean {
  return kind === 'installed' || kind === 'differs' || kind === 'disconnected';
}

function installedFilesIn(state: ModelState): readonly InstalledFile[] | undefined {
  return state.kind === 'installed' ? state.files : undefined;
}

function transferIn(state: ModelState): { receivedBytes: number; totalBytes: number | undefined } {
  if (!('receivedBytes' in state)) return { receivedBytes: 0, totalBytes: undefined };
  const { receivedBytes, totalBytes } = state;
  return { receivedBytes, totalBytes };
}
