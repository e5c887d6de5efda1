/** Which models a filter shows, and what one of them occupies. */
import type { LlmModelConfig } from '../../ai/modelConfig';
import type { ModelState } from '../../ai/modelState';

export type ShelfFilter = 'runs-here' | 'on-device' | 'all';

export function modelsShown(
  models: readonly LlmModelConfig[],
  states: Readonly<Record<string, ModelState>>,
  filter: ShelfFilter,
): readonly LlmModelConfig[] {
  return models.filter((model) => {
    const state = states[model.modelId] ?? { kind: 'absent' };
    const isHere =
      state.kind !== 'absent' && (state.kind !== 'unavailable' || countBytes(state) > 0);
    // Once it is removed, nothing can be done with it any more.
    if (filter === 'all') return isHere || model.isUnlisted !== true;
    return isHere || (filter === 'runs-here' && state.kind === 'absent');
  });
}

/** Bytes on this device by a model's state. */
export function countBytes(state: ModelState): number {
  switch (state.kind) {
    case 'installed':
    case 'differs':
      return state.sizeBytes;
    case 'verifying':
      return state.totalBytes;
    case 'unavailable':
      return state.usedBytes ?? 0;
    case 'absent':
    case 'arriving':
      // What the system brings is no byte of this app's.
      return 0;
    default:
      return state.receivedBytes;
  }
}
