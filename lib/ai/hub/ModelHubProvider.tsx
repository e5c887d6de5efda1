/** Binds the search of the hub to React. */
import { createContext, use, useSyncExternalStore } from 'react';
import type { PropsWithChildren } from 'react';
import type { HubSearchSnapshot } from './hubSearch';
import type { ModelHub } from './modelHub';

type LoadHub = () => Promise<ModelHub>;

const ModelHubContext = createContext<ModelHub | LoadHub | undefined>(undefined);

interface ModelHubProviderProps {
  /** A function, such as `ModelApp.loadHub`, has to return the same promise each time. */
  hub: ModelHub | LoadHub;
}

export function ModelHubProvider({ hub, children }: PropsWithChildren<ModelHubProviderProps>) {
  return <ModelHubContext value={hub}>{children}</ModelHubContext>;
}

/**
 * The same object as long as the app runs. The component suspends while the hub is loaded.
 * @throws Error outside of a ModelHubProvider
 */
export function useModelHub(): ModelHub {
  const hub = use(ModelHubContext);
  if (hub === undefined) throw new Error('useModelHub needs a ModelHubProvider above it.');
  return typeof hub === 'function' ? use(hub()) : hub;
}

/** @throws Error outside of a ModelHubProvider */
export function useHubSearch(): HubSearchSnapshot {
  const { search } = useModelHub();
  return useSyncExternalStore(search.subscribe, search.getSnapshot);
}
