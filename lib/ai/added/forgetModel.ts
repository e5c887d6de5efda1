/** Takes an added model off the list, once none of its files is on this device. */
import { ModelError } from '../../errors';
import type { ModelManager } from '../modelManager';
import type { Registry } from '../registry/registry';
import type { AddedModels } from './addedModels';

export interface ForgetOptions {
  /** Removes the model's files first. False by default: a model with files is then not forgotten. */
  removesFiles?: boolean;
}

export interface ForgettingParts {
  added: Pick<AddedModels, 'getSnapshot' | 'forget'>;
  marks: { refresh(): Promise<void> };
  manager: Pick<ModelManager, 'getModelSize' | 'deleteModel'>;
  registry: Pick<Registry, 'find'>;
}

/** @throws ModelError as `Shelf.forget` */
export function createForgetting({ added, marks, manager, registry }: ForgettingParts) {
  return async (modelId: string, { removesFiles = false }: ForgetOptions = {}): Promise<void> => {
    const isAdded = added.getSnapshot().models.some(({ model }) => model.modelId === modelId);
    const config = isAdded ? registry.find(modelId) : undefined;
    if (config && removesFiles) await manager.deleteModel(config);
    const sizeBytes = config ? await manager.getModelSize(config) : 0;
    if (sizeBytes > 0) throw new ModelError('MODEL_HAS_FILES', { modelId, sizeBytes });
    // What was removed lately couldn't come back to a model that isn't on the list.
    if (config) await manager.deleteModel(config);
    await added.forget(modelId);
    await marks.refresh();
  };
}
