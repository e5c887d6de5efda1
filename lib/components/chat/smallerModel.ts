/** Finds a model to offer in place of one that was too large for this device. Pure. */
import type { LlmModelConfig } from '../../ai/modelConfig';
import { approximateBytes, type RuntimeOf } from '../../ai/registry/modelFiles';
import type { ModelState } from '../../ai/modelState';
import { isWithdrawn } from '../../ai/registry/withdrawal';

export interface SmallerModel {
  config: LlmModelConfig;
  installed: boolean;
  sizeBytes: number;
}

export interface Shelf {
  models: readonly LlmModelConfig[];
  states: Readonly<Record<string, ModelState>>;
  runtimeOf: RuntimeOf;
}

/**
 * The largest installed model that is smaller than this one, or else the largest such model that can be downloaded.
 * Undefined if there is none, or if the size of this one is unknown.
 */
export function findSmallerModel(shelf: Shelf, modelId: string): SmallerModel | undefined {
  const sized = shelf.models.flatMap((config) => sizeOf(shelf, config) ?? []);
  const limit = sized.find(({ config }) => config.modelId === modelId)?.sizeBytes;
  if (limit === undefined) return undefined;
  const smaller = sized
    .filter(({ config, sizeBytes }) => sizeBytes < limit && !isWithdrawn(config))
    .sort((a, b) => b.sizeBytes - a.sizeBytes);
  return smaller.find(({ installed }) => installed) ?? smaller[0];
}

function sizeOf({ states, runtimeOf }: Shelf, config: LlmModelConfig): SmallerModel | undefined {
  const state = states[config.modelId] ?? { kind: 'absent' };
  if (state.kind === 'unavailable') return undefined;
  const installed = state.kind === 'installed';
  const sizeBytes = installed ? state.sizeBytes : approximateBytes(config, runtimeOf(config));
  return sizeBytes === undefined ? undefined : { config, installed, sizeBytes };
}
