/**
 * Eight kinds of Vitest tests: in Node, in a real browser, of the exported app on a page, of it in other browsers, of what is built for phones, of
 * Kotlin code on a JVM, of the examples as others install them, and the proof with real models. `*.test.tsx` are Jest's.
 */
import { fileURLToPath } from 'node:url';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
// With its extension: this file is read by Node's own loader.
import { CHROMIUM_FLAGS, installedBrowser } from './scripts/checks/browser.ts';
import { phoneAliases } from './tests/native/aliases.ts';

const entry = (name: string) =>
  fileURLToPath(new URL(`./package/entries/${name}.ts`, import.meta.url));
/** The package by its name, from its sources: see `paths` in tsconfig.json. */
const PACKAGE_ALIASES = [
  { find: /^modelshelf$/, replacement: entry('index') },
  { find: /^modelshelf\/(.*)$/, replacement: entry('$1') },
];

const executablePath = process.env.CHROMIUM_PATH ?? installedBrowser()?.path;

const MEASURES = 'tests/e2e/measures.e2e.test.ts';
const ON_A_PAGE = {
  globalSetup: 'scripts/checks/appSetup.ts',
  environment: 'node',
  // A browser on a busy machine can get stuck. `pnpm test` names each test that needed its second try, and fails at three.
  retry: 1,
  testTimeout: 120_000,
  hookTimeout: 120_000,
} as const;

export default defineConfig({
  test: {
    projects: [
      {
        // Only the adapters to phones import what `phoneAliases` stand for.
        resolve: { alias: [...PACKAGE_ALIASES, ...phoneAliases] },
        test: {
          name: 'node',
          include: ['{lib,scripts,tests}/**/*.test.ts'],
          exclude: ['**/*.{browser,browsers,e2e,examples,phones,kotlin,proof}.test.ts'],
          environment: 'node',
          globalSetup: ['scripts/checks/commandSetup.ts'],
          // A process of its own for each of these files would cost half a second of a processor: no test leaves anything behind.
          isolate: false,
          // A busy machine is no failure: some tests start several processes, or a process at each step of something.
          testTimeout: 120_000,
          hookTimeout: 30_000,
        },
      },
      {
        publicDir: 'public',
        server: {
          headers: {
            'Cross-Origin-Opener-Policy': 'same-origin',
            'Cross-Origin-Embedder-Policy': 'require-corp',
          },
        },
        test: {
          name: 'browser',
          include: ['{lib,tests}/**/*.browser.test.ts'],
          globalSetup: [
            'scripts/checks/workersSetup.ts',
            'tests/hub/globalSetup.ts',
            'tests/conformance/modelsSetup.ts',
          ],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                args: CHROMIUM_FLAGS,
                ...(executablePath === undefined ? {} : { executablePath }),
              },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        test: {
          name: 'phones',
          include: ['tests/native/*.phones.test.ts'],
          environment: 'node',
          testTimeout: 90_000,
          // Both start Expo's tools, each of which takes every processor.
          fileParallelism: false,
        },
      },
      {
        resolve: { alias: phoneAliases },
        test: {
          name: 'kotlin',
          include: ['tests/native/kotlin/*.kotlin.test.ts'],
          environment: 'node',
          globalSetup: ['tests/native/kotlin/kotlinSetup.ts'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'examples',
          include: ['tests/examples/*.examples.test.ts'],
          environment: 'node',
          // Of installations and builds, some of which fetch packages.
          testTimeout: 600_000,
          // Each starts tools that take every processor.
          fileParallelism: false,
        },
      },
      {
        test: {
          ...ON_A_PAGE,
          name: 'e2e',
          include: ['tests/e2e/**/*.e2e.test.ts'],
          exclude: [MEASURES],
        },
      },
      {
        test: {
          ...ON_A_PAGE,
          name: 'browsers',
          include: ['tests/e2e/browsers/*.browsers.test.ts'],
          fileParallelism: false,
        },
      },
      {
        test: {
          ...ON_A_PAGE,
          name: 'measures',
          include: [MEASURES],
          retry: 0,
          // One browser at a time: two would measure each other.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'model',
          include: ['scripts/proof/model/*.proof.test.ts'],
          environment: 'node',
          globalSetup: ['scripts/checks/commandSetup.ts'],
          // Of gigabytes to write and read on a machine that may be busy.
          testTimeout: 3_600_000,
          hookTimeout: 240_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
