/** `modelshelf` as a process, in a project’s folder of its own, against a hub with repositories of the usual kinds. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';

import { ended, startCommand, type CommandRun } from './command';
import { bytesContent, noiseContent } from './hub/content';
import { registryRepos, speakingModels } from './hub/fixtures';
import { commitFor, type HubFile, type HubRepo } from './hub/repos';
import { startHub, type Hub } from './hub/server';

export const TOKEN = 'hf_canaryCANARYcanary';

const lfs = (seed: string, sizeBytes: number): HubFile => ({
  lfs: true,
  content: noiseContent(seed, sizeBytes),
});
const git = (text: string): HubFile => ({ lfs: false, content: bytesContent(text) });

const [speaker] = speakingModels().repos;
if (!speaker) throw new Error('the fixtures have models');
const speakingFile = Object.values(speaker.files).find((file) => file.lfs) ?? git('');

export const QWEN: HubRepo = {
  name: 'Qwen/Qwen3-0.6B-GGUF',
  commit: commitFor('qwen'),
  tags: { v1: commitFor('qwen, earlier') },
  olderCommits: {
    [commitFor('qwen, earlier')]: { 'Qwen3-0.6B-Q8_0.gguf': lfs('earlier', 30_000) },
  },
  license: { license: 'apache-2.0' },
  gguf: { total: 596_049_920, architecture: 'qwen3', context_length: 40_960 },
  files: {
    'README.md': git('# Qwen3\n'),
    'Qwen3-0.6B-Q4_K_M.gguf': speakingFile,
    'Qwen3-0.6B-Q8_0.gguf': lfs('q8', 40_000),
    'mmproj-Qwen3-F16.gguf': lfs('mmproj', 5_000),
    'big/Qwen3-BF16-00001-of-00002.gguf': lfs('shard 1', 5_000),
    'big/Qwen3-BF16-00002-of-00002.gguf': lfs('shard 2', 5_000),
  },
};

/** As `executorch-community` publishes them: tokenizer files in git, whose SHA-256 the hub doesn't state. */
export const PHONES: HubRepo = {
  name: 'executorch-community/SmolLM2-135M',
  commit: commitFor('smol'),
  license: { license: 'cc-by-4.0' },
  files: {
    'model.pte': lfs('pte', 50_000),
    'tokenizer.json': git('{"version":"1.0","note":"naïve"}'),
    'tokenizer_config.json': git('{"eos_token":"</s>"}'),
  },
};

const GATED: HubRepo = { ...PHONES, name: 'meta/gated', gated: 'manual' };

export interface ShelfScene {
  readonly hub: Hub;
  /** The project: the current folder of the commands. */
  readonly folder: string;
  run(args: readonly string[], env?: Record<string, string>): Promise<CommandRun>;
  start(args: readonly string[], env?: Record<string, string>): ReturnType<typeof startCommand>;
  readText(name: string): Promise<string>;
}

/** Call it outside of any test: it registers what comes before and after each. */
export function shelfScene(): ShelfScene {
  let hub: Hub;
  let folder: string;

  beforeAll(async () => {
    const repos = [...registryRepos(), QWEN, PHONES, GATED];
    hub = await startHub({ repos, tokens: { [TOKEN]: [] }, treePageSize: 2 });
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'modelshelf-shelf-'));
  });
  afterEach(async () => {
    hub.reset();
    await rm(folder, { recursive: true });
  });
  afterAll(() => hub.close());

  const start: ShelfScene['start'] = (args, env = {}) =>
    startCommand('modelshelf', args, {
      cwd: folder,
      env: { ...process.env, INIT_CWD: folder, HF_ENDPOINT: hub.endpoint, ...env },
    });
  return {
    get hub() {
      return hub;
    },
    get folder() {
      return folder;
    },
    start,
    run: (args, env) => ended(start(args, env)),
    readText: (name) => readFile(join(folder, name), 'utf8'),
  };
}
