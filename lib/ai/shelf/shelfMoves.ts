/** Moves models to other volumes, by their ids. */
import type { Clock } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import type { ModelId } from '../modelId';
import type { ModelManager } from '../modelManager';
import { patiently } from '../updates/patiently';
import type { WhenEngineFree } from '../updates/updateStep';
import type { WaitOptions } from './workOptions';

export interface ShelfMoves {
  /**
   * Moves an installed model to a place, or back into the store (`''`), as `ModelManager.moveModel`. It is usable until the
   * last step, in which no model is in memory, and afterwards. @throws as `ModelManager.moveModel`
   */
  move(modelId: ModelId, place: string, options?: WaitOptions): Promise<void>;
  /** Stops a move, and removes what it has copied. @throws as `ModelManager.cancelMove` */
  cancelMove(modelId: ModelId): Promise<void>;
  /** Gives up a model whose place isn't connected. @throws as `ModelManager.forgetCopy` */
  forgetCopy(modelId: ModelId): Promise<void>;
}

export interface MoveVerbParts {
  clock: Clock;
  whenEngineFree: WhenEngineFree;
  manager: Pick<ModelManager, 'moveModel' | 'cancelMove' | 'forgetCopy'>;
  /** @throws ModelError MODEL_UNKNOWN */
  known: (modelId: string) => LlmModelConfig;
}

export function createShelfMoves(parts: MoveVerbParts): ShelfMoves {
  const { manager, known } = parts;
  return {
    async move(modelId, to, { signal = new AbortController().signal } = {}) {
      const config = known(modelId);
      const patience = { config, onStep: () => undefined, signal };
      const whileUnused = (change: () => Promise<void>) => patiently(parts, patience, change);
      await manager.moveModel(config, { to, whileUnused }, signal);
    },
    cancelMove: async (modelId) => manager.cancelMove(known(modelId)),
    forgetCopy: async (modelId) => manager.forgetCopy(known(modelId)),
  };
}
