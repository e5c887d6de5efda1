/** The models that are offered now. They can change while the app runs; whoever lists models subscribes. */
import { ModelError } from '../../errors';
import type { LlmModelConfig } from '../modelConfig';
import { isModelId } from '../modelId';

export interface Registry {
  /** The same array until something changes; unlisted models come after the others. */
  getModels(): readonly LlmModelConfig[];
  find(modelId: string): LlmModelConfig | undefined;
  /** The listener is called after each change. Returns the function to unsubscribe. */
  subscribe(listener: () => void): () => void;
  /**
   * Adds models, or replaces those with the same ids in their places. Models that are equal to the offered ones change
   * nothing. @throws ModelError CATALOG_INVALID for an invalid id, and for a folder that belongs to another offered
   * model; nothing has changed then.
   */
  offer(models: readonly LlmModelConfig[]): void;
  /**
   * Stops offering models; unknown ids are ignored. A withdrawn model stays listed with `isUnlisted`, so that it
   * can't be downloaded. The manager takes it off the list (`drop`) once the disk shows that it has no files.
   */
  withdraw(modelIds: readonly string[]): void;
  /** Takes unlisted models off the list. Offered models stay. */
  drop(modelIds: readonly string[]): void;
}

export function createRegistry(initial: readonly LlmModelConfig[]): Registry {
  const listeners = new Set<() => void>();
  let models = initial;

  function change(next: readonly LlmModelConfig[]): void {
    if (next.length === models.length && next.every((model, index) => model === models[index])) {
      return;
    }
    models = next;
    for (const listener of [...listeners]) listener();
  }

  return {
    getModels: () => models,
    find: (modelId) => models.find((model) => model.modelId === modelId),
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    offer(offered) {
      change(withModels(models, offered));
    },
    withdraw(modelIds) {
      const leaving = new Set(modelIds);
      const unlisted = (model: LlmModelConfig): LlmModelConfig =>
        leaving.has(model.modelId) && !model.isUnlisted ? { ...model, isUnlisted: true } : model;
      change(unlistedLast(models.map(unlisted)));
    },
    drop(modelIds) {
      change(models.filter((model) => !(model.isUnlisted && modelIds.includes(model.modelId))));
    },
  };
}

/** For code that takes either: an array becomes a registry that nobody else can change. */
export function toRegistry(models: readonly LlmModelConfig[] | Registry): Registry {
  return 'getModels' in models ? models : createRegistry(models);
}

function withModels(
  models: readonly LlmModelConfig[],
  offered: readonly LlmModelConfig[],
): readonly LlmModelConfig[] {
  const byId = new Map(models.map((model) => [model.modelId, model]));
  const owners = new Map(models.map((model) => [folderKey(model), model]));
  for (const model of offered) {
    const { modelId } = model;
    if (!isModelId(modelId)) throw invalid(`${modelId} is not a valid model id.`);
    const owner = owners.get(folderKey(model));
    if (owner && owner.modelId !== modelId) {
      if (!owner.isUnlisted) throw invalid(`The folder of ${modelId} belongs to another model.`);
      if (model.isUnlisted) continue;
      // An unlisted model gives way: at the next start, the offered model would have the folder, too.
      byId.delete(owner.modelId);
    }
    const before = byId.get(modelId);
    if (before && isEqual(before, model)) continue;
    if (before) owners.delete(folderKey(before));
    // It comes last, as a new one does.
    if (before?.isUnlisted) byId.delete(modelId);
    byId.set(modelId, model);
    owners.set(folderKey(model), model);
  }
  return unlistedLast([...byId.values()]);
}

function invalid(reason: string): ModelError {
  return new ModelError('CATALOG_INVALID', { reason });
}

// On file systems that ignore case, two such names are the same folder.
function folderKey({ folderName }: LlmModelConfig): string {
  return folderName.toLowerCase();
}

/** A catalog that was read again brings new objects with the same content. */
function isEqual(one: LlmModelConfig, other: LlmModelConfig): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

function unlistedLast(models: readonly LlmModelConfig[]): readonly LlmModelConfig[] {
  const isListed = ({ isUnlisted }: LlmModelConfig) => isUnlisted !== true;
  return [...models.filter(isListed), ...models.filter((model) => !isListed(model))];
}
