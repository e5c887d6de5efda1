/** The gate of a repository: what its owner asks for, and whether the files may be read by now. */
import * as v from 'valibot';

import { askText, type AskTools } from '../../download/answers/askText';
import { failureOf } from '../../download/answers/readAnswer';
import { askJson } from '../../download/plan/askJson';
import { addressBelow, urlOf } from '../../platform/addresses/hubEndpoint';
import type { Runtime } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import { modelFiles } from '../registry/modelFiles';

export interface GateTools extends AskTools {
  hubEndpoint: string;
}

/** Texts are the owner's: make them printable before they are shown. */
export interface Gate {
  /** `auto`: access is given when it is asked for. `manual`: the owner decides. `none`: everybody may read the files. */
  kind: 'none' | 'auto' | 'manual';
  /** What the owner's form asks for beside the account's name and address, at most 20 of them. */
  fields: readonly string[];
  /** What the owner says about it; undefined where they say nothing. */
  prompt: string | undefined;
}

const MAX_FIELDS = 20;
const MAX_FIELD_LENGTH = 120;
const MAX_PROMPT_LENGTH = 2_000;

const schema = v.object({
  gated: v.optional(v.union([v.literal(false), v.picklist(['auto', 'manual'])]), false),
  cardData: v.optional(
    v.nullable(
      v.object({
        extra_gated_prompt: v.optional(v.unknown()),
        extra_gated_fields: v.optional(v.unknown()),
      }),
    ),
  ),
});

/** Anybody may ask this. @throws ModelError NET_*, HTTP_*, NOT_A_MODEL; AbortError */
export async function askGate(tools: GateTools, repo: string, signal: AbortSignal): Promise<Gate> {
  const url = `${tools.hubEndpoint}/api/models/${repo}`;
  const { gated, cardData } = (await askJson(tools, { url, schema }, signal)).value;
  const { extra_gated_fields: fields, extra_gated_prompt: prompt } = cardData ?? {};
  const isText = typeof prompt === 'string' && prompt.trim() !== '';
  return {
    kind: gated === false ? 'none' : gated,
    fields: namesOf(fields),
    prompt: isText ? prompt.trim().slice(0, MAX_PROMPT_LENGTH) : undefined,
  };
}

/** The card has them as the keys of an object, or as a list of such objects. */
function namesOf(fields: unknown): string[] {
  const objects: unknown[] = Array.isArray(fields) ? fields : [fields];
  return objects
    .flatMap((each) => (typeof each === 'object' && each !== null ? Object.keys(each) : []))
    .map((name) => name.trim().slice(0, MAX_FIELD_LENGTH))
    .filter((name) => name !== '')
    .slice(0, MAX_FIELDS);
}

/**
 * Whether the host's token opens the repository's files: `closed` also without a token. `unknown` where the hub has no
 * such question, as some mirrors. @throws ModelError NET_*, HTTP_*; AbortError
 */
export async function checkGate(
  tools: GateTools,
  repo: string,
  signal: AbortSignal,
): Promise<'open' | 'closed' | 'unknown'> {
  const url = `${tools.hubEndpoint}/api/models/${repo}/auth-check`;
  const { status, headers } = await askText(tools, { url, maxBytes: 64 * 1024 }, signal);
  if (status === 200) return 'open';
  if (status === 401 || status === 403) return 'closed';
  if (status === 404 || status === 405) return 'unknown';
  throw failureOf({ status, url, header: (name) => headers[name] });
}

/** The repository on the hub from which a model's files come: `owner/name`; undefined for files from elsewhere. */
export function repositoryOf(
  config: LlmModelConfig,
  runtime: Runtime,
  hubEndpoint: string,
): string | undefined {
  for (const { source } of modelFiles(config, runtime)) {
    const url = source.kind === 'remote' ? urlOf(source.url) : undefined;
    const below = url && addressBelow(url, hubEndpoint);
    const repo = /^\/([^/]+\/[^/]+)\/resolve\//.exec(below ?? '')?.[1];
    if (repo !== undefined) return repo;
  }
  return undefined;
}
