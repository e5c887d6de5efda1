/** `pnpm dev`: builds the workers and starts Metro's development server; arguments go to Expo. */
import { spawn } from 'node:child_process';
import { toolPath } from './build/command';
import { PROJECT_ROOT } from './build/projectRoot';
import { buildWorkers } from './buildWorkers';

async function dev(args: readonly string[]): Promise<void> {
  await buildWorkers();
  const metro = spawn(process.execPath, [toolPath('expo/bin/cli'), 'start', '--web', ...args], {
    cwd: PROJECT_ROOT,
    stdio: 'inherit',
  });
  // Ctrl-C reaches both of us: Metro closes what it opened, and we end after it.
  process.on('SIGINT', () => undefined);
  process.once('SIGTERM', () => metro.kill());
  metro.once('close', (exitCode) => {
    process.exitCode = exitCode ?? 1;
  });
}

dev(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
