/** Reads a catalog file: models that extend or replace the registry without a new app build. Validates all of it. */
import * as v from 'valibot';

import { ModelError } from '../../errors';
import { DEFAULT_HUB_ENDPOINT } from '../../platform/addresses/hubEndpoint';
import type { LlmModelConfig } from '../modelConfig';
import { entrySchema } from './catalogEntry';

export const MAX_CATALOG_BYTES = 2 * 1024 * 1024;

export interface CatalogProblem {
  /** The entry's id where it has one that can be shown; undefined for a problem of the whole file. */
  modelId: string | undefined;
  reason: string;
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
  if (catalogText.length > MAX_CATALOG_BYTES) {
    throw new ModelError('CATALOG_INVALID', { reason: 'It is larger than 2 MiB.' });
  }
  const file = v.safeParse(fileSchema, parseJson(catalogText));
  if (!file.success) throw new ModelError('CATALOG_INVALID', { reason: firstIssue(file.issues) });

  const schema = entrySchema(file.output.version, hubEndpoint);
  const catalog: Catalog = { models: [], problems: [] };
  const ids = new Set<string>();
  for (const entry of file.output.models) {
    const parsed = v.safeParse(schema, entry);
    if (!parsed.success) {
      catalog.problems.push({ modelId: shownId(entry), reason: firstIssue(parsed.issues) });
    } else if (ids.has(parsed.output.modelId)) {
      catalog.problems.push({
        modelId: parsed.output.modelId,
        reason: 'Its id is in the file twice.',
      });
    } else {
      ids.add(parsed.output.modelId);
      catalog.models.push(parsed.output);
    }
  }
  return catalog;
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
