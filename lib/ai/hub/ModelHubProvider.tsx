/** Binds the search of the hub to React. */
import { createContext, use, useSyncExternalStore } from 'react';
import type { PropsWithChildren } from 'react';
import type { HubSearchSnapshot } from './hubSearch';
import type { ModelHub } from './modelHub';

const ModelHubContext = createContext<ModelHub | undefined>(undefined);

export function ModelHubProvider({ hub, children }: PropsWithChildren<{ hub: ModelHub }>) {
  return <ModelHubContext value={hub}>{children}</ModelHubContext>;
}

/** The same object as long as the app runs. @throws Error outside of a ModelHubProvider */
export function useModelHub(): ModelHub {
  const hub = use(ModelHubContext);
  if (hub === undefined) throw new Error('useModelHub needs a ModelHubProvider above it.');
  return hub;
}

/** @throws Error outside of a ModelHubProvider */
export function useHubSearch(): HubSearchSnapshot {
  const { search } = useModelHub();
  return useSyncExternalStore(search.subscribe, search.getSnapshot);
}
