/** Asks the hub's list for repositories with builds for one runtime. */
import * as v from 'valibot';

import type { Runtime } from '../../platform/types';
import { TRAITS } from '../runtimes/runtimes';
import { EXPANDED, factsOf, factsSchema, repositoryName, type RepositoryFacts } from './hubFacts';
import { askHub, nextPage, type HubTools } from './hubTools';

/** The hub's own names. It lists the largest, newest or most used first. */
export const HUB_SORTS = [
  'trendingScore',
  'downloads',
  'likes',
  'lastModified',
  'mainSize',
] as const;
export type HubSort = (typeof HUB_SORTS)[number];

export interface HubQuestion {
  /** Empty for all repositories. */
  words: string;
  runtime: Runtime;
  sort: HubSort;
}

export interface FoundPage {
  found: readonly RepositoryFacts[];
  /** How many entries of the list had no usable name, or are disabled. */
  passedOver: number;
  /** For `moreFound`; undefined after the last page. */
  next: string | undefined;
}

/** Entries of a page: enough for a screen. An entry may have a long chat template with it. */
const PAGE_SIZE = 30;
const MOST_ENTRIES = 500;

/** One request. None for a runtime whose builds the hub doesn't mark. @throws ModelError NET_*, HTTP_*, NOT_A_MODEL; AbortError */
export async function searchHub(
  tools: HubTools,
  { words, runtime, sort }: HubQuestion,
  signal: AbortSignal,
): Promise<FoundPage> {
  const { hubTag } = TRAITS[runtime];
  if (hubTag === undefined) return { found: [], passedOver: 0, next: undefined };
  const parameters: (readonly [string, string])[] = [
    ...(words === '' ? [] : [['search', words] as const]),
    ...([
      ['filter', hubTag],
      ['sort', sort],
      ['limit', String(PAGE_SIZE)],
    ] as const),
    ...EXPANDED.map((property) => ['expand', property] as const),
  ];
  const query = parameters.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  return askPage(tools, `${tools.hubEndpoint}/api/models?${query}`, signal);
}

/** The page that `next` of an earlier page names. */
export function moreFound(tools: HubTools, next: string, signal: AbortSignal): Promise<FoundPage> {
  return askPage(tools, next, signal);
}

const entrySchema = v.object({ ...factsSchema.entries, id: repositoryName });

async function askPage(tools: HubTools, url: string, signal: AbortSignal): Promise<FoundPage> {
  const question = { url, schema: v.array(v.unknown()) };
  const { value, headers } = await askHub(tools, question, signal);
  const found: RepositoryFacts[] = [];
  for (const entry of value.slice(0, MOST_ENTRIES)) {
    const parsed = v.safeParse(entrySchema, entry);
    if (!parsed.success || parsed.output.disabled) continue;
    found.push(factsOf(parsed.output, parsed.output.id));
  }
  const next = nextPage(headers['link'], url, tools.hubEndpoint);
  return { found, passedOver: value.length - found.length, next };
}
