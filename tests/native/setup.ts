/** Before every test that renders: insets of nothing where a test has no phone around its component. */
import { jest } from '@jest/globals';

// Routes are there when the app is, without a wait.
process.env.EXPO_ROUTER_IMPORT_MODE = 'sync';

jest.mock(
  'react-native-safe-area-context',
  () => jest.requireActual<{ default: object }>('react-native-safe-area-context/jest/mock').default,
);
