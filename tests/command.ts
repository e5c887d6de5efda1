/** The command lines as processes of their own, compiled, which is how people start them. */
import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const PROJECT_ROOT = fileURLToPath(new URL('..', import.meta.url));

export type CommandName = 'downloadModels' | 'benchModels' | 'modelshelf';

export interface CommandRun {
  /** Null when a signal ended it. */
  code: number | null;
  out: string;
  err: string;
}

export const programOf = (name: CommandName) =>
  fileURLToPath(new URL(`../scripts/${name}.mjs`, import.meta.url));

/** What the engine's processes run, compiled: with a loader for TypeScript, each would take seconds to start. */
export function compiledEngine(): URL {
  const cache = new URL('../.cache/cli/compiled.json', import.meta.url);
  const { folder } = JSON.parse(readFileSync(cache, 'utf8')) as { folder: string };
  return new URL(`../${folder}/llamaChild.mjs`, import.meta.url);
}

/** Reads nothing; its outputs are pipes and its environment is this process's, unless given. */
export function startCommand(
  name: CommandName,
  args: readonly string[],
  options: SpawnOptions = {},
): ChildProcess {
  return spawn(process.execPath, [programOf(name), ...args], {
    cwd: PROJECT_ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options,
  });
}

export async function ended(child: ChildProcess): Promise<CommandRun> {
  let out = '';
  let err = '';
  child.stdout?.on('data', (data: Buffer) => (out += data.toString()));
  child.stderr?.on('data', (data: Buffer) => (err += data.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}
