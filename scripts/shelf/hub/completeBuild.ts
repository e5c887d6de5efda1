/** Pins the files of a build: each at a commit, with its size and its SHA-256. */
import type { LlmModelConfig } from '../../../lib/ai/modelConfig';
import { addressAt } from '../../../lib/ai/registry/loadModels';
import type { ModelBuild, ModelFile } from '../../../lib/ai/runtimes/modelBuild';
import { withBuilds, type ModelDescription } from '../../../lib/ai/runtimes/notation';
import { untilDone } from '../../../lib/download/flow/untilDone';
import { draftPlan, type PlannedFile } from '../../../lib/download/plan/plan';
import { fetchUrl, resolveSources } from '../../../lib/download/plan/resolveSources';
import { digestOf } from '../../../lib/download/store/verifyFiles';
import { ModelError } from '../../../lib/errors';
import type { Digester, FileStore } from '../../../lib/platform/types';
import type { HubTools } from './askRepository';

export interface CompleteTools extends HubTools {
  /** A store of its own, for the small files that have to be read. */
  files: FileStore;
  digester: Digester;
}

/** The hub keeps larger files outside git, and states their SHA-256. */
const MOST_SMALL_BYTES = 16 * 1024 * 1024;
const SMALL_FILE = 'small-file';

/**
 * The build with every fact that the hub states. Of a file in git the hub states no SHA-256: such a file is downloaded,
 * compared with the SHA-1 that the hub states, and its SHA-256 is computed. Files that aren’t at the hub stay as they are.
 * @throws ModelError NET_*, HTTP_*, NOT_A_MODEL, HASH_MISMATCH; MODEL_UNAVAILABLE
 */
export async function completeBuild(
  tools: CompleteTools,
  { facts, build }: { facts: ModelDescription; build: ModelBuild },
  signal: AbortSignal,
): Promise<ModelBuild> {
  const config: LlmModelConfig = withBuilds(facts, [build]);
  const draft = draftPlan(config, build.runtime, tools.hubEndpoint);
  const work = () => resolveSources(tools, draft, signal);
  const plan = await untilDone(tools, { work, onRetry: tools.onRetry }, signal);
  const files: ModelFile[] = [];
  for (const file of build.files) {
    const planned = plan.files.find(({ fileName }) => fileName === file.fileName);
    files.push(planned ? await pinned(tools, { file, planned, facts }, signal) : file);
  }
  return { ...build, files };
}

interface Pinning {
  file: ModelFile;
  planned: PlannedFile;
  facts: ModelDescription;
}

async function pinned(
  tools: CompleteTools,
  { file, planned, facts }: Pinning,
  signal: AbortSignal,
): Promise<ModelFile> {
  const { source } = file;
  if (source.kind !== 'remote') return file;
  const { sizeBytes, digest } = planned;
  const url = fetchUrl(source.url, planned, tools.hubEndpoint);
  const known = { ...source, url, ...(sizeBytes !== undefined && { sizeBytes }) };
  if (digest === undefined || sizeBytes === undefined) return { ...file, source: known };
  if (digest.algorithm === 'sha256') return { ...file, source: { ...known, sha256: digest.hex } };
  const { modelId } = facts;
  const wanted = { ...file, url, sizeBytes, gitSha1: digest.hex, modelId };
  return { ...file, source: { ...known, sha256: await readSmall(tools, wanted, signal) } };
}

interface SmallFile {
  modelId: string;
  fileName: string;
  url: string;
  sizeBytes: number;
  gitSha1: string;
}

async function readSmall(
  tools: CompleteTools,
  { modelId, fileName, url, sizeBytes, gitSha1 }: SmallFile,
  signal: AbortSignal,
): Promise<string> {
  const { files, digester, downloader, hubEndpoint, onRetry } = tools;
  if (sizeBytes > MOST_SMALL_BYTES) {
    const reason = `The hub states no SHA-256 of ${fileName}, and the file is too large to be read for it.`;
    throw new ModelError('MODEL_UNAVAILABLE', { modelId, reason });
  }
  const path = SMALL_FILE;
  await files.remove(path);
  const request = {
    ...{ url: addressAt(url, hubEndpoint), path, offsetBytes: 0, endBytes: undefined },
    ...{ expectedBytes: sizeBytes, acceptsWhole: true, isRest: true, versions: undefined },
  };
  const events = {
    onAnswer: () => undefined,
    onProgress: () => undefined,
    onUnderway: () => undefined,
  };
  if (sizeBytes === 0) await files.writeText(path, '');
  else {
    const work = () => downloader.fetchFile(request, events, signal);
    await untilDone(tools, { work, onRetry }, signal);
  }
  const read = (algorithm: 'git-sha1' | 'sha256') =>
    digestOf(digester, { path, algorithm, sizeBytes, signal });
  const actual = await read('git-sha1');
  if (actual !== gitSha1) {
    throw new ModelError('HASH_MISMATCH', { fileName, expected: gitSha1, actual });
  }
  return read('sha256');
}
