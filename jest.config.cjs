/** Tests that render React Native as a phone would: `*.test.tsx`. The others are Vitest's; browsers are seen by the end-to-end tests. */
module.exports = {
  preset: 'jest-expo/ios',
  testMatch: ['<rootDir>/lib/**/*.test.tsx'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.cache/'],
  cacheDirectory: '<rootDir>/.cache/jest',
  moduleNameMapper: {
    // Metro takes the modules (`.mjs`), which Jest doesn't translate.
    '^lucide-react-native/icons/(.*)$':
      '<rootDir>/node_modules/lucide-react-native/dist/cjs/icons/$1.js',
    '^marked$': '<rootDir>/node_modules/marked/lib/marked.umd.js',
  },
};
