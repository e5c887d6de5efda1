/** Takes files that another program left on this device into a model’s download, so that they aren’t downloaded again. */
import type { DownloadTools } from '../../download/downloadModel';
import { formatPlan, PLAN_NAME, partName, type PlannedFile } from '../../download/plan/plan';
import { findPlan } from '../../download/preparePlan';
import { refuseLink } from '../../download/store/refuseLink';
import { stageFound } from '../../download/store/reopen';
import { digestOf } from '../../download/store/verifyFiles';
import type { FileEntry, Runtime } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import type { RuntimeOf } from '../registry/modelFiles';
import { findInstalled } from './readModelState';

interface Adoption {
  config: LlmModelConfig;
  runtime: Runtime;
  /** The folder in the store that only this owner writes to. */
  staging: string;
  /** Paths in the store. The names of the files don’t matter. */
  paths: readonly string[];
}

/** The first step of a download that takes these files in: see `adopt`. */
export function adoption(
  { tools, runtimeOf }: { tools: DownloadTools; runtimeOf: RuntimeOf },
  config: LlmModelConfig,
  paths: readonly string[],
): (staging: string, signal: AbortSignal) => Promise<void> {
  return (staging, signal) =>
    adopt(tools, { config, runtime: runtimeOf(config), staging, paths }, signal);
}

/**
 * Moves each file with the size and the digest of one of the model’s files into staging, where it counts as received: the
 * download that follows reads it back like any other. Files that are none of the model’s stay where they are, and so do
 * all of them where the model is installed. Without a published digest no file is taken, because another file of the same
 * size couldn’t be told from it. After a crash at any step, each file is either still in its place or in staging.
 * @throws ModelError FOLDER_LINKED, NET_*, HTTP_*, DISK_IO; AbortError
 */
async function adopt(
  tools: DownloadTools,
  { config, runtime, staging, paths }: Adoption,
  signal: AbortSignal,
): Promise<void> {
  const { files, digester } = tools;
  await refuseLink(files, config.folderName);
  if (await findInstalled(files, config, runtime)) return;
  const wanted = new Set(paths);
  const found = (await files.list('')).filter(({ path, isLink }) => wanted.has(path) && !isLink);
  const left = new Map(found.map((entry) => [entry.path, entry]));
  // The hub need not be asked when there is nothing to compare with its answer.
  if (left.size === 0) return;
  const job = { config, runtime, staging, onRetry: () => undefined };
  const plan = await findPlan(tools, job, signal);
  // Before the first move: bytes in staging without their plan would be removed.
  await files.writeText(`${staging}/${PLAN_NAME}`, formatPlan(plan));

  async function isIt({ path, sizeBytes }: FileEntry, file: PlannedFile): Promise<boolean> {
    if (sizeBytes !== file.sizeBytes || file.digest === undefined) return false;
    const { algorithm, hex } = file.digest;
    return (await digestOf(digester, { path, algorithm, sizeBytes, signal })) === hex;
  }

  for (const file of plan.files) {
    for (const entry of left.values()) {
      if (!(await isIt(entry, file))) continue;
      left.delete(entry.path);
      const partPath = `${staging}/${partName(file.fileName)}`;
      await stageFound(tools, { found: entry, partPath, totalBytes: file.sizeBytes, digests: [] });
      break;
    }
  }
}
