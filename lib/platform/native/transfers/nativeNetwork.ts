/** Whether there is a network, and whether it is mobile data: both systems report no more about its cost. */
import { addNetworkStateListener, getNetworkStateAsync, NetworkStateType } from 'expo-network';

export interface NativeNetwork {
  isCellular(): boolean;
  /** Whether it is mobile data; undefined without a network, and where the system doesn't report it. */
  isMetered(): boolean | undefined;
  /** False also where the system doesn't report it. */
  isOffline(): boolean;
  subscribe(listener: () => void): () => void;
  close(): void;
}

export async function watchNetwork(): Promise<NativeNetwork> {
  const listeners = new Set<() => void>();
  let type = await getNetworkStateAsync().then(
    (state) => state.type,
    // Not reported, for example by a virtual machine: then nothing is held back.
    () => NetworkStateType.UNKNOWN,
  );
  const subscription = addNetworkStateListener((state) => {
    type = state.type;
    for (const listener of [...listeners]) listener();
  });
  return {
    isCellular: () => type === NetworkStateType.CELLULAR,
    isMetered: () => (isUnknown(type) ? undefined : type === NetworkStateType.CELLULAR),
    isOffline: () => type === NetworkStateType.NONE,
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    close() {
      subscription.remove();
    },
  };
}

function isUnknown(type: NetworkStateType | undefined): boolean {
  return type === undefined || type === NetworkStateType.NONE || type === NetworkStateType.UNKNOWN;
}
