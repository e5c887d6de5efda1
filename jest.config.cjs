/**
 * Tests that render React Native as a phone would, once for each system: `*.test.tsx`. The others are Vitest's;
 * browsers are seen by the end-to-end tests.
 */
const project = (system) => ({
  displayName: system,
  preset: `jest-expo/${system}`,
  testMatch: ['<rootDir>/{lib,tests/native}/**/*.test.tsx'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.cache/'],
  cacheDirectory: '<rootDir>/.cache/jest',
  setupFiles: ['<rootDir>/tests/native/setup.cjs'],
  moduleNameMapper: {
    // Metro takes the modules (`.mjs`), which Jest doesn't translate.
    '^lucide-react-native/icons/(.*)$':
      '<rootDir>/node_modules/lucide-react-native/dist/cjs/icons/$1.js',
  },
});

module.exports = { projects: ['ios', 'android'].map(project) };
