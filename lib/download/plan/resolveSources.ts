/** Asks the hub for facts that the registry doesn't state: sizes, digests, and the commit behind a tag. */
import * as v from 'valibot';

import type { LlmModelConfig } from '../../ai/modelConfig';
import { modelFiles } from '../../ai/registry/modelFiles';
import { ModelError } from '../../errors';
import { addressBelow } from '../../platform/addresses/hubEndpoint';
import type { Runtime } from '../../platform/types';
import type { AskTools } from '../answers/askText';
import { askJson } from './askJson';
import type { DownloadPlan, PlannedFile } from './plan';

/** A file's address below a hub's endpoint: `/{repo}/resolve/{rev}/{path}`. */
export interface HubAddress {
  repo: string;
  revision: string;
  path: string;
}

export interface HubAccess extends AskTools {
  /** The hub's address without a trailing slash; it may contain a path. */
  hubEndpoint: string;
}

/**
 * The plan with every size, digest and commit that the hub knows. Facts from the registry stay,
 * even if an endpoint states others. Files that aren't on a hub, and those with a stated size and
 * digest at a commit, cost no request.
 * @throws ModelError NET_*, HTTP_*, NOT_A_MODEL
 */
export async function resolveSources(
  access: HubAccess,
  plan: DownloadPlan,
  signal: AbortSignal,
): Promise<DownloadPlan> {
  const repos = new Map<string, HubAddress>();
  for (const file of plan.files) {
    const address = needsHub(file) ? hubAddress(file) : undefined;
    if (address) repos.set(repoKey(address), address);
  }
  const known = new Map<string, RepoFacts>();
  for (const [key, { repo, revision }] of repos) {
    const paths = plan.files.flatMap((file) => {
      const address = hubAddress(file);
      return address && repoKey(address) === key ? [address.path] : [];
    });
    known.set(key, await askHub(access, { repo, revision, paths }, signal));
  }
  return { ...plan, files: plan.files.map((file) => withFacts(file, known)) };
}

function needsHub(file: PlannedFile): boolean {
  return file.sizeBytes === undefined || file.digest === undefined;
}

function repoKey({ repo, revision }: HubAddress): string {
  return `${repo}@${revision}`;
}

export function hubAddress({ source }: Pick<PlannedFile, 'source'>): HubAddress | undefined {
  if (source.kind !== 'remote') return undefined;
  const match = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/([^?]+)/.exec(source.address);
  const [, repo, revision, path] = match ?? [];
  if (repo === undefined || revision === undefined || path === undefined) return undefined;
  try {
    return { repo, revision: decodeURIComponent(revision), path: decodeURIComponent(path) };
  } catch {
    // An invalid percent escape: some server may accept the address, but it isn't that of a hub's file.
    return undefined;
  }
}

/** What is stated of a file that is downloaded, at the endpoint in force; undefined for any other. */
export function statedSource(config: LlmModelConfig, fileName: string, runtime: Runtime) {
  const stated = modelFiles(config, runtime).find((file) => file.fileName === fileName)?.source;
  return stated?.kind === 'remote' ? stated : undefined;
}

/** The address that the registry states for a file, at the endpoint in force. */
export function sourceUrl(config: LlmModelConfig, fileName: string, runtime: Runtime): string {
  const stated = statedSource(config, fileName, runtime);
  if (stated) return stated.url;
  throw new ModelError('INTERNAL', { reason: `${fileName} has no address` });
}

/**
 * The address for fetching a file, in place of the stated one. It names the file's commit, where known,
 * so that a tag that moves can't mix two versions.
 */
export function fetchUrl(
  stated: string,
  file: Pick<PlannedFile, 'source' | 'revision'>,
  hubEndpoint: string,
): string {
  const address = hubAddress(file);
  if (!address || file.revision === undefined) return stated;
  const url = new URL(stated);
  const hub = addressBelow(url, hubEndpoint) === undefined ? url.origin : hubEndpoint;
  const path = address.path.split('/').map(encodeURIComponent).join('/');
  return `${hub}/${address.repo}/resolve/${file.revision}/${path}`;
}

interface RepoFacts {
  commit: string;
  files: Map<string, PathInfo>;
}

function withFacts(file: PlannedFile, known: ReadonlyMap<string, RepoFacts>): PlannedFile {
  const address = hubAddress(file);
  const facts = address && known.get(repoKey(address));
  const info = address && facts?.files.get(address.path);
  if (!facts || !info) return file;
  const stated: PlannedFile = { ...file, revision: facts.commit };
  if (info.xetHash !== undefined) stated.xetHash = info.xetHash;
  stated.sizeBytes ??= info.size;
  if (stated.digest === undefined) {
    stated.digest = info.lfs
      ? { algorithm: 'sha256', hex: info.lfs.oid }
      : { algorithm: 'git-sha1', hex: info.oid };
    stated.checkedAgainst = 'hub';
  }
  return stated;
}

const pathInfoSchema = v.object({
  path: v.string(),
  // The SHA-1 of a git file's blob, or of an LFS file's pointer.
  oid: v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/)),
  size: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  lfs: v.optional(v.object({ oid: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)) })),
  // Only for comparisons: what isn't one is no reason to refuse the file.
  xetHash: v.fallback(v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))), undefined),
});
type PathInfo = v.InferOutput<typeof pathInfoSchema>;

const revisionSchema = v.object({ sha: v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/)) });

/** Facts about some files of a repository. @throws ModelError NET_*, HTTP_*, NOT_A_MODEL */
export async function askHub(
  access: HubAccess,
  wanted: { repo: string; revision: string; paths: string[] },
  signal: AbortSignal,
): Promise<RepoFacts> {
  const { hubEndpoint } = access;
  const api = `${hubEndpoint}/api/models/${wanted.repo}`;
  const revision = encodeURIComponent(wanted.revision);
  const named = { url: `${api}/revision/${revision}`, schema: revisionSchema };
  const { sha } = (await askJson(access, named, signal)).value;
  const { paths } = wanted;
  const listed = {
    url: `${api}/paths-info/${sha}`,
    schema: v.array(pathInfoSchema),
    json: { paths },
  };
  const infos = (await askJson(access, listed, signal)).value;
  // The hub omits the paths that it doesn't have.
  const files = new Map(infos.map((info) => [info.path, info]));
  if (wanted.paths.some((path) => !files.has(path))) {
    throw new ModelError('HTTP_NOT_FOUND', { host: new URL(hubEndpoint).host, what: 'file' });
  }
  return { commit: sha, files };
}
