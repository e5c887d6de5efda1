/** Starts the real command as a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../build/projectRoot';

export interface CliRun {
  /** `kill -9`: no handler runs, nothing is put in order. True unless it had ended by itself. */
  kill(): boolean;
  /** Resolves when it is gone, however. */
  ended: Promise<CliEnd>;
}

export interface CliEnd {
  /** Undefined when a signal ended it. */
  exitCode: number | undefined;
  /** Both streams. */
  output: string;
  milliseconds: number;
}

export function startCli(args: readonly string[], env: Readonly<Record<string, string>>): CliRun {
  const startedMs = performance.now();
  const program = join(PROJECT_ROOT, 'scripts', 'downloadModels.mjs');
  const child = spawn(process.execPath, [program, ...args], {
    cwd: PROJECT_ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk: Buffer) => (output += chunk.toString());
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const ended = async (): Promise<CliEnd> => {
    const [exitCode] = (await once(child, 'close')) as [number | null];
    const milliseconds = performance.now() - startedMs;
    return { exitCode: exitCode ?? undefined, output, milliseconds };
  };
  return { kill: () => child.kill('SIGKILL'), ended: ended() };
}
