/** Decides what to fetch, and whether there is room for it, before the first byte. */
import type { LlmModelConfig } from '../ai/modelConfig';
import { ModelError } from '../errors';
import type { FileStore, Host, Runtime } from '../platform/types';
import {
  PLAN_NAME,
  continues,
  draftPlan,
  formatPlan,
  parsePlan,
  plannedBytes,
  sum,
  type DownloadPlan,
} from './plan/plan';
import { reopen } from './store/reopen';
import { resolveSources, type HubAccess } from './plan/resolveSources';
import type { Space } from './store/space';
import { readStaged } from './store/staged';
import type { TransferTools } from './file/transferFile';
import { untilDone } from './flow/untilDone';

/** Kept free for the database, the file system's own records and the person's next photo. */
const SPACE_MARGIN_BYTES = 64 * 1024 * 1024;

export interface PlanTools extends TransferTools, HubAccess {
  space: Space;
}

export interface PlanJob {
  config: LlmModelConfig;
  runtime: Runtime;
  /** The folder in the store that only this owner writes to. */
  staging: string;
  onRetry: (error: ModelError, delayMs: number) => void;
}

/**
 * The plan that was begun, where it still matches the registry. Otherwise a new one; the bytes that the
 * older plan had brought are removed then. The plan is on the disk when this resolves.
 * @throws ModelError NO_SPACE, OVER_QUOTA, MODEL_UNAVAILABLE for a file that this host can't load, NET_*, HTTP_*.
 */
export async function preparePlan(
  tools: PlanTools,
  job: PlanJob,
  signal: AbortSignal,
): Promise<DownloadPlan> {
  const { files, space } = tools;
  const { config, staging } = job;
  const plan = await findPlan(tools, job, signal);
  const write = () =>
    space.givingWay(config.folderName, () =>
      files.writeText(`${staging}/${PLAN_NAME}`, formatPlan(plan)),
    );
  if ((await files.list(config.folderName)).length > 0) {
    await write();
    await reopen(tools, job, plan);
  }
  await claimRoom(tools, job, plan);
  await write();
  return plan;
}

/** The plan in a staging folder, where it still matches the registry. */
export async function findBegun(
  files: FileStore,
  staging: string,
  draft: DownloadPlan,
): Promise<DownloadPlan | undefined> {
  const begun = parsePlan(await files.readText(`${staging}/${PLAN_NAME}`));
  return begun && continues(begun, draft) ? begun : undefined;
}

/** @throws ModelError MODEL_UNAVAILABLE where this host can't load so large a file */
export function refuseTooLarge(host: Pick<Host, 'maxModelBytes'>, plan: DownloadPlan): void {
  const weightsBytes = plan.files[0]?.sizeBytes ?? 0;
  if (host.maxModelBytes === undefined || weightsBytes <= host.maxModelBytes) return;
  const reason = 'It is larger than a model can be here.';
  throw new ModelError('MODEL_UNAVAILABLE', { modelId: plan.modelId, reason });
}

/** @throws ModelError OVER_QUOTA where no removal would make enough room */
export async function refuseOverQuota(
  host: Pick<Host, 'quotaBytes'>,
  plan: DownloadPlan,
): Promise<void> {
  const quotaBytes = await host.quotaBytes?.();
  const neededBytes = plannedBytes(plan) ?? 0;
  if (quotaBytes !== undefined && neededBytes > quotaBytes)
    throw new ModelError('OVER_QUOTA', { neededBytes, quotaBytes });
}

/** What a full disk refuses. */
export interface Wanted {
  /** Where they are written to; the store's own volume by default. */
  folder?: string;
  missingBytes: number;
  /** Reserved for other downloads. */
  othersBytes: number;
}

function neededFor({ missingBytes, othersBytes }: Wanted): number {
  return missingBytes === 0 ? 0 : missingBytes + othersBytes + SPACE_MARGIN_BYTES;
}

/** @throws ModelError NO_SPACE */
export function refuseFullDisk(freeBytes: number | undefined, wanted: Wanted): void {
  const neededBytes = neededFor(wanted);
  if (freeBytes !== undefined && neededBytes > freeBytes)
    throw new ModelError('NO_SPACE', { neededBytes, freeBytes });
}

/** Lets kept builds give way where the disk is too full. @throws ModelError NO_SPACE where that isn't enough */
export async function makeRoomFor(space: Space, wanted: Wanted): Promise<void> {
  await space.makeRoom(neededFor(wanted), wanted.folder);
  refuseFullDisk(await space.freeBytes(wanted.folder), wanted);
}

/**
 * The same plan, which isn't on the disk yet and for which no room is reserved. Files in staging are of this plan
 * when this resolves. @throws ModelError NET_*, HTTP_*
 */
export async function findPlan(
  tools: PlanTools,
  { config, runtime, staging, onRetry }: PlanJob,
  signal: AbortSignal,
): Promise<DownloadPlan> {
  const { files } = tools;
  const draft = draftPlan(config, runtime, tools.hubEndpoint);
  const begun = await findBegun(files, staging, draft);
  if (!begun) await files.remove(staging);
  const work = () => resolveSources(tools, draft, signal);
  const plan =
    begun && !begun.isDoubted ? begun : await untilDone(tools, { work, onRetry }, signal);
  // The hub states other facts now, so the received bytes are those of another file.
  if (begun && !continues(begun, plan)) await files.remove(staging);
  return plan;
}

async function claimRoom(
  tools: PlanTools,
  { config, staging }: PlanJob,
  plan: DownloadPlan,
): Promise<void> {
  const { host, space } = tools;
  const { modelId, folderName: folder } = config;
  refuseTooLarge(host, plan);
  await refuseOverQuota(host, plan);
  const missingBytes = async () => {
    const staged = await readStaged(tools, staging, plan);
    const usedBytes = sum([...staged.values()].map((file) => file.usedBytes));
    return Math.max(0, (plannedBytes(plan) ?? 0) - usedBytes);
  };
  const check = async (othersBytes: number) => {
    await makeRoomFor(space, { folder, missingBytes: await missingBytes(), othersBytes });
  };
  await space.claim({ id: modelId, folder, missingBytes, check });
}
