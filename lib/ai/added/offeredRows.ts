/** Offers what the rows state beside the models that others offer, and withdraws what they state no more. */
import type { AddedModelRow } from '../../db/addedModels';
import type { LlmModelConfig } from '../modelConfig';
import type { CatalogProblem } from '../registry/catalog';
import type { Registry } from '../registry/registry';
import { createRowReader, type KeptModel } from './addedRows';

export interface OfferedRows {
  getRows(): readonly AddedModelRow[];
  /** Those of the rows that are offered. */
  getKept(): readonly KeptModel[];
  /** Offers these rows in place of the last ones. Returns the rows that can't be offered, each with its reason. */
  show(rows: readonly AddedModelRow[]): readonly CatalogProblem[];
  /** Calls back when other models have taken an id or a folder, or have left one. Returns the way to stop. */
  onOthers(listener: () => void): () => void;
}

export function createOfferedRows(registry: Registry, hubEndpoint: string): OfferedRows {
  const readRows = createRowReader(hubEndpoint);
  let rows: readonly AddedModelRow[] = [];
  let kept: readonly KeptModel[] = [];
  let isOffering = false;

  const isOwn = (model: LlmModelConfig) => kept.some((each) => each.model === model);

  return {
    getRows: () => rows,
    getKept: () => kept,

    show(shown) {
      rows = shown;
      const others = registry.getModels().filter((model) => !model.isUnlisted && !isOwn(model));
      const { kept: readable, problems } = readRows(rows, others);
      const ids = new Set(readable.map(({ model }) => model.modelId));
      const gone = kept.map(({ model }) => model).filter(({ modelId }) => !ids.has(modelId));
      isOffering = true;
      // An id that belongs to another model by now stays with it.
      const own = gone.filter((model) => registry.find(model.modelId) === model);
      registry.withdraw(own.map(({ modelId }) => modelId));
      registry.offer(readable.map(({ model }) => model));
      isOffering = false;
      kept = readable.map((each) => ({
        ...each,
        // The registry keeps the object that it has for an equal model.
        model: registry.find(each.model.modelId) ?? each.model,
      }));
      return problems;
    },

    onOthers: (listener) =>
      registry.subscribe(() => {
        if (!isOffering && rows.length > 0) listener();
      }),
  };
}
