/** Reads a found update from the database (`formatFound`), so that a start shows it without a request. Pure. */
import * as v from 'valibot';

import { parseJson } from '../../download/plan/plan';
import { entrySchema } from '../registry/catalogEntry';
import { atEndpoint } from '../registry/atEndpoint';
import type { InstalledFile } from '../modelState';
import { stepName } from './compareVersions';
import type { ModelUpdate } from './modelUpdate';

const CHANGES = [
  ...(['weights', 'tokenizer', 'tokenizerConfig', 'projector'] as const),
  ...(['template', 'metadata'] as const),
] as const;

const keptSchema = v.object({
  entry: v.unknown(),
  origin: v.optional(v.picklist(['hub', 'list']), 'hub'),
  changes: v.array(v.picklist(CHANGES)),
  license: v.optional(v.object({ from: v.string(), to: v.string() })),
  downloadBytes: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
  isCompared: v.exactOptional(v.literal(true)),
  step: v.optional(v.string()),
});

type KeptFacts = Pick<
  ModelUpdate,
  'config' | 'origin' | 'changes' | 'license' | 'downloadBytes' | 'isCompared'
>;

interface KeptUpdate {
  facts: KeptFacts;
  /** As `stepName`. */
  step: string | undefined;
}

/** The model, what differs in it, and the step that was looked at; undefined for a text that another version of the app wrote, or that is damaged. */
export function parseFound(text: string | undefined, hubEndpoint: string): KeptUpdate | undefined {
  const kept = v.safeParse(keptSchema, parseJson(text));
  if (!kept.success) return undefined;
  const { entry, step, license, downloadBytes, ...facts } = kept.output;
  const model = v.safeParse(entrySchema(2, hubEndpoint), entry);
  if (!model.success) return undefined;
  const config = atEndpoint(model.output, hubEndpoint);
  return { facts: { ...facts, config, license, downloadBytes }, step };
}

/** The update with what an earlier comparison of the same files told; undefined where there was none. */
export function asComparedBefore(
  kept: KeptUpdate | undefined,
  update: ModelUpdate,
  installed: readonly InstalledFile[],
): ModelUpdate | undefined {
  const { config, runtime } = update;
  if (!kept?.facts.isCompared || kept.step !== stepName(config, runtime, installed)) {
    return undefined;
  }
  const { changes, downloadBytes } = kept.facts;
  return { ...update, changes, downloadBytes, isCompared: true };
}
