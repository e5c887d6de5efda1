/** Pins the files of a build: each at a commit, with its size and its SHA-256. */
import { untilDone } from '../../download/flow/untilDone';
import { draftPlan, type PlannedFile } from '../../download/plan/plan';
import { fetchUrl, resolveSources } from '../../download/plan/resolveSources';
import { isModelError, ModelError } from '../../errors';
import type { LlmModelConfig } from '../modelConfig';
import { addressAt } from '../registry/atEndpoint';
import type { ModelBuild, ModelFile } from '../runtimes/modelBuild';
import { withBuilds, type ModelDescription } from '../runtimes/notation';
import type { Repository } from '../discover/askRepository';
import { draftModel } from './describeModel';
import { readLicense } from '../discover/readLicense';
import { digestOfSmallFile, type SmallFileTools } from '../discover/smallFile';

/** The hub keeps larger files outside git, and states their SHA-256. */
const MOST_SMALL_BYTES = 16 * 1024 * 1024;

/**
 * The build with every fact that the hub states. Of a file in git the hub states no SHA-256: such a file is downloaded,
 * compared with the SHA-1 that the hub states, and its SHA-256 is computed. Files that aren't at the hub stay as they are.
 * @throws ModelError NET_*, HTTP_*, NOT_A_MODEL, HASH_MISMATCH; MODEL_UNAVAILABLE; AbortError
 */
export async function pinBuild(
  tools: SmallFileTools,
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
  tools: SmallFileTools,
  { file, planned, facts: { modelId } }: Pinning,
  signal: AbortSignal,
): Promise<ModelFile> {
  const { source, fileName } = file;
  if (source.kind !== 'remote') return file;
  const { sizeBytes, digest } = planned;
  const url = fetchUrl(source.url, planned, tools.hubEndpoint);
  const known = { ...source, url, ...(sizeBytes !== undefined && { sizeBytes }) };
  if (digest === undefined || sizeBytes === undefined) return { ...file, source: known };
  if (digest.algorithm === 'sha256') return { ...file, source: { ...known, sha256: digest.hex } };
  if (sizeBytes > MOST_SMALL_BYTES) {
    const reason = `The hub states no SHA-256 of ${fileName}, and the file is too large to be read for it.`;
    throw new ModelError('MODEL_UNAVAILABLE', { modelId, reason });
  }
  const address = addressAt(url, tools.hubEndpoint);
  const wanted = { fileName, url: address, sizeBytes, gitSha1: digest.hex, sha256: undefined };
  return { ...file, source: { ...known, sha256: await digestOfSmallFile(tools, wanted, signal) } };
}

export interface ModelToPin {
  repository: Repository;
  build: ModelBuild;
  /** Without it, the id comes from the name of the weights. */
  modelId?: string;
}

/**
 * What is added to the shelf: the model in its normal form, pinned, with the digest of its licence's text where that can be
 * read. @throws what `pinBuild` throws
 */
export async function pinModel(
  tools: SmallFileTools,
  { repository, build, modelId }: ModelToPin,
  signal: AbortSignal,
): Promise<LlmModelConfig> {
  const draft = draftModel(repository, build, modelId);
  const pinnedBuild = await pinBuild(tools, { facts: draft, build }, signal);
  const read = await readLicense(tools, repository, signal).catch((error: unknown) => {
    // A person without access can add a gated model, whose licence can't be read then. Its text is read again when
    // the licence is shown, and a failure is told there.
    if (!isModelError(error)) throw error;
    return undefined;
  });
  if (read === undefined) return withBuilds(draft, [pinnedBuild]);
  const { sha256 } = read;
  const { provenance, licenseText } = draft;
  const licensed = {
    ...(provenance && { provenance: { ...provenance, licenseSha256: sha256 } }),
    ...(licenseText && { licenseText: { ...licenseText, sha256 } }),
  };
  return withBuilds({ ...draft, ...licensed }, [pinnedBuild]);
}
