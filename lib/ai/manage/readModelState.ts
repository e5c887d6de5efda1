/** Reads one model's state from the disk: from records and sizes, never from contents. */
import {
  isComplete,
  manifestBytes,
  readManifest,
  type Manifest,
} from '../../download/store/manifest';
import {
  PLAN_NAME,
  continues,
  draftPlan,
  parsePlan,
  plannedBytes,
  sum,
} from '../../download/plan/plan';
import {
  findStaging,
  listStaged,
  readStaged,
  receivedBytes,
  type StagedTools,
} from '../../download/store/staged';
import { isPlaceMissing } from '../../errors';
import type { FileStore, Runtime } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import { unavailableReason, type RuntimeOf } from '../registry/modelFiles';
import type { ModelState } from '../modelState';
import { findDifference, isEarlierVersion } from '../registry/published';
import { RUNTIMES } from '../runtimes/runtimes';

/** The manifest of a completely installed build, or undefined. @throws ModelError STORAGE_UNAVAILABLE, DISK_IO */
export async function findInstalled(
  files: FileStore,
  config: LlmModelConfig,
  runtime: Runtime,
): Promise<Manifest | undefined> {
  const { folderName, modelId } = config;
  const manifest = await readManifest(files, folderName, runtime);
  if (manifest?.modelId !== modelId) return undefined;
  return isComplete(manifest, folderName, await files.list(folderName)) ? manifest : undefined;
}

/** The completely installed builds of a model. @throws ModelError STORAGE_UNAVAILABLE, DISK_IO */
export async function findBuilds(files: FileStore, config: LlmModelConfig): Promise<Runtime[]> {
  const found: Runtime[] = [];
  for (const runtime of RUNTIMES) {
    if (await findInstalled(files, config, runtime)) found.push(runtime);
  }
  return found;
}

/** The state of a model without files on the disk. */
export function stateWithoutFiles(config: LlmModelConfig, runtime: Runtime): ModelState {
  const reason = unavailableReason(config, runtime);
  return reason === undefined ? { kind: 'absent' } : { kind: 'unavailable', reason };
}

export interface StateTools extends StagedTools {
  runtimeOf: RuntimeOf;
  hubEndpoint: string;
}

/**
 * `installed`, `differs`, `paused`, `absent`, `unavailable` or `disconnected`. The other states only come from a running job.
 */
export async function readModelState(
  tools: StateTools,
  config: LlmModelConfig,
): Promise<ModelState> {
  try {
    return await readConnected(tools, config);
  } catch (error) {
    if (!isPlaceMissing(error)) throw error;
    return { kind: 'disconnected', ...error.details };
  }
}

async function readConnected(tools: StateTools, config: LlmModelConfig): Promise<ModelState> {
  const { files, hubEndpoint } = tools;
  const runtime = tools.runtimeOf(config);
  const manifest = await findInstalled(files, config, runtime);
  if (manifest) {
    const failure = findDifference(config, runtime, manifest.files);
    const { installedAt, files: installed } = manifest;
    const onDisk = { sizeBytes: manifestBytes(manifest), installedAt, files: installed };
    if (failure) return { kind: 'differs', failure, ...onDisk };
    const isEarlier = isEarlierVersion(config, runtime, installed);
    return { kind: 'installed', ...onDisk, ...(isEarlier && { isEarlier }) };
  }
  const without = stateWithoutFiles(config, runtime);
  if (without.kind === 'unavailable') {
    const left = await listStaged(files, config, runtime);
    const usedBytes = sum(left.map((entry) => entry.usedBytes));
    return left.length === 0 ? without : { ...without, usedBytes };
  }
  const staging = await findStaging(files, config, runtime);
  const plan = parsePlan(await files.readText(`${staging}/${PLAN_NAME}`));
  // Bytes of another revision can't be used for this one; the next download removes them.
  if (!plan || !continues(plan, draftPlan(config, runtime, hubEndpoint))) return without;
  const staged = await readStaged(tools, staging, plan);
  return {
    kind: 'paused',
    receivedBytes: receivedBytes(staged),
    totalBytes: plannedBytes(plan),
  };
}
