/** Takes files that another program left on this device into a model’s download, so that they aren’t downloaded again. */
import type { DownloadTools } from '../../download/downloadModel';
import { formatPlan, PLAN_NAME, partName, type PlannedFile } from '../../download/plan/plan';
import { finallyDo } from '../../download/flow/finallyDo';
import { findPlan } from '../../download/preparePlan';
import { refuseLink } from '../../download/store/refuseLink';
import { stageFound } from '../../download/store/reopen';
import { digestOf } from '../../download/store/verifyFiles';
import type { Peers, Runtime } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import type { RuntimeOf } from '../registry/modelFiles';
import { findInstalled } from '../manage/readModelState';
import { createVisit, sendHome, VISITORS_LOCK } from './visitors';

/** A file that may be one of the model’s. */
interface Candidate {
  sizeBytes: number;
  /** Its path in the store, where it is put first if it isn’t there. */
  fetch(): Promise<string>;
  /** Undoes `fetch`. */
  putBack(): Promise<void>;
}

interface Adoption {
  config: LlmModelConfig;
  runtime: Runtime;
  /** The folder in the store that only this owner writes to. */
  staging: string;
}

interface AdoptParts {
  tools: DownloadTools;
  runtimeOf: RuntimeOf;
}

/** The first step of a download. */
type FirstStep = (staging: string, signal: AbortSignal) => Promise<void>;

/** The first step of a download that takes files of the store in, whatever their names are: see `adopt`. */
export function adoption(
  { tools, runtimeOf }: AdoptParts,
  config: LlmModelConfig,
  paths: readonly string[],
): FirstStep {
  return async (staging, signal) => {
    const adopting = { config, runtime: runtimeOf(config), staging };
    await adopt(tools, { ...adopting, find: () => findInStore(tools, paths) }, signal);
  };
}

/** The same with the files directly in a folder outside of the store. */
export function folderAdoption(
  { tools, runtimeOf, peers }: AdoptParts & { peers: Peers },
  config: LlmModelConfig,
  folder: string,
): FirstStep {
  const { files, host } = tools;
  const { foreignFiles } = host;
  if (!foreignFiles) return () => Promise.resolve();
  return async (staging, signal) => {
    const adopting = { config, runtime: runtimeOf(config), staging };
    const visitors = { files, foreignFiles };
    const find = async () => {
      await sendHome(visitors);
      const found = await foreignFiles.find(folder);
      return found.map((file) => ({ sizeBytes: file.sizeBytes, ...createVisit(visitors, file) }));
    };
    const work = () => adopt(tools, { ...adopting, find }, signal);
    await peers.withLock(VISITORS_LOCK, work, { signal });
  };
}

async function findInStore({ files }: DownloadTools, paths: readonly string[]) {
  const wanted = new Set(paths);
  const found = (await files.list('')).filter(({ path, isLink }) => wanted.has(path) && !isLink);
  return found.map(({ path, sizeBytes }) => ({
    sizeBytes,
    fetch: () => Promise.resolve(path),
    putBack: () => Promise.resolve(),
  }));
}

/**
 * Moves each file with the size and the digest of one of the model’s files into staging, where it counts as received: the
 * download that follows reads it back like any other. Files that are none of the model’s stay where they are, and so do
 * all of them where the model is installed. Without a published digest no file is taken, because another file of the same
 * size couldn’t be told from it. After a crash at any step, each file is in its place, in staging, or among the visitors.
 * @throws ModelError FOLDER_LINKED, NET_*, HTTP_*, DISK_IO, NO_SPACE; AbortError
 */
async function adopt(
  tools: DownloadTools,
  { find, ...adopting }: Adoption & { find: () => Promise<Candidate[]> },
  signal: AbortSignal,
): Promise<void> {
  const { files } = tools;
  const { config, runtime, staging } = adopting;
  await refuseLink(files, config.folderName);
  if (await findInstalled(files, config, runtime)) return;
  const left = new Set(await find());
  // The hub need not be asked when there is nothing to compare with its answer.
  if (left.size === 0) return;
  const plan = await findPlan(tools, { ...adopting, onRetry: () => undefined }, signal);
  // Before the first move: bytes in staging without their plan would be removed.
  await files.writeText(`${staging}/${PLAN_NAME}`, formatPlan(plan));
  for (const file of plan.files) {
    for (const candidate of left) {
      if (!(await takeIfSame(tools, { candidate, file, staging }, signal))) continue;
      left.delete(candidate);
      break;
    }
  }
}

interface Pair {
  candidate: Candidate;
  file: PlannedFile;
  staging: string;
}

async function takeIfSame(
  tools: DownloadTools,
  { candidate, file, staging }: Pair,
  signal: AbortSignal,
): Promise<boolean> {
  const { sizeBytes } = candidate;
  if (sizeBytes !== file.sizeBytes || file.digest === undefined) return false;
  const { algorithm, hex } = file.digest;
  let isTaken = false;
  const take = async () => {
    const path = await candidate.fetch();
    if ((await digestOf(tools.digester, { path, algorithm, sizeBytes, signal })) !== hex) return;
    const partPath = `${staging}/${partName(file.fileName)}`;
    const found = { path, sizeBytes };
    await stageFound(tools, { found, partPath, totalBytes: sizeBytes, digests: [] });
    isTaken = true;
  };
  await finallyDo(take, () => candidate.putBack());
  return isTaken;
}
