/** Looks for newer versions of installed models: in what is stated now and, for models of the hub, at the hub. */
import { isAbortError, isModelError, toFailure, type ModelFailure } from '../../errors';
import type { Digester, Runtime } from '../../platform/types';
import { countedTools } from '../discover/countedTools';
import type { HubTools } from '../discover/hubTools';
import type { LlmModelConfig } from '../modelConfig';
import type { InstalledFile } from '../modelState';
import { isEarlierVersion } from '../registry/published';
import { askBranch, askFiles, type Branch, type BranchFile } from './askBranch';
import { changedFiles, describeUpdate } from './compareVersions';
import { asComparedBefore, parseFound } from './foundText';
import type { ModelUpdate } from './modelUpdate';
import { withLessToDownload } from './lessToDownload';
import { withWhatChanged } from './whatChanged';
import { atCommit, pinnedPaths, type Pinned } from './pinnedFiles';

export interface InstalledModel {
  config: LlmModelConfig;
  runtime: Runtime;
  /** Of the installed version. */
  files: readonly InstalledFile[];
  /** The licence of the installed version; undefined where it isn't known. */
  license: string | undefined;
  /** Whether the hub may be asked: a list alone decides about its own models. */
  followsHub: boolean;
  /** What an earlier look has found, as `formatFound` writes it. */
  found?: string | undefined;
}

export interface FoundUpdates {
  updates: readonly ModelUpdate[];
  /** By model id: why its repository can't be asked. The installed version stays as it is. */
  problems: Readonly<Record<string, ModelFailure>>;
  /** Why the hub wasn't asked about the rest: there is no connection, or it wants no more requests. */
  stoppedBy: ModelFailure | undefined;
}

export type FindTools = HubTools & { digester: Digester };

/**
 * One request to the hub for each repository, and one more for each of its models if the branch has moved on. A few more
 * for an update that wasn't found before; models of lists cost only these. @throws AbortError
 */
export async function findUpdates(
  tools: FindTools,
  models: readonly InstalledModel[],
  signal: AbortSignal,
): Promise<FoundUpdates> {
  const found: { update: ModelUpdate; model: InstalledModel }[] = [];
  const problems: Record<string, ModelFailure> = {};
  const branches = new Map<string, Promise<Branch>>();
  let stoppedBy: ModelFailure | undefined;
  for (const model of models) {
    const { config, runtime, files } = model;
    if (isEarlierVersion(config, runtime, files)) {
      found.push({ update: describeUpdate(config, model), model });
      continue;
    }
    if (!model.followsHub || stoppedBy !== undefined) continue;
    try {
      const update = await findAtHub({ ...tools, branches }, model, signal);
      if (update) found.push({ update, model });
    } catch (error) {
      if (isAbortError(error) || !isModelError(error)) throw error;
      const failure = toFailure(error);
      if (ENDS_THE_LOOK.includes(failure.code)) stoppedBy = failure;
      else problems[config.modelId] = failure;
    }
  }
  const updates: ModelUpdate[] = [];
  // After the last repository, so that each of them is asked, however many have changed.
  for (const { update, model } of found) {
    const isCutOff = stoppedBy !== undefined;
    updates.push(await inDetail(tools, { update, model, isCutOff }, signal));
  }
  return { updates, problems, stoppedBy };
}

/** With what headers, indexes and lists of chunks tell: as it was found before, or by new requests. */
async function inDetail(
  tools: FindTools,
  { update, model, isCutOff }: { update: ModelUpdate; model: InstalledModel; isCutOff: boolean },
  signal: AbortSignal,
): Promise<ModelUpdate> {
  const { files: installed, found } = model;
  const kept = asComparedBefore(parseFound(found, tools.hubEndpoint), update, installed);
  if (kept || isCutOff) return kept ?? update;
  const isListed = update.origin === 'list';
  const seen = isListed
    ? update
    : await withWhatChanged(countedTools(tools), update, { ...model, signal });
  return withLessToDownload(tools, seen, { installed, signal });
}

const ENDS_THE_LOOK: readonly string[] = ['NET_OFFLINE', 'NET_SWITCHED_OFF', 'HTTP_RATE_LIMITED'];

interface AskTools extends FindTools {
  /** The answers of this look, by repository and revision. */
  branches: Map<string, Promise<Branch>>;
}

async function findAtHub(
  tools: AskTools,
  model: InstalledModel,
  signal: AbortSignal,
): Promise<ModelUpdate | undefined> {
  const { hubEndpoint, branches } = tools;
  const { config, runtime, files: installed } = model;
  const { provenance } = config;
  if (!provenance) return undefined;
  const paths = pinnedPaths(config, provenance, hubEndpoint);
  if (paths.length === 0) return undefined;
  const { repository, commit, revision = 'main' } = provenance;
  const key = `${repository}@${revision}`;
  const asking = branches.get(key) ?? askBranch(tools, { repository, revision }, signal);
  branches.set(key, asking);
  const branch = await asking;
  if (branch.commit === commit) return undefined;
  const asked = { repository, commit: branch.commit, needed: paths, more: [] };
  const files = await askFiles(tools, asked, signal);
  const same = await sameGitFiles(tools, { config, provenance, files }, signal);
  const moved = { branch, files, isSameGitFile: (file: BranchFile) => same.has(file), hubEndpoint };
  const newer = atCommit(config, provenance, moved);
  const isChanged =
    changedFiles(newer, runtime, installed).length > 0 ||
    [...files.values()].some((file) => file.sha256 === undefined && !same.has(file));
  if (!isChanged) return undefined;
  const update = describeUpdate(newer, { runtime, files: installed, license: config.license });
  return { ...update, origin: 'hub' };
}

interface Compared {
  config: LlmModelConfig;
  provenance: Pinned;
  files: ReadonlyMap<string, BranchFile>;
}

/** The files in git that are as they were: of these the hub states a SHA-1, at the commit of the model, too. */
async function sameGitFiles(
  tools: FindTools,
  { config, provenance, files }: Compared,
  signal: AbortSignal,
): Promise<ReadonlySet<BranchFile>> {
  const inGit = [...files.values()].filter(({ sha256 }) => sha256 === undefined);
  if (inGit.length === 0) return new Set();
  const paths = pinnedPaths(config, provenance, tools.hubEndpoint);
  const { repository, commit } = provenance;
  const asked = { repository, commit, needed: [], more: paths };
  const before = await askFiles(tools, asked, signal);
  return new Set(inGit.filter(({ path, gitSha1 }) => before.get(path)?.gitSha1 === gitSha1));
}
