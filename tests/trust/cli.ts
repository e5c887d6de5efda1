/** The command line as processes of their own. */
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';

import { ended, startCommand, type CommandRun } from '../command';
import type { DiskScene } from './diskScene';

/** Nobody's, where there is such a user. */
const NOBODY = 65_534;

export interface CliProcess {
  child: ChildProcess;
  ended: Promise<CommandRun>;
}

/** As a user who isn't allowed everything: modes mean nothing to root. */
export const asNobody = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

export function startCli(
  scene: DiskScene,
  args: readonly string[],
  options: { uid?: number; gid?: number; timeout?: number } = {},
): CliProcess {
  const places = ['--dir', scene.folder, '--catalog', join(scene.base, 'catalog.json')];
  const child = startCommand('downloadModels', [...places, '--runtime', 'llama.cpp', ...args], {
    env: { ...process.env, HF_ENDPOINT: scene.hub.endpoint },
    killSignal: 'SIGKILL',
    ...options,
  });
  return { child, ended: ended(child) };
}

export const runCli = (...args: Parameters<typeof startCli>) => startCli(...args).ended;
