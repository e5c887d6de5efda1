/** Owns the models that a person added: keeps them in the database, and offers them beside those of the registry. */
import type { AddedModelRow, AddedModelStore } from '../../db/addedModels';
import { ModelError } from '../../errors';
import type { Clock, Peers } from '../../platform/types';
import { createAnnouncements } from '../manage/announcements';
import type { LlmModelConfig } from '../modelConfig';
import { createObservable } from '../observable';
import { parseEntries, type CatalogProblem } from '../registry/catalog';
import { entrySchema } from '../registry/catalogEntry';
import { catalogEntryOf, formatCatalog, type CatalogEntry } from '../registry/catalogText';
import type { Registry } from '../registry/registry';
import { keepingProblem, readAddition, type AddedModel, type AddedOrigin } from './addedRows';
import { createOfferedRows, type OfferedRows } from './offeredRows';
import { placeModels, type Addition, type Placement } from './placeModel';

export interface AddedSnapshot {
  /** The first added come first. */
  models: readonly AddedModel[];
  /** The kept models that can't be offered now, each with its reason. They stay until they are forgotten. */
  problems: readonly CatalogProblem[];
}

export interface ImportedList {
  /** The models that are new or have a newer entry, as they are offered now. */
  added: readonly LlmModelConfig[];
  /** The ids of the models that were kept already. */
  unchanged: readonly string[];
  /** The entries of the list that weren't added, each with its reason. */
  problems: readonly CatalogProblem[];
}

/** The list, for readers. */
export interface AddedList {
  /** The same object until something changes. */
  getSnapshot(): AddedSnapshot;
  subscribe(listener: () => void): () => void;
  /** The offered ones as the text of a catalog of version 2. */
  exportList(): string;
  /**
   * Adds every model of a catalog. All of its usable entries are added, or none.
   * @throws ModelError CATALOG_INVALID for a text that is no catalog, DB_FAILED
   */
  importList(text: string): Promise<ImportedList>;
}

export interface AddedModels extends AddedList {
  /** Reads the rows and offers them. Call once, before the manager reads the disk. @throws ModelError DB_FAILED */
  start(): Promise<void>;
  /**
   * Keeps a model and offers it. Resolves with the model as it is offered: see `placeModels` for its id and its folder.
   * @throws ModelError CATALOG_INVALID with the reason for a model that no catalog could state, DB_FAILED
   */
  add(config: LlmModelConfig, origin: AddedOrigin): Promise<LlmModelConfig>;
  /**
   * Stops offering a model and removes its row; also a row that can't be offered. Touches no files.
   * @throws ModelError MODEL_UNKNOWN for a model that wasn't added, DB_FAILED
   */
  forget(modelId: string): Promise<void>;
  close(): void;
}

export interface AddedModelsParts {
  store: AddedModelStore;
  registry: Registry;
  peers: Peers;
  clock: Pick<Clock, 'nowMs'>;
  hubEndpoint: string;
}

/** Excludes other tabs from choosing an id at the same time. */
const LOCK = 'added-models';

interface Written {
  writtenIds: readonly string[];
  unchangedIds: readonly string[];
}

export function createAddedModels(parts: AddedModelsParts): AddedModels {
  const { store, registry, peers, hubEndpoint } = parts;
  const snapshot = createObservable<AddedSnapshot>({ models: [], problems: [] });
  const offered = createOfferedRows(registry, hubEndpoint);
  let stopFollowing = () => {};

  function show(rows: readonly AddedModelRow[]): void {
    const problems = offered.show(rows);
    const models = offered.getKept().map(({ model, origin, addedAt }) => ({
      ...{ model, origin, addedAt },
    }));
    snapshot.set({ models, problems });
  }

  const read = async () => show(await store.list());
  const others = createAnnouncements(peers, LOCK, read);

  /** Runs `work` on the rows as they are now, while no other tab changes them, and shows its result. */
  const change: Change = (work) =>
    peers.withLock(LOCK, async () => {
      await read();
      const result = await work(offered);
      await read();
      others.tell();
      return result;
    });

  return {
    getSnapshot: snapshot.get,
    subscribe: snapshot.subscribe,
    exportList: () => formatCatalog(offered.getKept().map(({ entry }) => entry)),
    ...additions(parts, change),

    async start() {
      await read();
      stopFollowing = offered.onOthers(() => show(offered.getRows()));
    },

    forget: (modelId) =>
      change(async ({ getRows }) => {
        const knownIds = getRows().map((row) => row.modelId);
        if (!knownIds.includes(modelId)) {
          throw new ModelError('MODEL_UNKNOWN', { modelId, knownIds });
        }
        await store.remove(modelId);
      }),

    close() {
      stopFollowing();
      others.close();
    },
  };
}

type Change = <T>(work: (offered: OfferedRows) => Promise<T>) => Promise<T>;

function additions(
  { store, registry, clock, hubEndpoint }: AddedModelsParts,
  change: Change,
): Pick<AddedModels, 'add' | 'importList'> {
  const schema = entrySchema(2, hubEndpoint);

  const write = (placed: readonly Addition[], origin: AddedOrigin): Promise<Written> =>
    change(async ({ getKept, getRows }) => {
      const neighbours = {
        ...{ kept: getKept(), listed: registry.getModels() },
        rowIds: getRows().map(({ modelId }) => modelId),
      };
      const placements = placeModels(placed, neighbours, { origin, addedAt: clock.nowMs() });
      const rowsOf = (kind: Placement['kind']) =>
        placements.flatMap((each) => (each.kind !== 'same' && each.kind === kind ? each.row : []));
      const [added, changed] = [rowsOf('added'), rowsOf('changed')];
      if (added.length + changed.length > 0) await store.write({ added, changed });
      return {
        writtenIds: [...new Set([...added, ...changed].map(({ modelId }) => modelId))],
        unchangedIds: placements.flatMap((each) => (each.kind === 'same' ? each.modelId : [])),
      };
    });

  return {
    async add(config, origin) {
      // As it will be read: without the properties that are undefined.
      const entry = JSON.parse(JSON.stringify(catalogEntryOf(config))) as CatalogEntry;
      const { model, reason } = readAddition(entry, schema);
      if (model === undefined) throw new ModelError('CATALOG_INVALID', { reason });
      const { writtenIds, unchangedIds } = await write([{ model, entry }], origin);
      const [modelId = model.modelId] = [...writtenIds, ...unchangedIds];
      return registry.find(modelId) ?? model;
    },

    async importList(text) {
      const { read: entries, problems } = parseEntries(text, hubEndpoint);
      const left = entries.flatMap((each) => {
        const reason = keepingProblem(each);
        return reason === undefined ? [] : { each, reason };
      });
      const usable = entries.filter((entry) => !left.some(({ each }) => each === entry));
      const { writtenIds, unchangedIds } = await write(usable, 'file');
      return {
        added: writtenIds.flatMap((modelId) => registry.find(modelId) ?? []),
        unchanged: unchangedIds,
        problems: [
          ...problems,
          ...left.map(({ each, reason }) => ({ modelId: each.model.modelId, reason })),
        ],
      };
    },
  };
}
