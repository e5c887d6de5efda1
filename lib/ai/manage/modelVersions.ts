/** The versions of an installed model: brings another one beside it, lets the two exchange their places, and back. */
import { finallyDo } from '../../download/flow/finallyDo';
import { abortable } from '../../download/flow/abortable';
import { loadPart } from '../../download/flow/loadPart';
import type { DownloadTools, Reusable } from '../../download/downloadModel';
import { findComplete, finishExchange, goBack, takeOver } from '../../download/exchange';
import type { Manifest } from '../../download/store/manifest';
import { ModelError } from '../../errors';
import type { Clock, FileStore, OwnFolder, Peers, Platform } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import type { ModelState } from '../modelState';
import { asUpdate, KEPT_LOCK, keptPath, updateLock, updatePath } from '../registry/buildPlaces';
import { unavailableReason, type RuntimeOf } from '../registry/modelFiles';
import { isAsStated } from '../registry/published';
import { ownersFolder } from '../../platform/shared/storePath';
import type { PeerMessage } from './peerMessages';
import type { MayDownload } from './permitDownload';
import { findInstalled } from './readModelState';
import { folderLock, takeStaging } from './reconcile';
import { runDownload, type Show } from './runDownload';

/** The complete versions on this device. `waiting` is another one than the installed, and was read back. */
export interface FoundVersions {
  installed: Manifest | undefined;
  waiting: Manifest | undefined;
  earlier: Manifest | undefined;
}

export interface BringOptions {
  /** Receives the states of the transfer; the model's own state stays `installed`. */
  show: Show;
}

export interface ModelVersions {
  find(config: LlmModelConfig): Promise<FoundVersions>;
  /**
   * Downloads the stated version beside the installed one, which isn't touched, and reads it back. Continues with the bytes
   * of an earlier call. Resolves with its manifest when it waits to take over.
   * @throws ModelError as `ensureModelPresent`, LICENSE_UNACCEPTED before the first byte; MODEL_MISSING where no version is installed; AbortError, with bytes kept
   */
  bring(config: LlmModelConfig, options: BringOptions, signal: AbortSignal): Promise<Manifest>;
  /**
   * The waiting version takes the place of the installed one, which is kept. Renames only; after a death the next start
   * finishes it. @throws ModelError MODEL_MISSING, FOLDER_LINKED, STORAGE_BUSY, DISK_IO; nothing has changed then
   */
  takeOver(config: LlmModelConfig): Promise<void>;
  /** Exchanges the installed version and the kept one, by renames, without a network. @throws as `takeOver` */
  goBack(config: LlmModelConfig): Promise<void>;
  /** Ends the download of a newer version in this tab, and removes it with a version that waits. */
  discard(config: LlmModelConfig): Promise<void>;
  /** Stops a download of a newer version in this tab, and keeps its bytes. */
  stop(modelId: string): void;
}

export interface VersionParts {
  files: FileStore;
  peers: Peers;
  runtimeOf: RuntimeOf;
  tools: DownloadTools & Pick<Platform, 'ranges'>;
  tell(message: PeerMessage): void;
  mayDownload: MayDownload | undefined;
  /** Reads a model's state from the disk and publishes it. */
  refresh(config: LlmModelConfig): Promise<ModelState>;
}

export function createModelVersions(parts: VersionParts): ModelVersions {
  const { files, peers, runtimeOf, tools, tell } = parts;
  const clock: Clock = tools.clock;
  const placeOf = (config: LlmModelConfig) => {
    return { folder: config.folderName, runtime: runtimeOf(config) };
  };

  /** Runs `work` under the lock of the installed build, and shows the result here and in other tabs. */
  function exchanging(config: LlmModelConfig, work: () => Promise<void>): Promise<void> {
    const { modelId } = config;
    const look = async () => {
      tools.space.freed();
      tell({ kind: 'changed', modelId });
      await parts.refresh(config);
    };
    const locked = () =>
      peers.withFolder(folderLock(config, runtimeOf(config)), () =>
        peers.withLock(KEPT_LOCK, async () => {
          await finishExchange(files, placeOf(config));
          await work();
        }),
      );
    return finallyDo(locked, look);
  }

  const stops = new Map<string, AbortController>();
  const stop = (modelId: string) => stops.get(modelId)?.abort();

  async function bringStoppably(
    config: LlmModelConfig,
    options: BringOptions,
    signal: AbortSignal,
  ): Promise<Manifest> {
    const { modelId } = config;
    const { controller, release } = abortable(signal);
    stops.set(modelId, controller);
    try {
      return await bring({ ...parts, find }, config, { ...options, signal: controller.signal });
    } finally {
      release();
      if (stops.get(modelId) === controller) stops.delete(modelId);
    }
  }

  async function find(config: LlmModelConfig): Promise<FoundVersions> {
    const { folder, runtime } = placeOf(config);
    const isOurs = (found: Manifest | undefined) =>
      found?.modelId === config.modelId ? found : undefined;
    return {
      installed: await findInstalled(files, config, runtime),
      waiting: isOurs(await findComplete(files, updatePath(folder, runtime), runtime)),
      earlier: isOurs(await findComplete(files, keptPath('earlier', folder, runtime), runtime)),
    };
  }

  async function discard(config: LlmModelConfig): Promise<void> {
    const { folder, runtime } = placeOf(config);
    stop(config.modelId);
    const lock = updateLock(config, runtime);
    await peers.withFolder(lock, async () => {
      await files.remove(updatePath(folder, runtime));
      for (const path of [lock.folder, ownersFolder(lock.folder)]) await files.remove(path);
    });
  }

  return {
    find,
    bring: bringStoppably,
    stop,
    takeOver: (config) => exchanging(config, () => takeOver(files, placeOf(config), clock.nowMs())),
    goBack: (config) => exchanging(config, () => goBack(files, placeOf(config), clock.nowMs())),
    discard,
  };
}

const loadReuse = () =>
  loadPart('reuseInstalled', () => import('../../download/delta/reuseInstalled'));

async function bring(
  { files, peers, runtimeOf, tools, mayDownload, find }: VersionParts & Pick<ModelVersions, 'find'>,
  config: LlmModelConfig,
  { show, signal }: BringOptions & { signal: AbortSignal },
): Promise<Manifest> {
  const { modelId } = config;
  const runtime = runtimeOf(config);
  const reason = unavailableReason(config, runtime);
  if (reason !== undefined) throw new ModelError('MODEL_UNAVAILABLE', { modelId, reason });
  // The newer version may have another licence, and may be withdrawn by now.
  const isAsked = config.needsAcceptance === true || config.withdrawn !== undefined;
  if (isAsked) await mayDownload?.(config, signal);
  const placed = asUpdate(config, runtime);
  const received = { receivedBytes: 0, totalBytes: undefined };

  async function work(own: OwnFolder): Promise<Manifest> {
    const { installed, waiting } = await find(config);
    if (!installed) throw new ModelError('MODEL_MISSING', { modelId });
    if (waiting && isAsStated(config, runtime, waiting.files)) return waiting;
    if (waiting) await files.remove(placed.folderName);
    const staging = await takeStaging(files, own);
    const { controller, release } = abortable(signal, own.lost);
    const reuse = async (reusable: Reusable, whileOurs: AbortSignal) => {
      // Where the part can’t be had, as on a page that is no longer served, the whole version comes.
      const part = await loadReuse().catch(() => undefined);
      const had = { config, folder: config.folderName, installed: installed.files };
      await part?.reuseInstalled(tools, { ...reusable, ...had }, whileOurs);
    };
    const download = { config: placed, runtime, staging, own, received, show, reuse };
    try {
      await runDownload(tools, download, controller.signal);
    } finally {
      release();
    }
    const brought = (await find(config)).waiting;
    if (!brought) throw new ModelError('MODEL_MISSING', { modelId });
    return brought;
  }

  const onWait = () => {
    show({ kind: 'waiting', reason: 'other-owner', ...received }, 'now');
  };
  return peers.withFolder(updateLock(config, runtime), work, { onWait, signal });
}
