/** Runs the project's tools as child processes and collects their output. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { PROJECT_ROOT } from './projectRoot';

export interface Command {
  /** The tool's script below `node_modules`: the shell's launchers differ between systems. */
  tool: string;
  args: readonly string[];
  env?: Record<string, string>;
}

export interface CommandResult {
  /** Undefined when a signal ended it. */
  exitCode: number | undefined;
  /** Both streams, in the order they came. */
  output: string;
}

/** Runs one of the project's tools to its end, without input. Resolves with any exit code. */
export function runCommand({ tool, args, env = {} }: Command): Promise<CommandResult> {
  const line = [process.execPath, toolPath(tool), ...args] as const;
  return runProgram(line, { folder: PROJECT_ROOT, environment: env });
}

/** Runs any program to its end, without input. Resolves with any exit code. */
export function runProgram(
  [program, ...args]: readonly [string, ...string[]],
  { folder, environment }: { folder: string; environment: Record<string, string> },
): Promise<CommandResult> {
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks: Buffer[] = [];
  const keep = (chunk: Buffer) => chunks.push(chunk);
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => {
      resolve({ exitCode: exitCode ?? undefined, output: Buffer.concat(chunks).toString() });
    });
  });
}

export function toolPath(tool: string): string {
  return join(PROJECT_ROOT, 'node_modules', tool);
}
