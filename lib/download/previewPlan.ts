/** What a download would do now, told before it begins: the decisions of `preparePlan`, with nothing written. */
import type { LlmModelConfig } from '../ai/modelConfig';
import { isModelError, type ModelError } from '../errors';
import type { Runtime } from '../platform/types';
import { continues, draftPlan, plannedBytes, sum, type DownloadPlan } from './plan/plan';
import { resolveSources } from './plan/resolveSources';
import {
  findBegun,
  refuseFullDisk,
  refuseOverQuota,
  refuseTooLarge,
  type PlanTools,
} from './preparePlan';
import { refuseLink } from './store/refuseLink';
import { findUsable } from './store/reopen';
import { findStaging, readStaged, type Staged } from './store/staged';

export interface PlanPreview {
  /** Without the hub's facts where the hub can't be asked. */
  plan: DownloadPlan;
  /** Bytes of each file that needn't be downloaded again, by the file's name. */
  hasBytes: ReadonlyMap<string, number>;
  /** Kept builds count as free. */
  freeBytes: number | undefined;
  /** Why the download would fail now; empty when nothing speaks against it. */
  failures: readonly ModelError[];
}

/**
 * Asks the hub at most once for each repository, without retries, and only for facts that neither the registry nor an
 * earlier download states. The model isn't installed. @throws ModelError STORAGE_UNAVAILABLE, DISK_IO; AbortError
 */
export async function previewPlan(
  tools: PlanTools,
  { config, runtime }: { config: LlmModelConfig; runtime: Runtime },
  signal: AbortSignal,
): Promise<PlanPreview> {
  const { files, host, space } = tools;
  const { folderName, modelId } = config;
  const failures: ModelError[] = [];
  const attempt = async <T>(work: () => Promise<T> | T): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      if (!isModelError(error)) throw error;
      failures.push(error);
      return undefined;
    }
  };
  await attempt(() => refuseLink(files, folderName));
  const staging = await findStaging(files, config, runtime);
  const draft = draftPlan(config, runtime, tools.hubEndpoint);
  const begun = await findBegun(files, staging, draft);
  const isEnough = begun !== undefined && begun.isDoubted !== true;
  const plan = isEnough
    ? begun
    : ((await attempt(() => resolveSources(tools, draft, signal))) ?? draft);
  const staged: Staged =
    begun && continues(begun, plan) ? await readStaged(tools, staging, plan) : new Map();
  const usable = (await findUsable(files, { folderName, staged }, plan)).filter(
    ({ isOther }) => !isOther,
  );
  const hasBytes = new Map([...staged].map(([name, file]) => [name, file.receivedBytes]));
  for (const { file, found } of usable) hasBytes.set(file.fileName, found.sizeBytes);
  const usedBytes =
    sum([...staged.values()].map((file) => file.usedBytes)) +
    sum(usable.map(({ found }) => found.usedBytes));
  const freeBytes = await space.freeBytes(folderName);
  const missingBytes = Math.max(0, (plannedBytes(plan) ?? 0) - usedBytes);
  await attempt(() => {
    refuseTooLarge(host, plan);
  });
  await attempt(() => refuseOverQuota(host, plan));
  const othersBytes = await space.othersBytes({ id: modelId, folder: folderName });
  await attempt(() => {
    refuseFullDisk(freeBytes, { missingBytes, othersBytes });
  });
  return { plan, hasBytes, freeBytes, failures };
}
