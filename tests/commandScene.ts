/** The command lines as processes of their own, against a hub, with a folder and a catalog for each test. */
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';

import { ended, startCommand, type CommandName, type CommandRun } from './command';
import { registryRepos, speakingModels } from './hub/fixtures';
import type { HubRepo } from './hub/repos';
import { startHub, type Hub } from './hub/server';

export interface Command {
  /** `downloadModels` unless given. */
  name?: CommandName;
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

  function start({ name = 'downloadModels', args, env, out }: Command): ChildProcess {
    return startCommand(name, args, {
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

/** An address of the same server that isn't the hub's: nobody there states a digest. */
export const elsewhere = (url: string) => url.replace('127.0.0.1', 'localhost');
