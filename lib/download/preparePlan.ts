/** Decides what is to be fetched, and whether there is room for it, before the first byte. */
import type { LlmModelConfig } from '../ai/modelConfig';
import { modelPath, stagingPath } from '../ai/modelFiles';
import { ModelError, isModelError } from '../errors';
import type { FileStore, Host } from '../platform/types';
import { throwIfAborted, wait } from './abortable';
import { manifestPath } from './manifest';
import {
  PLAN_NAME,
  continues,
  draftPlan,
  formatPlan,
  parsePlan,
  partName,
  plannedBytes,
  stagedSizes,
  sum,
  type DownloadPlan,
} from './plan';
import { resolveSources, type HubAccess } from './resolveSources';
import { retryDelayMs } from './retry';
import type { TransferTools } from './transferFile';

/** Left free for the database, the file system's own records and the person's next photo. */
const SPACE_MARGIN_BYTES = 64 * 1024 * 1024;

export interface PlanTools extends TransferTools, HubAccess {
  files: FileStore;
  host: Host;
}

export interface PlanJob {
  config: LlmModelConfig;
  onRetry: (error: ModelError, delayMs: number) => void;
}

/**
 * The plan that was begun, where it still holds what the registry asks for; else a new one, and
 * what the older one had brought is removed. It is on disk when this resolves.
 * @throws ModelError NO_SPACE, MODEL_UNAVAILABLE for a file that this host can't load, NET_*, HTTP_*.
 */
export async function preparePlan(
  tools: PlanTools,
  job: PlanJob,
  signal: AbortSignal,
): Promise<DownloadPlan> {
  const { files, host } = tools;
  const { config } = job;
  const draft = draftPlan(config, host.runtime);
  const begun = parsePlan(await files.readText(stagingPath(config, PLAN_NAME)));
  const goesOn = begun !== undefined && continues(begun, draft);
  if (!goesOn) await files.remove(stagingPath(config));
  const plan = goesOn ? begun : await askUntilAnswered(tools, job, { draft, signal });
  await reclaimFiles(files, config, plan);
  await checkRoom(tools, config, plan);
  await files.writeText(stagingPath(config, PLAN_NAME), formatPlan(plan));
  return plan;
}

async function askUntilAnswered(
  tools: PlanTools,
  { onRetry }: PlanJob,
  { draft, signal }: { draft: DownloadPlan; signal: AbortSignal },
): Promise<DownloadPlan> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await resolveSources(tools, draft, signal);
    } catch (error) {
      throwIfAborted(signal);
      if (!isModelError(error)) throw error;
      const delayMs = retryDelayMs(error, failures, tools.random());
      if (delayMs === undefined) throw error;
      onRetry(error, delayMs);
      await wait(tools.clock, delayMs, signal);
    }
  }
}

/**
 * Takes files of the right name and size that lie in the model's folder without a manifest: a
 * copy by hand, or a model whose record was lost. They are verified like everything else.
 */
async function reclaimFiles(
  files: FileStore,
  config: LlmModelConfig,
  plan: DownloadPlan,
): Promise<void> {
  await files.remove(manifestPath(config.folderName));
  const present = await files.list(config.folderName);
  const staged = stagedSizes(plan, await files.list(stagingPath(config)));
  for (const { fileName, sizeBytes, digest } of plan.files) {
    const path = modelPath(config, fileName);
    const found = present.find((entry) => entry.path === path);
    const isWhole = found !== undefined && found.sizeBytes === sizeBytes;
    if (isWhole && digest !== undefined && staged.get(fileName) !== sizeBytes) {
      await files.move(path, stagingPath(config, partName(fileName)));
    }
  }
}

async function checkRoom(
  { files, host }: PlanTools,
  config: LlmModelConfig,
  plan: DownloadPlan,
): Promise<void> {
  const weightsBytes = plan.files[0]?.sizeBytes ?? 0;
  if (host.maxModelBytes !== undefined && weightsBytes > host.maxModelBytes) {
    const reason = 'It is larger than a model can be here.';
    throw new ModelError('MODEL_UNAVAILABLE', { modelId: config.modelId, reason });
  }
  const totalBytes = plannedBytes(plan);
  const freeBytes = await files.freeBytes();
  if (totalBytes === undefined || freeBytes === undefined) return;
  const staged = stagedSizes(plan, await files.list(stagingPath(config)));
  const missingBytes = totalBytes - sum(staged.values());
  const neededBytes = missingBytes + SPACE_MARGIN_BYTES;
  if (missingBytes > 0 && neededBytes > freeBytes) {
    throw new ModelError('NO_SPACE', { neededBytes, freeBytes });
  }
}
