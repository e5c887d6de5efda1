/** Asks the hub what a repository contains. Every answer is checked; of a long or endless list only a bounded part is read. */
import * as v from 'valibot';

import { addressBelow, urlOf } from '../../../lib/platform/addresses/hubEndpoint';
import { isPortableName } from '../../../lib/platform/shared/storePath';
import type { AskTools } from '../../../lib/download/answers/askText';
import { untilDone, type RetryTools } from '../../../lib/download/flow/untilDone';
import { askJson, type JsonQuestion } from '../../../lib/download/plan/askJson';
import { ModelError } from '../../../lib/errors';
import type { HubSpec } from './spec';

export interface HubTools extends AskTools, RetryTools {
  hubEndpoint: string;
  /** Called before each wait for another attempt. */
  onRetry: (error: ModelError) => void;
}

/** A file of a repository. Files whose path can't be stored on every device aren’t listed. */
export interface RepositoryFile {
  path: string;
  sizeBytes: number;
  /** Undefined for files that are in git itself: the hub knows only their SHA-1. */
  sha256: string | undefined;
}

export interface Repository {
  /** As the hub writes it, which may differ from what was asked for: repositories are renamed. */
  name: string;
  commit: string;
  /** As the model card states it; undefined where it states none. */
  license: string | undefined;
  /** Whether a person has to accept the model’s terms before a download. */
  isGated: boolean;
  /** As the hub read them from a file of the repository; undefined where it states none. */
  contextTokens: number | undefined;
  parameters: number | undefined;
  files: readonly RepositoryFile[];
}

const MOST_FILES = 10_000;
const MOST_PAGES = 50;

const count = v.fallback(v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1))), undefined);
const shortText = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(80));
const optionalText = v.fallback(v.optional(shortText), undefined);

const infoSchema = v.object({
  id: v.fallback(
    v.optional(v.pipe(v.string(), v.regex(/^[\w.-]{1,96}\/[\w.-]{1,96}$/))),
    undefined,
  ),
  sha: v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/)),
  gated: v.fallback(v.union([v.boolean(), v.string()]), false),
  tags: v.fallback(v.array(v.string()), []),
  cardData: v.fallback(
    v.object({
      license: v.fallback(v.union([shortText, v.array(shortText)]), []),
      license_name: optionalText,
    }),
    { license: [], license_name: undefined },
  ),
  gguf: v.fallback(v.object({ context_length: count, total: count }), {
    context_length: undefined,
    total: undefined,
  }),
});
type Info = v.InferOutput<typeof infoSchema>;

const fileSchema = v.object({
  type: v.literal('file'),
  path: v.pipe(v.string(), v.check(isPortablePath)),
  size: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  lfs: v.optional(v.object({ oid: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)) })),
});

function isPortablePath(path: string): boolean {
  return path.split('/').every(isPortableName);
}

/** @throws ModelError NET_*, HTTP_*, NOT_A_MODEL; MODEL_UNAVAILABLE for a repository of too many files; AbortError */
export async function askRepository(
  tools: HubTools,
  { repository, revision }: Pick<HubSpec, 'repository' | 'revision'>,
  signal: AbortSignal,
): Promise<Repository> {
  const ask = <T>(question: JsonQuestion<T>) =>
    untilDone(
      tools,
      { work: () => askJson(tools, question, signal), onRetry: tools.onRetry },
      signal,
    );
  const api = `${tools.hubEndpoint}/api/models/${repository}`;
  const url = `${api}/revision/${encodeURIComponent(revision)}`;
  const info = (await ask({ url, schema: infoSchema })).value;
  const files: RepositoryFile[] = [];
  let page: string | undefined = `${api}/tree/${info.sha}?recursive=true`;
  for (let [listed, pages] = [0, 1]; page !== undefined; pages += 1) {
    const { value, headers } = await ask({ url: page, schema: v.array(v.unknown()) });
    listed += value.length;
    page = nextPage(headers['link'], page, tools.hubEndpoint);
    // A page may also name itself as the next one.
    if (listed > MOST_FILES || (page !== undefined && pages === MOST_PAGES)) {
      const reason = `Its repository lists more than ${String(MOST_FILES)} files, or lists them without end.`;
      throw new ModelError('MODEL_UNAVAILABLE', { modelId: repository, reason });
    }
    files.push(...value.flatMap(readFile));
  }
  return { ...factsOf(info, repository), files };
}

function readFile(entry: unknown): RepositoryFile[] {
  const parsed = v.safeParse(fileSchema, entry);
  if (!parsed.success) return [];
  const { path, size, lfs } = parsed.output;
  return [{ path, sizeBytes: size, sha256: lfs?.oid }];
}

/** The address of the next page; only one at the same hub is followed. */
function nextPage(link: string | undefined, page: string, hubEndpoint: string): string | undefined {
  const [, address] = /<([^<>]+)>\s*;\s*rel="?next"?/.exec(link ?? '') ?? [];
  const url = address === undefined ? undefined : urlOf(address, new URL(page));
  return url && addressBelow(url, hubEndpoint) !== undefined ? url.href : undefined;
}

function factsOf(info: Info, asked: string): Omit<Repository, 'files'> {
  const { id = asked, sha, gated, gguf } = info;
  return {
    name: id,
    commit: sha,
    license: licenseOf(info),
    isGated: gated !== false,
    contextTokens: gguf.context_length,
    parameters: gguf.total,
  };
}

function licenseOf({ cardData, tags }: Info): string | undefined {
  const stated = [cardData.license].flat();
  const names = stated.length === 1 && stated[0] === 'other' ? [cardData.license_name] : stated;
  const tagged = tags.flatMap((tag) => /^license:(.{1,70})$/.exec(tag)?.[1] ?? []);
  const found = names.some((name) => name !== undefined) ? names : tagged;
  const text = found.filter((name) => name !== undefined).join(', ');
  return text === '' || text.length > 80 ? undefined : text;
}
