/** Brings every file of a plan to staging, from where it stopped. Nothing here is verified yet. */
import type { LlmModelConfig } from '../ai/modelConfig';
import { stagingPath } from '../ai/modelFiles';
import type { FileProgress } from '../ai/modelState';
import type { ModelError } from '../errors';
import type { FileStore } from '../platform/types';
import { discardUselessBytes } from './discardUselessBytes';
import {
  partName,
  plannedBytes,
  stagedSizes,
  sum,
  type DownloadPlan,
  type PlannedFile,
} from './plan';
import { fetchUrl } from './resolveSources';
import { transferFile, type TransferTools } from './transferFile';

export interface BringTools extends TransferTools {
  files: FileStore;
}

/** What is here of all files, `totalBytes` undefined while one's size isn't known; and the file that moves. */
export type OnReceived = (
  received: { receivedBytes: number; totalBytes: number | undefined },
  file?: FileProgress,
) => void;

export interface BringJob {
  config: LlmModelConfig;
  plan: DownloadPlan;
  onReceived: OnReceived;
  onRetry: (error: ModelError, delayMs: number) => void;
}

/** Resolves when every `.part` has all its bytes. @throws ModelError, AbortError; bytes stay as `ERROR_TRAITS` says. */
export async function bringFiles(
  tools: BringTools,
  job: BringJob,
  signal: AbortSignal,
): Promise<void> {
  const { config, plan, onReceived } = job;
  const received = stagedSizes(plan, await tools.files.list(stagingPath(config)));
  const totalBytes = plannedBytes(plan);
  onReceived({ receivedBytes: sum(received.values()), totalBytes });
  for (const file of plan.files) {
    const { fileName, sizeBytes } = file;
    const onProgress = (bytes: number) => {
      received.set(fileName, bytes);
      const receivedBytes = sum(received.values());
      const moving = { fileName, receivedBytes: bytes, totalBytes: sizeBytes };
      onReceived({ receivedBytes, totalBytes }, moving);
    };
    const offsetBytes = received.get(fileName) ?? 0;
    await bringFile(tools, { ...job, file, offsetBytes, onProgress }, signal);
  }
}

interface FileJob extends BringJob {
  file: PlannedFile;
  offsetBytes: number;
  onProgress: (receivedBytes: number) => void;
}

async function bringFile(tools: BringTools, job: FileJob, signal: AbortSignal): Promise<void> {
  const { files, downloader } = tools;
  const { config, plan, file, onProgress, onRetry } = job;
  const path = stagingPath(config, partName(file.fileName));
  const expectedBytes = file.sizeBytes;
  if (file.source.kind === 'bundled') {
    return downloader.copyBundled(file.source.requireId, path, signal);
  }
  if (expectedBytes === 0) return files.writeText(path, '');
  // More than the whole can't be a beginning of it.
  const offsetBytes = job.offsetBytes > (expectedBytes ?? Infinity) ? 0 : job.offsetBytes;
  if (offsetBytes > 0 && offsetBytes === expectedBytes) return;
  const url = fetchUrl(config, file, plan.runtime);
  await discardUselessBytes(files, path, () =>
    transferFile(tools, { url, path, offsetBytes, expectedBytes, onProgress, onRetry }, signal),
  );
}
