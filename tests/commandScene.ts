/** The command lines as processes of their own, against a hub, with a folder and a catalog for each test. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';

import { registryRepos, speakingModels } from './hub/fixtures';
import type { HubRepo } from './hub/repos';
import { startHub, type Hub } from './hub/server';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

export interface CommandRun {
  code: number | null;
  out: string;
  err: string;
}

export interface Command {
  /** Below the project; `download:models` unless given. */
  program?: string;
  args: readonly string[];
  env?: Record<string, string>;
  /** The descriptor of the standard output; a pipe unless given. */
  out?: number;
}

export interface CommandScene {
  readonly hub: Hub;
  readonly folder: string;
  /** Names the speaking models of the hub. */
  readonly catalogFile: string;
  start(command: Command): ChildProcess;
  ended(child: ChildProcess): Promise<CommandRun>;
  /** `download:models` with the scene's folder. */
  run(args: readonly string[], env?: Record<string, string>): Promise<CommandRun>;
  /** The arguments for GGUF builds of the catalog. */
  llama(...args: string[]): string[];
}

export const speakers = speakingModels();

/** Call it outside of any test: it registers what comes before and after each. */
export function commandScene({
  repos = [],
  tokens = {},
}: { repos?: readonly HubRepo[]; tokens?: Record<string, string[]> } = {}): CommandScene {
  let hub: Hub;
  let folder: string;
  let catalogFile: string;

  beforeAll(async () => {
    hub = await startHub({ repos: [...registryRepos(), ...speakers.repos, ...repos], tokens });
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'modelshelf-command-'));
    catalogFile = join(folder, 'catalog.json');
    await writeFile(catalogFile, JSON.stringify(speakers.catalog(hub.endpoint)));
  });
  afterEach(async () => {
    hub.reset();
    await rm(folder, { recursive: true });
  });
  afterAll(() => hub.close());

  function start({ program = 'scripts/downloadModels.ts', args, env, out }: Command): ChildProcess {
    return spawn(process.execPath, ['--import', 'tsx', join(ROOT, program), ...args], {
      cwd: ROOT,
      env: { ...process.env, HF_ENDPOINT: hub.endpoint, ...env },
      stdio: ['ignore', out ?? 'pipe', 'pipe'],
    });
  }

  return {
    get hub() {
      return hub;
    },
    get folder() {
      return folder;
    },
    get catalogFile() {
      return catalogFile;
    },
    start,
    ended,
    run: (args, env = {}) => ended(start({ args: ['--dir', folder, ...args], env })),
    llama: (...args) => ['--runtime', 'llama.cpp', '--catalog', catalogFile, ...args],
  };
}

async function ended(child: ChildProcess): Promise<CommandRun> {
  let out = '';
  let err = '';
  child.stdout?.on('data', (data: Buffer) => (out += data.toString()));
  child.stderr?.on('data', (data: Buffer) => (err += data.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}

/** An address of the same server that isn't the hub's: nobody there states a digest. */
export const elsewhere = (url: string) => url.replace('127.0.0.1', 'localhost');
