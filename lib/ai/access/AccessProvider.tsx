/** Binds the sign-in to the hub, and the gates of refused models, to React. */
import { createContext, use, useMemo, useSyncExternalStore } from 'react';
import type { PropsWithChildren } from 'react';
import type { Access, AccessSnapshot } from './access';
import type { GateFollower } from './followGates';
import type { Gate } from './gates';

export interface AccessServices {
  access: Access;
  gates: GateFollower;
  /** The hub's address. */
  hubEndpoint: string;
}

export type AccessBinding = AccessSnapshot &
  Pick<Access, 'signIn' | 'signInWithToken' | 'signOut' | 'cancel'> & { hubEndpoint: string };

const AccessContext = createContext<AccessServices | undefined>(undefined);

function useServices(): AccessServices {
  const services = use(AccessContext);
  if (services === undefined) throw new Error('useAccess needs an AccessProvider above it.');
  return services;
}

/** @throws Error outside of an AccessProvider: render the component inside of the app's root layout. */
export function useAccess(): AccessBinding {
  const { access, hubEndpoint } = useServices();
  const snapshot = useSyncExternalStore(access.subscribe, access.getSnapshot);
  return useMemo(() => {
    const { signIn, signInWithToken, signOut, cancel } = access;
    return { ...snapshot, signIn, signInWithToken, signOut, cancel, hubEndpoint };
  }, [access, hubEndpoint, snapshot]);
}

const NO_GATES: GateFollower = {
  getSnapshot: () => EMPTY,
  subscribe: () => () => undefined,
  close: () => undefined,
};
const EMPTY: ReadonlyMap<string, Gate> = new Map();

/** What the owner of a refused model's repository asks for; undefined until the hub has told, and without a provider. */
export function useGate(modelId: string): Gate | undefined {
  const { subscribe, getSnapshot } = use(AccessContext)?.gates ?? NO_GATES;
  return useSyncExternalStore(subscribe, getSnapshot).get(modelId);
}

export function AccessProvider({
  services,
  children,
}: PropsWithChildren<{ services: AccessServices }>) {
  return <AccessContext value={services}>{children}</AccessContext>;
}
