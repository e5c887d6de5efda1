/** Reads the rows of added models. A row that can't be offered is reported and stays as it is. Pure. */
import * as v from 'valibot';

import type { AddedModelRow } from '../../db/addedModels';
import type { LlmModelConfig } from '../modelConfig';
import { parseEntry, type CatalogProblem } from '../registry/catalog';
import { entrySchema } from '../registry/catalogEntry';
import type { CatalogEntry } from '../registry/catalogText';
import { atEndpoint } from '../registry/atEndpoint';
import { hasNameTwins, NAME_TWINS } from '../registry/nameTwins';

/** How a model came: from a search or a pasted address of the hub, from another address, from a file, from a link. */
export const ADDED_ORIGINS = ['hub', 'address', 'file', 'link'] as const;
export type AddedOrigin = (typeof ADDED_ORIGINS)[number];

/** A model that a person added. */
export interface AddedModel {
  /** As it is offered: its addresses are at the endpoint in force. */
  model: LlmModelConfig;
  origin: AddedOrigin;
  /** Milliseconds since 1970. */
  addedAt: number;
}

/** An added model that can be offered. */
export interface KeptModel extends AddedModel {
  /** As it is in the database, also with properties that this version doesn't know. */
  entry: CatalogEntry;
}

/** Larger than any entry of properties that this version knows; properties that it doesn't know are kept, too. */
const MAX_ENTRY_LENGTH = 1024 * 1024;
/** How much longer an entry may become when it gets its id and its folder. */
const MAX_PLACE_LENGTH = 1024;

const factsSchema = v.object({
  origin: v.picklist(ADDED_ORIGINS),
  addedAt: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
});

export interface ReadRows {
  kept: KeptModel[];
  problems: CatalogProblem[];
}

/** `others`: the models of the registry and of catalogs. A row with the id or the folder of one of them isn't offered. */
export type RowReader = (
  rows: readonly AddedModelRow[],
  others: readonly LlmModelConfig[],
) => ReadRows;

/** Rows that were read before aren't checked again: the result has the same model for the same row. */
export function createRowReader(hubEndpoint: string): RowReader {
  const schema = entrySchema(2, hubEndpoint);
  let known = new Map<string, Reading>();

  return (rows, others) => {
    const ids = new Set(others.map(({ modelId }) => modelId));
    const folders = new Set(others.map(folderKey));
    const seen = new Map<string, Reading>();
    const kept: KeptModel[] = [];
    const problems: CatalogProblem[] = [];
    for (const row of rows) {
      const key = JSON.stringify(row);
      const reading = known.get(key) ?? readRow(row, schema, hubEndpoint);
      seen.set(key, reading);
      const { found } = reading;
      const reason = found === undefined ? reading.reason : clashOf(found.model, ids, folders);
      if (found === undefined || reason !== undefined) {
        problems.push({ modelId: row.modelId, reason: reason ?? '' });
        continue;
      }
      folders.add(folderKey(found.model));
      kept.push(found);
    }
    known = seen;
    return { kept, problems };
  };
}

type Reading = { found: KeptModel; reason?: never } | { found?: never; reason: string };

function readRow(
  row: AddedModelRow,
  schema: ReturnType<typeof entrySchema>,
  hubEndpoint: string,
): Reading {
  const facts = v.safeParse(factsSchema, row);
  if (!facts.success) return { reason: 'How or when it was added can’t be read.' };
  const entry = row.entry.length > MAX_ENTRY_LENGTH ? undefined : jsonOf(row.entry);
  if (entry === undefined) return { reason: 'It can’t be read.' };
  const { model, reason } = readAddition(entry, schema);
  if (model === undefined) return { reason };
  if (model.modelId !== row.modelId) return { reason: 'It is kept under another id.' };
  const offered = atEndpoint(model, hubEndpoint);
  return { found: { ...facts.output, model: offered, entry: entry as CatalogEntry } };
}

/** Why an entry of a list that any catalog could state can't be kept; undefined where it can. */
export function keepingProblem({ model, entry }: Pick<KeptModel, 'model' | 'entry'>) {
  if (hasNameTwins(model)) return NAME_TWINS;
  const isKeepable = JSON.stringify(entry).length <= MAX_ENTRY_LENGTH - MAX_PLACE_LENGTH;
  return isKeepable ? undefined : 'It is too long to be kept.';
}

/** A model to add, checked as each row is when it is read. */
export function readAddition(
  entry: unknown,
  schema: ReturnType<typeof entrySchema>,
): ReturnType<typeof parseEntry> {
  const parsed = parseEntry(entry, schema);
  if (parsed.model === undefined || !hasNameTwins(parsed.model)) return parsed;
  return { reason: NAME_TWINS };
}

/** Why models with these ids and folders don't go with the model; undefined if they do. */
function clashOf(
  model: LlmModelConfig,
  ids: ReadonlySet<string>,
  folders: ReadonlySet<string>,
): string | undefined {
  if (ids.has(model.modelId)) return 'Its id belongs to a model of the registry or of a catalog.';
  return folders.has(folderKey(model)) ? 'Its folder belongs to another model.' : undefined;
}

/** On file systems that ignore case, two such names are the same folder. */
export function folderKey({ folderName }: Pick<LlmModelConfig, 'folderName'>): string {
  return folderName.toLowerCase();
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
