/** Reads a catalog file: models that extend or replace the registry without a new app build. Validates all of it. */
import * as v from 'valibot';

import { ModelError } from '../../errors';
import { DEFAULT_HUB_ENDPOINT } from '../../platform/addresses/hubEndpoint';
import type { LlmModelConfig } from '../modelConfig';
import { entrySchema } from './catalogEntry';
import { catalogEntryOf, type CatalogEntry } from './catalogText';

export const MAX_CATALOG_BYTES = 2 * 1024 * 1024;

export interface CatalogProblem {
  /** The entry's id where it has one that can be shown; undefined for a problem of the whole file. */
  modelId: string | undefined;
  reason: string;
  /** Of a whole file that isn't trusted (`refused`), or is used although it has expired. */
  trust?: 'refused' | 'expired';
}

export interface Catalog {
  models: LlmModelConfig[];
  /** The dropped entries, each with its reason. */
  problems: CatalogProblem[];
}

const fileSchema = v.object({
  version: v.picklist([1, 2]),
  models: v.pipe(v.array(v.unknown()), v.maxLength(10_000)),
});

/**
 * The usable entries of a catalog, and the reasons against the others. Addresses and digests are accepted
 * as people copy them and returned in one form. Plain http is accepted or not depending on the hub's address.
 * @throws ModelError CATALOG_INVALID when it can't be read as a catalog at all.
 */
export function parseCatalog(catalogText: string, hubEndpoint = DEFAULT_HUB_ENDPOINT): Catalog {
  const { read, problems } = parseEntries(catalogText, hubEndpoint);
  return { models: read.map(({ model }) => model), problems };
}

export interface CatalogEntries {
  /** `entry` is as it was written, in version 2: also with properties that this version doesn't know. */
  read: { model: LlmModelConfig; entry: CatalogEntry }[];
  problems: CatalogProblem[];
}

/** As `parseCatalog`, with the entries themselves. @throws ModelError CATALOG_INVALID as `parseCatalog` */
export function parseEntries(catalogText: string, hubEndpoint: string): CatalogEntries {
  if (catalogText.length > MAX_CATALOG_BYTES) {
    throw new ModelError('CATALOG_INVALID', { reason: 'It is larger than 2 MiB.' });
  }
  const file = v.safeParse(fileSchema, parseJson(catalogText));
  if (!file.success) throw new ModelError('CATALOG_INVALID', { reason: firstIssue(file.issues) });

  const { version, models } = file.output;
  const schema = entrySchema(version, hubEndpoint);
  const catalog: CatalogEntries = { read: [], problems: [] };
  const ids = new Set<string>();
  for (const written of models) {
    const { model, reason } = parseEntry(written, schema);
    if (model === undefined) {
      catalog.problems.push({ modelId: shownId(written), reason });
    } else if (ids.has(model.modelId)) {
      catalog.problems.push({ modelId: model.modelId, reason: 'Its id is in the file twice.' });
    } else {
      ids.add(model.modelId);
      const entry = version === 2 ? (written as CatalogEntry) : catalogEntryOf(model);
      catalog.read.push({ model, entry });
    }
  }
  return catalog;
}

/** One entry of a catalog, checked by `entrySchema`, or why it can't be used. */
export function parseEntry(
  entry: unknown,
  schema: ReturnType<typeof entrySchema>,
): { model: LlmModelConfig; reason?: never } | { model?: never; reason: string } {
  const parsed = v.safeParse(schema, entry);
  return parsed.success ? { model: parsed.output } : { reason: firstIssue(parsed.issues) };
}

function parseJson(catalogText: string): unknown {
  try {
    // The code that read the file may have left a byte order mark in place.
    return JSON.parse(catalogText.replace(/^\ufeff/, '')) as unknown;
  } catch (cause) {
    throw new ModelError('CATALOG_INVALID', { reason: 'It is not JSON.' }, { cause });
  }
}

function firstIssue(issues: readonly [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]): string {
  const [issue] = issues;
  const path = v.getDotPath(issue);
  return path === null ? issue.message : `${path}: ${issue.message}`;
}

function shownId(entry: unknown): string | undefined {
  const parsed = v.safeParse(v.object({ modelId: v.pipe(v.string(), v.maxLength(200)) }), entry);
  return parsed.success ? parsed.output.modelId : undefined;
}
