/** Finds the volume of a path: the models folder, or a place on another drive. */
import { readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import * as v from 'valibot';

import { ModelError } from '../../../errors';
import { isAbsent, reasonOf } from '../nodeErrors';
import {
  HOMES_PATH,
  parseHomes,
  PLACES_PATH,
  routeOf,
  STORE,
  type Homes,
} from '../../shared/homes';

/** The record in a place's own folder, which tells that the right drive is connected. */
export const MARK_NAME = '.modelshelf-place.json';

export interface KnownPlace {
  id: string;
  name: string;
  /** Absolute. */
  folder: string;
}

const placesSchema = v.object({
  version: v.literal(1),
  places: v.array(v.object({ id: v.string(), name: v.string(), folder: v.string() })),
});
const markSchema = v.object({ version: v.literal(1), id: v.string() });

/** Records of the models folder are read again only when they have changed: other processes change them, too. */
interface Read<T> {
  version: string;
  content: T;
}
const homesByRoot = new Map<string, Read<Homes>>();
const placesByRoot = new Map<string, Read<readonly KnownPlace[]>>();

/** @throws ModelError STORAGE_UNAVAILABLE where the record is there and can't be read */
export function readHomes(root: string): Homes {
  return readRecord(homesByRoot, root, { name: HOMES_PATH, parse: parseHomes });
}

/** @throws ModelError STORAGE_UNAVAILABLE where the record is there and can't be read */
export function readPlaces(root: string): readonly KnownPlace[] {
  return readRecord(placesByRoot, root, { name: PLACES_PATH, parse: parsePlaces });
}

/** Whether the volume with this place is connected, and no other one in its stead. */
export async function isConnected({ id, folder }: KnownPlace): Promise<boolean> {
  return (await readMark(folder)) === id;
}

/** The id of the place that a folder is; undefined for any other folder. */
export async function readMark(folder: string): Promise<string | undefined> {
  const text = await readFile(join(folder, MARK_NAME), 'utf8').catch(() => '');
  return parseJson(markSchema, text)?.id;
}

/** The folder on the disk of a place's id; the models folder for the store. @throws ModelError PLACE_MISSING */
export async function volumeOf(root: string, id: string): Promise<string> {
  if (id === STORE) return root;
  const place = readPlaces(root).find((each) => each.id === id);
  if (place && (await isConnected(place))) return place.folder;
  throw new ModelError('PLACE_MISSING', { place: place?.name ?? id });
}

export interface OnVolume {
  /** The models folder, or the place's own. */
  volume: string;
  /** The path below it. */
  path: string;
}

/**
 * @throws ModelError PLACE_MISSING; DISK_IO for a path below `.moving` of a model that isn't being moved
 */
export async function findVolume(root: string, path: string): Promise<OnVolume> {
  const route = routeOf(readHomes(root), path);
  if (route === undefined) throw new ModelError('DISK_IO', { path, reason: 'nothing is moved' });
  return { volume: await volumeOf(root, route.place), path: route.path };
}

/** The same, for a name to show: whether the volume is connected isn't looked at. */
export function shownPlaceOf(root: string, path: string): string {
  const route = routeOf(readHomes(root), path) ?? { place: STORE, path };
  const place = readPlaces(root).find(({ id }) => id === route.place);
  return join(place?.folder ?? root, ...route.path.split('/'));
}

function readRecord<T>(
  cache: Map<string, Read<T>>,
  root: string,
  { name, parse }: { name: string; parse: (text: string | undefined) => T },
): T {
  const place = join(root, name);
  try {
    const stats = statSync(place);
    const version = [stats.ino, stats.mtimeMs, stats.size].join('-');
    const known = cache.get(root);
    if (known?.version === version) return known.content;
    const content = parse(readFileSync(place, 'utf8'));
    cache.set(root, { version, content });
    return content;
  } catch (error) {
    if (!isAbsent(error)) {
      throw new ModelError('STORAGE_UNAVAILABLE', { reason: reasonOf(error) }, { cause: error });
    }
    cache.delete(root);
    return parse(undefined);
  }
}

function parsePlaces(text: string | undefined): readonly KnownPlace[] {
  return parseJson(placesSchema, text ?? '')?.places ?? [];
}

function parseJson<S extends v.GenericSchema>(
  schema: S,
  text: string,
): v.InferOutput<S> | undefined {
  try {
    const parsed = v.safeParse(schema, JSON.parse(text));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
