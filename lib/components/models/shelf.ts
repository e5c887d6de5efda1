/** Which models a filter shows, and what one of them occupies. */
import type { LlmModelConfig } from '../../ai/modelConfig';
import type { ModelState } from '../../ai/modelState';

export type ShelfFilter = 'runs-here' | 'on-device' | 'all';

export type IsShown = (config: LlmModelConfig, state: ModelState) => boolean;

export const isShown: Readonly<Record<ShelfFilter, IsShown>> = {
  'runs-here': (_, state) => isHere(state) || state.kind === 'absent',
  'on-device': (_, state) => isHere(state),
  // Once one that nobody lists is removed, nothing can be done with it any more.
  all: ({ isUnlisted }, state) => isHere(state) || isUnlisted !== true,
};

function isHere(state: ModelState): boolean {
  return state.kind !== 'absent' && (state.kind !== 'unavailable' || countBytes(state) > 0);
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
