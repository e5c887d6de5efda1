/** The list of repositories: `/api/models`. Facts that a repository of the tests doesn't state are those of an unused one. */
import { jsonReply, textReply } from './reply';
import type { HubRequest, Reply } from './reply';
import type { HubRepo } from './repos';

const CREATED = '2025-01-01T00:00:00.000Z';
const MOST_ENTRIES = 500;
/** The hub's, without `limit`. */
const USUAL_ENTRIES = 1000;

/** Each property that `expand` may name. */
const PROPERTIES: Readonly<Record<string, (repo: HubRepo) => unknown>> = {
  author: ({ name }) => name.split('/')[0],
  baseModels: ({ facts }) =>
    facts?.baseModel === undefined
      ? undefined
      : { relation: 'quantized', models: [{ id: facts.baseModel }] },
  cardData,
  config: () => ({}),
  createdAt: () => CREATED,
  disabled: ({ disabled = false }) => disabled,
  downloads: ({ facts }) => facts?.downloads ?? 0,
  downloadsAllTime: ({ facts }) => facts?.downloads ?? 0,
  gated: ({ gated = false }) => gated,
  gguf: ({ gguf }) => gguf,
  lastModified: ({ facts }) => facts?.lastModified ?? CREATED,
  library_name: (repo) => tagsOf(repo).find((tag) => tag === 'gguf' || tag === 'executorch'),
  likes: ({ facts }) => facts?.likes ?? 0,
  pipeline_tag: ({ facts }) => facts?.pipeline,
  private: () => false,
  safetensors: () => undefined,
  sha: ({ commit }) => commit,
  siblings: ({ files }) => Object.keys(files).map((rfilename) => ({ rfilename })),
  spaces: () => [],
  tags: tagsOf,
  trendingScore: ({ facts }) => facts?.trendingScore ?? 0,
  usedStorage: bytesOf,
};
const PLAIN = [
  'likes',
  'private',
  'downloads',
  'tags',
  'pipeline_tag',
  'library_name',
  'createdAt',
];

const SORTS: Readonly<Record<string, (repo: HubRepo) => number>> = {
  createdAt: () => 0,
  downloads: ({ facts }) => facts?.downloads ?? 0,
  likes: ({ facts }) => facts?.likes ?? 0,
  likes30d: ({ facts }) => facts?.likes ?? 0,
  lastModified: ({ facts }) => Date.parse(facts?.lastModified ?? CREATED),
  trendingScore: ({ facts }) => facts?.trendingScore ?? 0,
  num_parameters: ({ gguf }) => gguf?.total ?? 0,
  mainSize: bytesOf,
};

function bytesOf({ files }: HubRepo): number {
  return Object.values(files).reduce((sum, { content }) => sum + content.sizeBytes, 0);
}

/** As the hub makes them: of the files, the licence, the model card, and whatever the owner wrote. */
export function tagsOf({ files, license, facts }: HubRepo): string[] {
  const names = Object.keys(files);
  return [
    ...(names.some((name) => name.endsWith('.gguf')) ? ['gguf'] : []),
    ...(names.some((name) => name.endsWith('.pte')) ? ['executorch'] : []),
    ...(facts?.tags ?? []),
    ...(license ? [`license:${license.license}`] : []),
    ...(facts?.baseModel === undefined ? [] : [`base_model:quantized:${facts.baseModel}`]),
  ];
}

export function cardData({ license, facts, gate }: HubRepo): Record<string, unknown> | undefined {
  if (license === undefined && facts === undefined && gate === undefined) return undefined;
  return {
    ...license,
    ...gate,
    ...(facts?.languages && { language: facts.languages }),
    ...(facts?.baseModel !== undefined && { base_model: facts.baseModel }),
    ...(facts?.gatedFields && { extra_gated_fields: facts.gatedFields }),
  };
}

export function listModels(repos: ReadonlyMap<string, HubRepo>, request: HubRequest): Reply {
  const { searchParams } = request.url;
  const expand = searchParams.getAll('expand');
  const sort = SORTS[searchParams.get('sort') ?? 'trendingScore'];
  const unknown = expand.find((name) => !Object.hasOwn(PROPERTIES, name));
  if (unknown !== undefined || sort === undefined) {
    return { ...jsonReply({ error: `Invalid option ${unknown ?? 'sort'}` }), status: 400 };
  }
  const found = [...repos.values()]
    .filter((repo) => isWanted(repo, searchParams))
    .sort((a, b) => sort(b) - sort(a));
  const limit = Number(searchParams.get('limit') ?? USUAL_ENTRIES);
  if (!Number.isInteger(limit) || limit < 1) return textReply(400, 'Invalid limit');
  const pageSize = Math.min(MOST_ENTRIES, limit);
  const start = Number(searchParams.get('cursor') ?? '0');
  const entries = found.slice(start, start + pageSize).map((repo) => entryOf(repo, expand));
  if (start + pageSize >= found.length) return jsonReply(entries);
  const next = new URL(request.url);
  next.searchParams.set('cursor', String(start + pageSize));
  return jsonReply(entries, { link: `<${next.href}>; rel="next"` });
}

function isWanted(repo: HubRepo, asked: URLSearchParams): boolean {
  const words = (asked.get('search') ?? '').toLowerCase().split(/\s+/);
  const tags = tagsOf(repo);
  const [author] = repo.name.split('/');
  const pipeline = asked.get('pipeline_tag');
  return (
    words.every((word) => repo.name.toLowerCase().includes(word)) &&
    asked.getAll('filter').every((tag) => tags.includes(tag)) &&
    [null, author].includes(asked.get('author')) &&
    (pipeline === null || pipeline === repo.facts?.pipeline)
  );
}

/** With `expand`, only what it names comes back. */
function entryOf(repo: HubRepo, expand: readonly string[]): Record<string, unknown> {
  const { name } = repo;
  const properties = expand.length > 0 ? expand : PLAIN;
  return {
    _id: repo.commit.slice(0, 24),
    id: name,
    ...Object.fromEntries(properties.map((property) => [property, PROPERTIES[property]?.(repo)])),
    ...(expand.length === 0 && { modelId: name }),
  };
}
