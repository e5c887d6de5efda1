/** Before every test that renders: what of the phone React Native itself asks for. */
import { jest } from '@jest/globals';

// What Metro writes into each file instead.
process.env.EXPO_OS = jest.requireActual<{ Platform: { OS: string } }>('react-native').Platform.OS;

// Routes are there when the app is, without a wait.
process.env.EXPO_ROUTER_IMPORT_MODE = 'sync';

interface NativeModules {
  get(name: string): unknown;
}

interface SafeArea {
  SafeAreaProvider(props: object): unknown;
}

// Without a provider, as in the test of one component, there are no insets.
jest.mock('react-native-safe-area-context', () => {
  const mock = jest.requireActual<{ default: SafeArea }>(
    'react-native-safe-area-context/jest/mock',
  );
  const { PHONE_METRICS } = jest.requireActual<{ PHONE_METRICS: object }>('./phoneMetrics');
  return {
    ...mock.default,
    SafeAreaProvider: (props: object) =>
      mock.default.SafeAreaProvider({ ...props, initialMetrics: PHONE_METRICS }),
  };
});

jest.mock('react-native/Libraries/TurboModule/TurboModuleRegistry', () => {
  const path = 'react-native/Libraries/TurboModule/TurboModuleRegistry';
  const actual = jest.requireActual<NativeModules>(path);
  const { TurboModuleRegistry } = jest.requireActual<{ TurboModuleRegistry: NativeModules }>(
    './fakes/reactNative',
  );
  return {
    ...actual,
    get: (name: string) => TurboModuleRegistry.get(name) ?? actual.get(name),
  };
});

jest.mock('react-native/Libraries/AppState/AppState', () => {
  const { AppState } = jest.requireActual<{ AppState: object }>('./fakes/reactNative');
  return { __esModule: true, default: AppState };
});

jest.mock('react-native/Libraries/Linking/Linking', () => {
  const { Linking } = jest.requireActual<{ Linking: object }>('./fakes/reactNative');
  return { __esModule: true, default: Linking };
});

jest.mock('expo-linking', () => {
  const { ExpoLinking } = jest.requireActual<{ ExpoLinking: object }>('./fakes/reactNative');
  return { ...jest.requireActual<object>('expo-linking'), ...ExpoLinking };
});
