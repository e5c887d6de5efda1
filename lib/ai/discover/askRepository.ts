/** Asks the hub what a repository contains. Every answer is checked; of a long or endless list only a bounded part is read. */
import * as v from 'valibot';

import { ModelError } from '../../errors';
import { isPortableName } from '../../platform/shared/storePath';
import type { RepositoryAddress } from './addressParts';
import { factsOf, factsSchema, gateFieldsOf, type RepositoryFacts } from './hubFacts';
import { askHub, nextPage, type HubTools } from './hubTools';

/** A file of a repository. Files whose path can't be stored on every device aren't listed. */
export interface RepositoryFile {
  path: string;
  sizeBytes: number;
  /** Undefined for files that are in git itself: the hub knows only their SHA-1. */
  sha256: string | undefined;
  /** Git's SHA-1 of the file, or of the pointer to a file outside of git; undefined where the hub states none. */
  gitSha1: string | undefined;
}

export interface Repository extends RepositoryFacts {
  /** As the hub writes it, which may differ from what was asked for: repositories are renamed. */
  name: string;
  commit: string;
  /** The branch, tag or commit that was asked for; undefined for `main`. */
  revision?: string;
  /** Whether a person has to accept the model's terms before a download. */
  isGated: boolean;
  /** What the owner of a gated repository asks for, in the owner's words. The form is at the hub. */
  gateFields: readonly string[];
  /** The file with the licence's text. */
  licensePath: string | undefined;
  files: readonly RepositoryFile[];
}

export type Revision = Pick<RepositoryAddress, 'repository' | 'revision'>;

const MOST_FILES = 10_000;
const MOST_PAGES = 50;
/** The hub takes files of up to half of that. Sums of the sizes of ten thousand such files are still exact. */
const MOST_FILE_BYTES = 800e9;

const commitSchema = v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/));
const infoSchema = v.object({ ...factsSchema.entries, sha: commitSchema });

const fileSchema = v.object({
  type: v.literal('file'),
  path: v.pipe(v.string(), v.check(isPortablePath)),
  size: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(MOST_FILE_BYTES)),
  oid: v.fallback(v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/))), undefined),
  lfs: v.optional(v.object({ oid: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)) })),
});

function isPortablePath(path: string): boolean {
  return path.split('/').every(isPortableName);
}

/** The files of repositories, by `owner/name@commit`: they never change. */
export interface KnownTrees {
  find(key: string): readonly RepositoryFile[] | undefined;
  keep(key: string, files: readonly RepositoryFile[]): void;
}

/**
 * One request for the description, and one for each thousand files unless `known` has them.
 * @throws ModelError NET_*, HTTP_*, NOT_A_MODEL; MODEL_UNAVAILABLE for a repository of too many files; AbortError
 */
export async function askRepository(
  tools: HubTools,
  { repository, revision, known }: Revision & { known?: KnownTrees },
  signal: AbortSignal,
): Promise<Repository> {
  const { hubEndpoint } = tools;
  const url = `${hubEndpoint}/api/models/${repository}/revision/${encodeURIComponent(revision)}`;
  const info = (await askHub(tools, { url, schema: infoSchema }, signal)).value;
  const facts = factsOf(info, repository);
  const commit = info.sha;
  const key = `${facts.name}@${commit}`;
  const files = known?.find(key) ?? (await askTree(tools, { name: facts.name, commit }, signal));
  known?.keep(key, files);
  return {
    ...{ ...facts, commit, files },
    ...(revision !== 'main' && { revision }),
    isGated: facts.gate !== 'none',
    gateFields: facts.gate === 'none' ? [] : gateFieldsOf(info),
    licensePath: files.find(({ path }) => LICENSE_FILE.test(path))?.path,
  };
}

const LICENSE_FILE = /^(licen[cs]e|copying)(\.(md|txt))?$/i;

async function askTree(
  tools: HubTools,
  { name, commit }: Pick<Repository, 'name' | 'commit'>,
  signal: AbortSignal,
): Promise<readonly RepositoryFile[]> {
  const { hubEndpoint } = tools;
  // Git has each path once; a mirror whose pages overlap lists some twice, which would be a model with a file twice.
  const files = new Map<string, RepositoryFile>();
  let page: string | undefined = `${hubEndpoint}/api/models/${name}/tree/${commit}?recursive=true`;
  for (let [listed, pages] = [0, 1]; page !== undefined; pages += 1) {
    const question = { url: page, schema: v.array(v.unknown()) };
    const { value, headers } = await askHub(tools, question, signal);
    listed += value.length;
    page = nextPage(headers['link'], page, hubEndpoint);
    // A page may also name itself as the next one.
    if (listed > MOST_FILES || (page !== undefined && pages === MOST_PAGES)) {
      const reason = `Its repository lists more than ${String(MOST_FILES)} files, or lists them without end.`;
      throw new ModelError('MODEL_UNAVAILABLE', { modelId: name, reason });
    }
    for (const file of value.flatMap(readFile)) files.set(file.path, file);
  }
  return [...files.values()];
}

function readFile(entry: unknown): RepositoryFile[] {
  const parsed = v.safeParse(fileSchema, entry);
  if (!parsed.success) return [];
  const { path, size, lfs, oid } = parsed.output;
  return [{ path, sizeBytes: size, sha256: lfs?.oid, gitSha1: oid }];
}
