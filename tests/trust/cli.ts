/** The command line as processes of their own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { DiskScene } from './diskScene';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Nobody's, where there is such a user. */
const NOBODY = 65_534;

export interface CliRun {
  code: number | null;
  out: string;
  err: string;
}

export interface CliProcess {
  child: ChildProcess;
  ended: Promise<CliRun>;
}

/** As a user who isn't allowed everything: modes mean nothing to root. */
export const asNobody = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

export function startCli(
  scene: DiskScene,
  args: readonly string[],
  options: { uid?: number; gid?: number; timeout?: number } = {},
): CliProcess {
  const program = join(ROOT, 'scripts/downloadModels.ts');
  const places = ['--dir', scene.folder, '--catalog', join(scene.base, 'catalog.json')];
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', program, ...places, '--runtime', 'llama.cpp', ...args],
    {
      cwd: ROOT,
      env: { ...process.env, HF_ENDPOINT: scene.hub.endpoint },
      stdio: ['ignore', 'pipe', 'pipe'],
      killSignal: 'SIGKILL',
      ...options,
    },
  );
  return { child, ended: outcome(child) };
}

async function outcome(child: ChildProcess): Promise<CliRun> {
  let out = '';
  let err = '';
  child.stdout?.on('data', (data: Buffer) => (out += data.toString()));
  child.stderr?.on('data', (data: Buffer) => (err += data.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}

export const runCli = (...args: Parameters<typeof startCli>) => startCli(...args).ended;
