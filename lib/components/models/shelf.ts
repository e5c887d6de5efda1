/** Which models a filter shows, and how many bytes each occupies. */
import type { LlmModelConfig } from '../../ai/modelConfig';
import type { ModelState } from '../../ai/modelState';

/** Up to so many models, a person sees them all at a glance, without a search and an order. */
export const SMALL_SHELF = 12;

export type ShelfFilter = 'runs-here' | 'on-device' | 'all';

export type IsShown = (config: LlmModelConfig, state: ModelState) => boolean;

export const isShown: Readonly<Record<ShelfFilter, IsShown>> = {
  'runs-here': (_, state) => isHere(state) || state.kind === 'absent',
  'on-device': (_, state) => isHere(state),
  // An unlisted model can't be downloaded again, so it isn't shown once it is removed.
  all: ({ isUnlisted }, state) => isHere(state) || isUnlisted !== true,
};

export const isInstalled: IsShown = (_, state) => state.kind === 'installed';

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
    case 'disconnected':
      // The files of the system's model, and those on another volume, don't count as this app's storage.
      return 0;
    default:
      return state.receivedBytes;
  }
}
