/** Gives components a shelf. The hooks that read models, in `ModelProvider.tsx`, work below this provider, too. */
import { createContext, use, useMemo } from 'react';
import type { PropsWithChildren } from 'react';
import type { Host } from '../../platform/types';
import type { Shelf } from '../createShelf';
import type { ModelManager } from '../modelManager';
import type { CatalogProblem } from '../registry/catalog';
import type { Registry } from '../registry/registry';
import { bindActions } from './modelActions';
import type { ModelActions } from './modelActions';

/** What the hooks read. */
export interface ShelfSource {
  host: Host;
  manager: Pick<ModelManager, 'getSnapshot' | 'subscribe' | 'runtimeOf' | 'buildChoiceOf'>;
  registry: Registry;
  /** Empty below a ShelfProvider alone: a shelf gets models, not catalogs. */
  catalogProblems: readonly CatalogProblem[];
  actions: ModelActions;
  /** Undefined below a ModelProvider without a ShelfProvider. */
  shelf: Shelf | undefined;
}

export const ShelfContext = createContext<ShelfSource | undefined>(undefined);

/** Downloads nothing. The shelf stays open when the provider is removed: whoever created it closes it. */
export function ShelfProvider({ shelf, children }: PropsWithChildren<{ shelf: Shelf }>) {
  const source = useMemo(() => sourceOf(shelf), [shelf]);
  return <ShelfContext value={source}>{children}</ShelfContext>;
}

function sourceOf(shelf: Shelf): ShelfSource {
  const { host, manager, registry } = shelf;
  const actions = bindActions(manager, {
    deleteModel: (config, removal = { canComeBack: true }) => manager.deleteModel(config, removal),
    bringBack: (config) => manager.bringBack(config),
  });
  return { host, manager, registry, catalogProblems: [], actions, shelf };
}

/** @throws Error outside of a ShelfProvider: render the component inside of one. */
export function useShelf(): Shelf {
  const shelf = use(ShelfContext)?.shelf;
  if (shelf === undefined) throw new Error('useShelf needs a ShelfProvider above it.');
  return shelf;
}
