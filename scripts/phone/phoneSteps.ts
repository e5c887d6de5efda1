/** What `pnpm ios` and `pnpm android` run, in their order. Pure: nothing is run here. */
import type { Command } from '../build/command';

export type PhoneTarget = 'ios' | 'android' | 'libraries';

export const USAGE = `Usage: pnpm ios|android [--clean] [ARGUMENTS OF expo run:ios|android]

Fetches the runtimes' libraries for that system, builds the app, installs it and starts it.

  --clean      make the native project anew, as after a change to app.json or plugins/
  -h, --help   this text, and then Expo's

RNET_TARGET and RNET_NO_X86_64 say, as the runtime has them, which libraries are fetched.
IOS_FREE_ACCOUNT=1 leaves out what a free Apple account may not be allowed to sign.`;

const LIBRARIES = 'react-native-executorch/scripts/download-libs.js';
/** The other runtime's script fetches for every system that this computer can build for. */
const LLAMA_LIBRARIES = 'llama.rn/install/download-native-artifacts.js';
const EXPO = 'expo/bin/cli';
const EMULATOR = 'android-x86_64';
/** By the names of the runtime's own script, which takes one at a time. */
export const LIBRARY_TARGETS: Readonly<Record<'ios' | 'android', readonly string[]>> = {
  ios: ['ios'],
  android: ['android-arm64-v8a', EMULATOR],
};

/**
 * Libraries come first: without them the build fails minutes later, and says something else; so does the
 * installation of pods that ends the making of an iOS project.
 */
export function phoneSteps(
  target: PhoneTarget,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Command[] {
  const libraries = [...librarySteps(target, environment), { tool: LLAMA_LIBRARIES, args: [] }];
  if (target === 'libraries') return libraries;
  const rest = args.filter((arg) => arg !== '--clean' && arg !== '--');
  const prebuild = { tool: EXPO, args: ['prebuild', '--clean', '--platform', target] };
  return [
    ...libraries,
    ...(args.includes('--clean') ? [prebuild] : []),
    { tool: EXPO, args: [`run:${target}`, ...rest] },
  ];
}

function librarySteps(target: PhoneTarget, environment: NodeJS.ProcessEnv): Command[] {
  const fetch: Command = { tool: LIBRARIES, args: [] };
  // Expo's servers say for which system a build is.
  const system: string | undefined =
    target === 'libraries' ? environment.EAS_BUILD_PLATFORM : target;
  const isChosen = (environment.RNET_TARGET ?? '') !== '';
  if (isChosen || (system !== 'ios' && system !== 'android')) return [fetch];
  const withoutEmulator = (environment.RNET_NO_X86_64 ?? '') !== '';
  return LIBRARY_TARGETS[system]
    .filter((name) => name !== EMULATOR || !withoutEmulator)
    .map((name) => ({ ...fetch, env: { RNET_TARGET: name } }));
}
