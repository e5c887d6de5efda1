/** Downloads one model: plan, wait in the queue, transfer, verify, install. The only download loop. */
import type { LlmModelConfig } from '../ai/modelConfig';
import type { ModelError } from '../errors';
import { bringFiles, type Brought, type OnReceived, type OnVerified } from './bringFiles';
import type { OwnFolder, Runtime } from '../platform/types';
import { finishInstall, install } from './install';
import type { DownloadPlan } from './plan/plan';
import { preparePlan, type PlanTools } from './preparePlan';
import { refuseLink } from './store/refuseLink';
import { isNoSpace } from './store/space';
import type { TransferQueue } from './transferQueue';

/** Receives the progress of the loop. It is called often; the caller has to throttle what it shows. */
export interface DownloadObserver {
  onReceived: OnReceived;
  /** Called once every byte of a file has landed. */
  onVerified: OnVerified;
  /** Called before each wait for another attempt. */
  onRetry: (error: ModelError, delayMs: number) => void;
  /** The system holds the file back until there is Wi-Fi. */
  onHeld: () => void;
  /** The download waits in the queue for other models. */
  onQueued: () => void;
  /** The disk is full; the download resumes when there is room. */
  onNoSpace: (error: ModelError<'NO_SPACE'>) => void;
}

export interface DownloadTools extends PlanTools {
  queue: TransferQueue;
  /** Whether the download waits for room on a full disk; otherwise a full disk is a failure. */
  waitsForSpace: boolean;
}

interface Download {
  config: LlmModelConfig;
  runtime: Runtime;
  /** The folder in the store that only this owner writes to. */
  staging: string;
  own: OwnFolder;
  observer: DownloadObserver;
  /** Runs before the first byte is transferred: it may fill staging with bytes that this device has. */
  reuse?: ((reusable: Reusable, signal: AbortSignal) => Promise<void>) | undefined;
}

export interface Reusable {
  plan: DownloadPlan;
  staging: string;
}

/**
 * Resolves when the model is installed. The caller holds the model's lock and has checked that the
 * model isn't installed. After a failure, bytes stay where `ERROR_TRAITS` says that they are kept.
 * @throws ModelError FOLDER_LINKED, NO_SPACE before the first byte, HASH_MISMATCH after the last; AbortError.
 */
export async function downloadModel(
  tools: DownloadTools,
  download: Download,
  signal: AbortSignal,
): Promise<void> {
  const { files, clock, space } = tools;
  const { config, runtime, staging, own, observer } = download;
  const { modelId, folderName } = config;
  const target = { folder: folderName, runtime, staging, own };
  await refuseLink(files, folderName);
  if (await finishInstall(files, target)) return;
  try {
    const plan = await preparePlan(
      tools,
      { config, runtime, staging, onRetry: observer.onRetry },
      signal,
    );
    await download.reuse?.({ plan, staging }, signal);
    const brought = await bringInTurn(tools, { ...download, plan }, signal);
    // The rest can't be cancelled: it is faster than a cancellation, and a later start finishes an interrupted install.
    const about = { modelId, runtime, installedAt: clock.nowMs() };
    const manifest = { ...about, files: brought.files };
    const installed = { manifest, versions: brought.versions };
    await space.givingWay(folderName, () => install(files, target, installed));
  } finally {
    space.release(modelId);
  }
}

async function bringInTurn(
  tools: DownloadTools,
  { config, staging, observer, plan }: Download & { plan: DownloadPlan },
  signal: AbortSignal,
): Promise<Brought> {
  const { space, queue } = tools;
  const bring = () => bringFiles(tools, { config, plan, staging, ...observer }, signal);
  for (;;) {
    const leave = await queue.enter(observer.onQueued, signal);
    try {
      return await space.givingWay(config.folderName, bring);
    } catch (error) {
      if (!tools.waitsForSpace || !isNoSpace(error)) throw error;
      leave();
      observer.onNoSpace(error);
      await space.untilRoom({ error, folder: config.folderName }, signal);
    } finally {
      leave();
    }
  }
}
