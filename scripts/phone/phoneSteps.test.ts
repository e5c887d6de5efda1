import { expect, test } from 'vitest';
import { phoneSteps } from './phoneSteps';

const words = (steps: ReturnType<typeof phoneSteps>) =>
  steps.map(({ tool, args, env }) =>
    [...Object.entries(env ?? {}).map((pair) => pair.join('=')), tool, ...args].join(' '),
  );
const FETCH = 'react-native-executorch/scripts/download-libs.js';
const FETCH_LLAMA = 'llama.rn/install/download-native-artifacts.js';

test('fetches the libraries of the system alone, then builds with the arguments', () => {
  expect(words(phoneSteps('ios', ['--device'], {}))).toEqual([
    `RNET_TARGET=ios ${FETCH}`,
    FETCH_LLAMA,
    'expo/bin/cli run:ios --device',
  ]);
  expect(words(phoneSteps('android', ['--variant', 'release'], {}))).toEqual([
    `RNET_TARGET=android-arm64-v8a ${FETCH}`,
    `RNET_TARGET=android-x86_64 ${FETCH}`,
    FETCH_LLAMA,
    'expo/bin/cli run:android --variant release',
  ]);
});

test('makes the native project anew when it is told to, after the libraries that its pods need', () => {
  expect(words(phoneSteps('ios', ['--clean', '--device'], {}))).toEqual([
    `RNET_TARGET=ios ${FETCH}`,
    FETCH_LLAMA,
    'expo/bin/cli prebuild --clean --platform ios',
    'expo/bin/cli run:ios --device',
  ]);
});

test('fetches what the person says instead, and nothing for the emulator where they leave it out', () => {
  const chosen = { RNET_TARGET: 'android-x86_64' };
  expect(words(phoneSteps('android', [], chosen))).toEqual([
    FETCH,
    FETCH_LLAMA,
    'expo/bin/cli run:android',
  ]);
  expect(words(phoneSteps('android', [], { RNET_NO_X86_64: '1' }))).toEqual([
    `RNET_TARGET=android-arm64-v8a ${FETCH}`,
    FETCH_LLAMA,
    'expo/bin/cli run:android',
  ]);
});

test('fetches on a server for builds what that build is for, and elsewhere everything', () => {
  expect(words(phoneSteps('libraries', [], { EAS_BUILD_PLATFORM: 'ios' }))).toEqual([
    `RNET_TARGET=ios ${FETCH}`,
    FETCH_LLAMA,
  ]);
  expect(words(phoneSteps('libraries', [], {}))).toEqual([FETCH, FETCH_LLAMA]);
});
