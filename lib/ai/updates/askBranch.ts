/** Asks the hub whether the branch of a model's repository has moved on, and what became of the model's own files. */
import * as v from 'valibot';

import { ModelError } from '../../errors';
import { factsOf, factsSchema } from '../discover/hubFacts';
import { askHub, type HubTools } from '../discover/hubTools';

export interface BranchFile {
  path: string;
  sizeBytes: number;
  /** Undefined for a file in git, of which the hub states the SHA-1 alone. */
  sha256: string | undefined;
  gitSha1: string;
  /** When it last changed, in milliseconds since 1970. */
  changedMs: number | undefined;
}

export interface Branch {
  commit: string;
  /** The licence's name, as the model card states it. */
  license: string | undefined;
  updatedMs: number | undefined;
}

const commitSchema = v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/));
const branchSchema = v.object({ ...factsSchema.entries, sha: commitSchema });

/** One request. @throws ModelError NET_*, HTTP_*, NOT_A_MODEL; AbortError */
export async function askBranch(
  tools: HubTools,
  { repository, revision }: { repository: string; revision: string },
  signal: AbortSignal,
): Promise<Branch> {
  const name = encodeURIComponent(revision);
  const url = `${tools.hubEndpoint}/api/models/${repository}/revision/${name}`;
  const { value } = await askHub(tools, { url, schema: branchSchema }, signal);
  const { license, updatedMs } = factsOf(value, repository);
  return { commit: value.sha, license, updatedMs };
}

const fileSchema = v.object({
  path: v.string(),
  size: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  oid: commitSchema,
  lfs: v.optional(v.object({ oid: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)) })),
  lastCommit: v.fallback(v.optional(v.object({ date: v.string() })), undefined),
});

/**
 * The files at a commit, by path. One request. @throws ModelError HTTP_NOT_FOUND where one of `needed` isn't there any more;
 * as `askBranch`
 */
export async function askFiles(
  tools: HubTools,
  asked: { repository: string; commit: string; needed: readonly string[]; more: readonly string[] },
  signal: AbortSignal,
): Promise<ReadonlyMap<string, BranchFile>> {
  const { hubEndpoint } = tools;
  const url = `${hubEndpoint}/api/models/${asked.repository}/paths-info/${asked.commit}`;
  const json = { paths: [...asked.needed, ...asked.more], expand: true };
  const { value } = await askHub(tools, { url, schema: v.array(v.unknown()), json }, signal);
  const files = new Map(
    value.flatMap((entry) => {
      const parsed = v.safeParse(fileSchema, entry);
      return parsed.success ? [[parsed.output.path, readFile(parsed.output)] as const] : [];
    }),
  );
  if (asked.needed.some((path) => !files.has(path))) {
    throw new ModelError('HTTP_NOT_FOUND', { host: new URL(hubEndpoint).host, what: 'file' });
  }
  return files;
}

function readFile({ path, size, oid, lfs, lastCommit }: v.InferOutput<typeof fileSchema>) {
  const changedMs = Date.parse(lastCommit?.date ?? '');
  return {
    ...{ path, sizeBytes: size, sha256: lfs?.oid, gitSha1: oid },
    changedMs: Number.isNaN(changedMs) ? undefined : changedMs,
  };
}
