/** Shows its children only while a model is installed. */
import type { ReactNode } from 'react';
import type { Shelf } from '../createShelf';
import { useModel } from '../ModelProvider';
import type { ModelId } from '../modelId';
import type { ModelState } from '../modelState';
import { useShelf } from './ShelfProvider';

export interface ModelGateProps {
  id: ModelId;
  /** Shown while the model isn't installed: for example a button that calls `shelf.ensure`. Nothing by default. */
  fallback?: ReactNode | ((state: ModelState, shelf: Shelf) => ReactNode);
  children: ReactNode;
}

/** Downloads nothing. An id that isn't offered, or not yet, counts as `absent`. Needs a ShelfProvider above it. */
export function ModelGate({ id, fallback, children }: ModelGateProps): ReactNode {
  const shelf = useShelf();
  const state = useModel(id);
  if (state.kind === 'installed') return children;
  return typeof fallback === 'function' ? fallback(state, shelf) : fallback;
}
