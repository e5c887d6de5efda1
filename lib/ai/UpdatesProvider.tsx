/** The hooks that read a shelf's updates, below its ShelfProvider. */
import { use, useMemo, useSyncExternalStore } from 'react';
import { ShelfContext } from './shelf/ShelfProvider';
import type { ModelUpdate } from './updates/modelUpdate';
import type { Updates } from './updates/updates';
import { NO_UPDATES, type UpdatesSnapshot } from './updates/updatesSnapshot';
import type { UpdateStep } from './updates/updateStep';
import type { ModelFailure } from '../errors';

/** What is known about the versions of one model. */
export interface CardUpdate {
  update: ModelUpdate | undefined;
  step: UpdateStep | undefined;
  failure: ModelFailure | undefined;
  /** Why the model stays at its version. */
  heldReason: string | undefined;
  /** Whether an earlier version can come back. */
  canGoBack: boolean;
}

/** Undefined below a ModelProvider without a ShelfProvider: nothing is updated there. */
export function useUpdates(): Updates | undefined {
  return use(ShelfContext)?.shelf?.updates;
}

/** A part of the updates' snapshot; the component is rendered again only when that part changes. */
export function useUpdatesSnapshot<T>(select: (snapshot: UpdatesSnapshot) => T): T {
  const updates = useUpdates();
  return useSyncExternalStore(updates?.subscribe ?? subscribeToNothing, () =>
    select(updates?.getSnapshot() ?? NO_UPDATES),
  );
}

function subscribeToNothing(): () => void {
  return () => undefined;
}

/** The same object until something about the versions of this model changes. */
export function useCardUpdate(modelId: string): CardUpdate {
  const update = useUpdatesSnapshot((snapshot) => snapshot.updates[modelId]);
  const step = useUpdatesSnapshot((snapshot) => snapshot.steps[modelId]);
  const failure = useUpdatesSnapshot((snapshot) => snapshot.failures[modelId]);
  const heldReason = useUpdatesSnapshot((snapshot) => snapshot.held[modelId]?.reason);
  const canGoBack = useUpdatesSnapshot((snapshot) => snapshot.earlier[modelId] !== undefined);
  return useMemo(
    () => ({ update, step, failure, heldReason, canGoBack }),
    [update, step, failure, heldReason, canGoBack],
  );
}
