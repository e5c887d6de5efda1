/** Which models a filter shows, and what one of them occupies. */
import type { LlmModelConfig } from '../ai/modelConfig';
import type { ModelState } from '../ai/modelState';

export type ShelfFilter = 'runs-here' | 'on-device' | 'all';

export function modelsShown(
  models: readonly LlmModelConfig[],
  states: Readonly<Record<string, ModelState>>,
  filter: ShelfFilter,
): readonly LlmModelConfig[] {
  if (filter === 'all') return models;
  return models.filter(({ modelId }) => {
    const kind = states[modelId]?.kind ?? 'absent';
    if (kind === 'unavailable') return false;
    return filter === 'runs-here' || kind !== 'absent';
  });
}

/** Bytes on this device by a model's state. */
export function countBytes(state: ModelState): number {
  switch (state.kind) {
    case 'installed':
      return state.sizeBytes;
    case 'verifying':
      return state.totalBytes;
    case 'unavailable':
    case 'absent':
      return 0;
    default:
      return state.receivedBytes;
  }
}
