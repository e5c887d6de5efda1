/** Says of every byte in the store what it is for. Pure. */
import { sum } from '../../download/plan/plan';
import { freedBytes, occupiedBytes } from '../../download/store/sharedBytes';
import { folderOf, MOVING, routeOf, STORE, type Homes } from '../../platform/shared/homes';
import type { FileEntry } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import type { KeptBuild, ModelState } from '../modelState';
import { MANIFEST_NAMES, keptPath } from '../registry/buildPlaces';

/**
 * `removed`: a removed build that can come back. `leftover`: a removal, or a kept build, that is incomplete; the next start
 * deletes it. `move`: what a move to another volume has copied so far, or has still to remove. `import`: files that are
 * being taken in. `record`: where models lie. `unknown`: files that this app didn't write, or knows no use for.
 */
export type StoredKind =
  | ('model' | 'earlier' | 'update' | 'download' | 'removed')
  | ('move' | 'import' | 'leftover' | 'record' | 'unknown');

export interface StoredItem {
  kind: StoredKind;
  /** The file or the folder in the store that has all of it, and nothing else. Names the item. */
  path: string;
  /** The id of the place with its files; `''` for the store itself. */
  place: string;
  /** Of the model that it belongs to; undefined where no listed model has that folder. */
  modelId: string | undefined;
  /** What the model is called, or else the name of the folder or file. */
  name: string;
  /** As the host counts it; bytes that several files share count in the first of them. */
  usedBytes: number;
  /** What its deletion frees: a file that has another name, here or elsewhere, stays. */
  freedBytes: number;
  /** Milliseconds since 1970. Of a model, when it was used last; of a kept build, since when it is kept. */
  since: number | undefined;
}

export interface StorageAccount {
  /** The largest first. Their bytes are those of all files in the store. */
  items: readonly StoredItem[];
  usedBytes: number;
}

export interface StorageFacts {
  /** All files of the store. */
  entries: readonly FileEntry[];
  models: readonly LlmModelConfig[];
  states: Readonly<Record<string, ModelState>>;
  kept: readonly KeptBuild[];
  homes: Homes;
  /** When each model was used last, by id. */
  lastUsedAt: (modelId: string) => number | undefined;
}

/** The places of the store that hold one folder for each model, by the beginning of their names. */
const PLACES: readonly (readonly [RegExp, StoredKind])[] = [
  [/^\.(staging|runs)-update(-|$)/, 'update'],
  [/^\.update(-|$)/, 'update'],
  [/^\.(staging|runs)(-|$)/, 'download'],
  [/^\.removed(-|$)/, 'removed'],
  [/^\.earlier(-|$)/, 'earlier'],
  [/^\.trash(-|$)/, 'leftover'],
];

/** What else the store has at its top. */
const OWN: readonly (readonly [RegExp, StoredKind])[] = [
  [/^\.(importing|adopting)$/, 'import'],
  [/^\.(homes|places)\.json$/, 'record'],
];

export function accountStorage(facts: StorageFacts): StorageAccount {
  const byPath = new Map<string, FileEntry[]>();
  for (const entry of facts.entries) {
    const path = placeOf(entry.path);
    byPath.set(path, [...(byPath.get(path) ?? []), entry]);
  }
  const counted = countOnce(facts.entries);
  const items = [...byPath]
    .map(([path, entries]) => ({
      ...itemOf(facts, path, entries),
      usedBytes: occupiedBytes(entries.filter((entry) => counted.has(entry))),
    }))
    .sort((one, other) => other.usedBytes - one.usedBytes || (one.path < other.path ? -1 : 1));
  return { items, usedBytes: sum(items.map(({ usedBytes }) => usedBytes)) };
}

/** The entries whose bytes count: of several names of a file one, in a model's folder before any other place. */
function countOnce(entries: readonly FileEntry[]): ReadonlySet<FileEntry> {
  const isHidden = ({ path }: FileEntry) => (path.startsWith('.') ? 1 : 0);
  const inOrder = [...entries].sort(
    (one, other) => isHidden(one) - isHidden(other) || (one.path < other.path ? -1 : 1),
  );
  const seen = new Set<string>();
  return new Set(
    inOrder.filter(({ shared }) => {
      if (shared === undefined) return true;
      const isFirst = !seen.has(shared.id);
      seen.add(shared.id);
      return isFirst;
    }),
  );
}

/** The path of the item that a file is counted in: two names deep in the places of models, else one. */
function placeOf(path: string): string {
  if (path.startsWith(`${MOVING}/`)) return `${MOVING}/${placeOf(path.slice(MOVING.length + 1))}`;
  const [first = '', second = ''] = path.split('/');
  const isPlace = PLACES.some(([names]) => names.test(first));
  return isPlace && second !== '' ? `${first}/${second}` : first;
}

function itemOf(
  facts: StorageFacts,
  path: string,
  entries: readonly FileEntry[],
): Omit<StoredItem, 'usedBytes'> {
  const place = placeIn(facts, path);
  if (path.startsWith(`${MOVING}/`)) return moveOf(facts, path, { entries, place });
  const [first = '', second] = path.split('/');
  const folder = second ?? first;
  const config = facts.models.find(({ folderName }) => folderName === folder);
  const kept = keptAt(facts, path);
  const isBelow = second !== undefined;
  const hasManifest = entries.some((entry) =>
    MANIFEST_NAMES.some((name) => entry.path === `${path}/${name}`),
  );
  const kind = kindOf(facts, { first, isBelow, config, hasManifest, kept });
  const modelId = config?.modelId ?? kept?.modelId;
  return {
    ...{ kind, path, place, modelId, name: config?.displayName ?? folder },
    freedBytes: freedBytes(entries),
    since: kind === 'model' ? facts.lastUsedAt(modelId ?? '') : kept?.keptAt,
  };
}

function placeIn({ homes }: StorageFacts, path: string): string {
  return routeOf(homes, path)?.place ?? STORE;
}

function keptAt({ kept }: StorageFacts, path: string): KeptBuild | undefined {
  return kept.find(
    ({ place, folderName, runtime }) => keptPath(place, folderName, runtime) === path,
  );
}

function moveOf(
  { models }: StorageFacts,
  path: string,
  { entries, place }: { entries: readonly FileEntry[]; place: string },
): Omit<StoredItem, 'usedBytes'> {
  const folder = folderOf(path.slice(MOVING.length + 1)) ?? '';
  const config = models.find(({ folderName }) => folderName === folder);
  return {
    ...{ kind: 'move', path, place, modelId: config?.modelId, name: config?.displayName ?? folder },
    ...{ freedBytes: freedBytes(entries), since: undefined },
  };
}

interface Placed {
  /** The name at the top of the store. */
  first: string;
  /** Whether there is another name below it. */
  isBelow: boolean;
  config: LlmModelConfig | undefined;
  hasManifest: boolean;
  kept: KeptBuild | undefined;
}

function kindOf(facts: StorageFacts, placed: Placed): StoredKind {
  const { first, isBelow, config, kept } = placed;
  const stated = (isBelow ? [...PLACES, ...OWN] : OWN).find(([names]) => names.test(first))?.[1];
  const isKept = stated === 'removed' || stated === 'earlier';
  if (isKept && kept?.keptAt === undefined) return 'leftover';
  if (stated !== undefined) return stated;
  const isModel = config && (placed.hasManifest || isMoving(facts.states[config.modelId]));
  return isModel ? 'model' : 'unknown';
}

/** While a model is installed or repaired, its files come and go, and its record is missing. */
function isMoving(state: ModelState | undefined): boolean {
  return ['verifying', 'waiting', 'downloading'].includes(state?.kind ?? 'absent');
}
