/** The update of a model of the hub as a text for the database, so that the next start shows it without a request. Pure. */
import * as v from 'valibot';

import { parseJson } from '../../download/plan/plan';
import { entrySchema } from '../registry/catalogEntry';
import { catalogEntryOf } from '../registry/catalogText';
import { atEndpoint } from '../registry/atEndpoint';
import type { ModelUpdate } from './modelUpdate';

const CHANGES = [
  ...(['weights', 'tokenizer', 'tokenizerConfig', 'projector'] as const),
  ...(['template', 'metadata'] as const),
] as const;

const keptSchema = v.object({
  entry: v.unknown(),
  changes: v.array(v.picklist(CHANGES)),
  license: v.optional(v.object({ from: v.string(), to: v.string() })),
  downloadBytes: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
});

export function formatFound({ config, changes, license, downloadBytes }: ModelUpdate): string {
  return JSON.stringify({ entry: catalogEntryOf(config), changes, license, downloadBytes });
}

/** The model and what differs in it; undefined for a text that another version of the app wrote, or that is damaged. */
export function parseFound(
  text: string | undefined,
  hubEndpoint: string,
): Pick<ModelUpdate, 'config' | 'changes' | 'license' | 'downloadBytes'> | undefined {
  const kept = v.safeParse(keptSchema, parseJson(text));
  if (!kept.success) return undefined;
  const { entry, changes, license, downloadBytes } = kept.output;
  const model = v.safeParse(entrySchema(2, hubEndpoint), entry);
  if (!model.success) return undefined;
  return { config: atEndpoint(model.output, hubEndpoint), changes, license, downloadBytes };
}
