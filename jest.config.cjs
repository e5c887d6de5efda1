/**
 * Tests that render React Native as a phone would, once for each system: `*.test.tsx`. The others are Vitest's;
 * browsers are seen by the end-to-end tests.
 */
const packages = require('./tests/native/fakes/packages.json');

const fakes = Object.entries(packages).map(([name, pattern]) => [
  pattern,
  `<rootDir>/tests/native/fakes/${name}.ts`,
]);

const project = (system) => {
  const preset = require(`jest-expo/${system}/jest-preset`);
  return {
    displayName: system,
    preset: `jest-expo/${system}`,
    testMatch: ['<rootDir>/{lib,tests/native}/**/*.test.tsx'],
    modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.cache/'],
    cacheDirectory: '<rootDir>/.cache/jest',
    setupFiles: ['<rootDir>/tests/native/setup.ts'],
    // One for both, so that they share what was translated.
    id: 'phones',
    transform: {
      '\\.[jt]sx?$': '<rootDir>/tests/native/phoneTransform.cjs',
      '\\.(mjs|css)$': '<rootDir>/tests/native/moduleTransform.cjs',
    },
    transformIgnorePatterns: preset.transformIgnorePatterns.map((pattern) =>
      pattern.replace('(?!', '(?!@sqlite.org|intl-messageformat|@formatjs|'),
    ),
    moduleNameMapper: {
      ...Object.fromEntries(fakes),
      '^modelshelf$': '<rootDir>/package/entries/index.ts',
      '^modelshelf/(.*)$': '<rootDir>/package/entries/$1',
      // Metro takes the modules (`.mjs`), which Jest doesn't translate.
      '^lucide-react-native/icons/(.*)$':
        '<rootDir>/node_modules/lucide-react-native/dist/cjs/icons/$1.js',
      '^marked$': '<rootDir>/node_modules/marked/lib/marked.umd.js',
      '^@sqlite\\.org/sqlite-wasm$': '<rootDir>/node_modules/@sqlite.org/sqlite-wasm/dist/node.mjs',
    },
  };
};

// Jest would leave one processor free, and of two that is half.
module.exports = { projects: ['ios', 'android'].map(project), maxWorkers: '100%' };
