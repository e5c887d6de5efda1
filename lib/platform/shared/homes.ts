/**
 * Where each model's files lie: in the store itself, or at a place on another volume. The record is in the store. Adapters
 * read it to find a path's volume; only `lib/ai/places` writes it. Pure.
 */
import * as v from 'valibot';

/** The record's path. Written as one, so that a model changes its volume in one step. */
export const HOMES_PATH = '.homes.json';

/** The path of a host's own record of the places, where it keeps one. */
export const PLACES_PATH = '.places.json';

/** The store itself, in the place of a place's id. */
export const STORE = '';

/**
 * `.moving/{path}` is the same path on the model's other volume: the one that it moves to, or has been moved from. A
 * model that isn't being moved has no such paths.
 */
export const MOVING = '.moving';

export interface Home {
  /** The id of the place with the files that count. */
  at: string;
  /** The place that a move copies the files to. */
  to?: string | undefined;
  /** The place that still has files from before a move. */
  from?: string | undefined;
}

/** By the name of the model's folder. Those that aren't in it are in the store. */
export type Homes = Readonly<Record<string, Home>>;

const placeSchema = v.pipe(v.string(), v.regex(/^[a-z0-9-]{0,64}$/));
const homesSchema = v.object({
  version: v.literal(1),
  homes: v.record(
    v.string(),
    v.object({
      at: placeSchema,
      to: v.optional(placeSchema),
      from: v.optional(placeSchema),
    }),
  ),
});

/** Empty for no record, and for one that isn't readable. */
export function parseHomes(text: string | undefined): Homes {
  if (text === undefined) return {};
  try {
    const parsed = v.safeParse(homesSchema, JSON.parse(text));
    return parsed.success ? parsed.output.homes : {};
  } catch {
    return {};
  }
}

export function formatHomes(homes: Homes): string {
  return `${JSON.stringify({ version: 1, homes }, null, 2)}\n`;
}

/** The store's folders that have one folder for each model, besides the models' own. */
const OF_MODELS = /^\.(staging|runs|update|removed|earlier|trash)(-|$)/;

/** The name of the model's folder that a path belongs to; undefined for what belongs to no model. */
export function folderOf(path: string): string | undefined {
  const [first = '', second] = path.split('/');
  if (!first.startsWith('.')) return first === '' ? undefined : first;
  return OF_MODELS.test(first) ? second : undefined;
}

export interface Route {
  /** The id of the place; `STORE` for the store itself. */
  place: string;
  /** The path there. */
  path: string;
}

/** The volume that a path leads to. Undefined for a path below `.moving` of a model that isn't being moved. */
export function routeOf(homes: Homes, path: string): Route | undefined {
  const isMoving = path.startsWith(`${MOVING}/`);
  const inside = isMoving ? path.slice(MOVING.length + 1) : path;
  const folder = folderOf(inside);
  const home = folder === undefined ? undefined : homeOf(homes, folder);
  if (!isMoving) return { place: home?.at ?? STORE, path };
  const other = home?.to ?? home?.from;
  return other === undefined ? undefined : { place: other, path: inside };
}

/** The path in the store of a file that lies at a place; undefined for a file that no path leads to. */
export function pathAt(homes: Homes, place: string, path: string): string | undefined {
  for (const candidate of [path, `${MOVING}/${path}`]) {
    const route = routeOf(homes, candidate);
    if (route?.place === place && route.path === path) return candidate;
  }
  return undefined;
}

/** The places that have files of models, and aren't the store itself. */
export function placesIn(homes: Homes): readonly string[] {
  const all = Object.values(homes).flatMap(({ at, to, from }) => [at, to ?? at, from ?? at]);
  return [...new Set(all)].filter((place) => place !== STORE);
}

/** The folders of models whose files that count lie at a place. */
export function foldersAt(homes: Homes, place: string): readonly string[] {
  return Object.keys(homes).filter((folder) => homeOf(homes, folder)?.at === place);
}

function homeOf(homes: Homes, folder: string): Home | undefined {
  return Object.hasOwn(homes, folder) ? homes[folder] : undefined;
}
