/**
 * `pnpm ios` and `pnpm android`: fetches the libraries that the runtimes need on phones, then builds the app and
 * runs it; arguments go to Expo. A plain install fetches none of them: whoever wants the browser needs none.
 */
import { spawn } from 'node:child_process';
import { toolPath } from './build/command';
import { PROJECT_ROOT } from './build/projectRoot';

const LIBRARIES = [
  'react-native-executorch/scripts/download-libs.js',
  'llama.rn/install/download-native-artifacts.js',
];
const USAGE = 'Usage: pnpm ios|android [ARGUMENTS OF expo run:ios|android]';

async function phone([target, ...args]: readonly string[]): Promise<number> {
  if (target !== 'ios' && target !== 'android' && target !== 'libraries') {
    console.error(USAGE);
    return 2;
  }
  // Without them the build fails minutes later, and says something else.
  for (const tool of LIBRARIES) {
    const fetched = await run(tool, []);
    if (fetched !== 0) return fetched;
  }
  if (target === 'libraries') return 0;
  return run('expo/bin/cli', [`run:${target}`, ...args]);
}

function run(tool: string, args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [toolPath(tool), ...args], {
    cwd: PROJECT_ROOT,
    // Where the runtime looks for the list of its features that the app uses.
    env: { ...process.env, INIT_CWD: PROJECT_ROOT },
    stdio: 'inherit',
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve(exitCode ?? 1));
  });
}

phone(process.argv.slice(2)).then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
