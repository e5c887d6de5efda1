/**
 * `pnpm ios` and `pnpm android`: fetches the libraries that the runtimes need on phones, then builds the app and
 * runs it; arguments go to Expo. A plain install fetches none of them: whoever wants the browser needs none.
 */
import { spawn } from 'node:child_process';
import { toolPath } from './build/command';
import type { Command } from './build/command';
import { PROJECT_ROOT } from './build/projectRoot';
import { phoneSteps, USAGE } from './phone/phoneSteps';

async function phone([target, ...args]: readonly string[]): Promise<number> {
  if (target !== 'ios' && target !== 'android' && target !== 'libraries') {
    console.error(USAGE);
    return 2;
  }
  if (args.includes('--help') || args.includes('-h')) {
    console.log(USAGE);
    return run({ tool: 'expo/bin/cli', args: [`run:${target}`, '--help'] });
  }
  for (const step of phoneSteps(target, args, process.env)) {
    const exitCode = await run(step);
    if (exitCode !== 0) return exitCode;
  }
  return 0;
}

function run({ tool, args, env }: Command): Promise<number> {
  const child = spawn(process.execPath, [toolPath(tool), ...args], {
    cwd: PROJECT_ROOT,
    // Where the runtime looks for the list of its backends that the app uses.
    env: { ...process.env, INIT_CWD: PROJECT_ROOT, ...env },
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
