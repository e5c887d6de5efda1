/** Decides under which id and in which folder an added model is kept. Pure. */
import type { AddedModelRow } from '../../db/addedModels';
import type { LlmModelConfig } from '../modelConfig';
import type { CatalogEntry } from '../registry/catalogText';
import { buildsOf } from '../runtimes/notation';
import { folderKey, type AddedOrigin, type KeptModel } from './addedRows';

export interface Addition {
  model: LlmModelConfig;
  entry: CatalogEntry;
}

/** The models and ids that additions meet. */
export interface Neighbours {
  kept: readonly KeptModel[];
  /** All models that are listed now, `kept` and unlisted ones included. */
  listed: readonly LlmModelConfig[];
  /** The ids of all rows, also of those that can't be offered. */
  rowIds: readonly string[];
}

/** `same`: the entry is kept already. `changed`: the row replaces that of the same model. */
export type Placement =
  { kind: 'same'; modelId: string } | { kind: 'changed' | 'added'; row: AddedModelRow };

/**
 * A model that is kept already stays one model, however often it is added: it is known by its repository and its weights,
 * so that a newer commit replaces it and the model keeps its id and its folder. Any other model gets the id and the folder
 * that it states if they are free, else the first free id of `name-2`, `name-3` … and a folder of that name. The
 * registry's and a catalog's models never give way. Each addition is placed beside those before it.
 */
export function placeModels(
  additions: readonly Addition[],
  neighbours: Neighbours,
  { origin, addedAt }: { origin: AddedOrigin; addedAt: number },
): Placement[] {
  let { kept } = neighbours;
  return additions.map((addition) => {
    const before = findSame(kept, addition.model);
    const place = before?.model ?? freePlace(addition.model, { ...neighbours, kept });
    const { modelId, folderName } = place;
    const entry = { ...addition.entry, modelId, folderName };
    const text = JSON.stringify(entry);
    if (before && text === JSON.stringify(before.entry)) return { kind: 'same', modelId };
    const model = { ...addition.model, modelId, folderName };
    const facts = before ?? { origin, addedAt };
    const placed = { model, entry, origin: facts.origin, addedAt: facts.addedAt };
    kept = [...kept.filter((each) => each !== before), placed];
    const row = { modelId, entry: text, origin: placed.origin, addedAt: placed.addedAt };
    return { kind: before ? 'changed' : 'added', row };
  });
}

function findSame(kept: readonly KeptModel[], model: LlmModelConfig): KeptModel | undefined {
  const identity = identityOf(model);
  return kept.find((each) => identityOf(each.model) === identity);
}

/** Equal for two versions of one model. */
function identityOf(model: LlmModelConfig): string {
  const { modelId, provenance } = model;
  const [build] = buildsOf(model);
  const weights = build?.files[0];
  const runtime = build?.runtime ?? '';
  if (provenance) return `${runtime} ${provenance.repository} ${weights?.fileName ?? ''}`;
  const source = weights?.source;
  // The id of a model from a file contains a part of the file's digest.
  return source?.kind === 'remote' ? `${runtime} ${source.url}` : `${runtime} ${modelId}`;
}

function freePlace(
  { modelId, folderName }: LlmModelConfig,
  { kept, listed, rowIds }: Neighbours,
): { modelId: string; folderName: string } {
  // An unlisted model is the same model, whose catalog or database is missing: its files are in its folder.
  const unlisted = listed.find((each) => each.isUnlisted && each.modelId === modelId);
  const others = [...listed, ...kept.map(({ model }) => model)].filter((each) => each !== unlisted);
  const ids = new Set([...others.map((each) => each.modelId), ...rowIds]);
  const folders = new Set(others.map(folderKey));
  const isFree = (id: string, folder: string) =>
    !ids.has(id) && !folders.has(folderKey({ folderName: folder }));
  const stated = unlisted?.folderName ?? folderName;
  if (isFree(modelId, stated)) return { modelId, folderName: stated };
  for (let count = 1; ; count += 1) {
    const id = count === 1 ? modelId : numbered(modelId, count);
    if (isFree(id, id)) return { modelId: id, folderName: id };
  }
}

const MAX_ID_LENGTH = 64;

function numbered(modelId: string, count: number): string {
  const suffix = `-${String(count)}`;
  return modelId.slice(0, MAX_ID_LENGTH - suffix.length) + suffix;
}
