/** Gives components a shelf. The hooks that read models, in `ModelProvider.tsx`, work below this provider, too. */
import { createContext, use, useMemo } from 'react';
import type { PropsWithChildren } from 'react';
import type { Shelf } from '../createShelf';
import type { ModelManager } from '../modelManager';
import type { Registry } from '../registry/registry';

/** What the hooks read. */
export interface ShelfSource {
  manager: Pick<ModelManager, 'getSnapshot' | 'subscribe'>;
  registry: Registry;
  /** Undefined below a ModelProvider without a ShelfProvider. */
  shelf: Shelf | undefined;
}

export const ShelfContext = createContext<ShelfSource | undefined>(undefined);

/** Downloads nothing. The shelf stays open when the provider is removed: whoever created it closes it. */
export function ShelfProvider({ shelf, children }: PropsWithChildren<{ shelf: Shelf }>) {
  const source = useMemo(
    () => ({ manager: shelf.manager, registry: shelf.registry, shelf }),
    [shelf],
  );
  return <ShelfContext value={source}>{children}</ShelfContext>;
}

/** @throws Error outside of a ShelfProvider: render the component inside of one. */
export function useShelf(): Shelf {
  const shelf = use(ShelfContext)?.shelf;
  if (shelf === undefined) throw new Error('useShelf needs a ShelfProvider above it.');
  return shelf;
}
