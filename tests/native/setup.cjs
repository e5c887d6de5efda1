/** Before every test that renders: insets of nothing where a test has no phone around its component. */
const { jest } = require('@jest/globals');

jest.mock(
  'react-native-safe-area-context',
  () => jest.requireActual('react-native-safe-area-context/jest/mock').default,
);
