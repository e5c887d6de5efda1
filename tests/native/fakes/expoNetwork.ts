/** `expo-network`, as far as the app uses it. */
import { phone } from './phone';

export enum NetworkStateType {
  NONE = 'NONE',
  UNKNOWN = 'UNKNOWN',
  CELLULAR = 'CELLULAR',
  WIFI = 'WIFI',
}

interface NetworkState {
  type: NetworkStateType;
  isConnected: boolean;
}

function state(): NetworkState {
  return { type: NetworkStateType[phone.network], isConnected: phone.network !== 'NONE' };
}

export function getNetworkStateAsync(): Promise<NetworkState> {
  return Promise.resolve(state());
}

export function addNetworkStateListener(listener: (state: NetworkState) => void) {
  const remove = phone.onNetwork(() => {
    listener(state());
  });
  return { remove };
}
