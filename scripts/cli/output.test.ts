import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { registryRepos, speakingModels } from '../../tests/hub/fixtures';
import { startHub, type Hub } from '../../tests/hub/server';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FULL = '/dev/full';
const CLOSED = 141;
const speakers = speakingModels();

let hub: Hub;
let folder: string;
beforeAll(async () => {
  hub = await startHub({ repos: [...registryRepos(), ...speakers.repos] });
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'modelshelf-output-'));
});
afterEach(async () => {
  hub.reset();
  await rm(folder, { recursive: true });
});
afterAll(() => hub.close());

interface Command {
  program?: string;
  args: readonly string[];
  out?: number;
}

function start({ program = 'scripts/downloadModels.ts', args, out }: Command): ChildProcess {
  return spawn(process.execPath, ['--import', 'tsx', join(ROOT, program), ...args], {
    cwd: ROOT,
    env: { ...process.env, HF_ENDPOINT: hub.endpoint },
    stdio: ['ignore', out ?? 'pipe', 'pipe'],
  });
}

async function ended(child: ChildProcess) {
  let [out, err] = ['', ''];
  child.stdout?.on('data', (data: Buffer) => (out += data.toString()));
  child.stderr?.on('data', (data: Buffer) => (err += data.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}

async function withCatalog(...args: string[]): Promise<string[]> {
  const catalog = join(folder, 'catalog.json');
  await writeFile(catalog, JSON.stringify(speakers.catalog(hub.endpoint)));
  return ['--dir', folder, '--runtime', 'llama.cpp', '--catalog', catalog, ...args];
}

describe('when nobody reads the output any more', () => {
  it.each([
    ['--list', { args: ['--list'] }],
    ['--json --list', { args: ['--list', '--json'] }],
    ['--help', { args: ['--help'] }],
    ['models:bench --help', { program: 'scripts/benchModels.ts', args: ['--help'] }],
  ])('%s ends without a word', async (_, command) => {
    const child = start(command);
    child.stdout?.destroy();
    expect(await ended(child)).toEqual({ code: CLOSED, out: '', err: '' });
  });

  it('a download stops, keeps its bytes, and says how to go on', async () => {
    hub.faults.push({ match: /gguf/, fault: { bytesPerSecond: 1_000_000 } });
    const child = start({ args: await withCatalog('--json', '--model', 'local-large') });
    child.stdout?.once('data', () => child.stdout?.destroy());
    const { code, err } = await ended(child);
    expect(code).toBe(CLOSED);
    expect(err).not.toContain('EPIPE');

    hub.reset();
    const again = await ended(start({ args: await withCatalog('--model', 'local-large') }));
    expect(again.code).toBe(0);
  });
});

it.skipIf(!existsSync(FULL))(
  'says that the output can’t be written, on a system with /dev/full',
  async () => {
    const out = openSync(FULL, 'w');
    try {
      const { code, err } = await ended(start({ args: ['--list'], out }));
      expect(code).toBe(1);
      expect(err).toMatch(/^The output can’t be written: .*ENOSPC/);
      expect(err.trimEnd().split('\n')).toHaveLength(1);
    } finally {
      closeSync(out);
    }
  },
);

describe('plain output', () => {
  it.each(['--verify', '--repair'])('%s says that nothing is installed', async (task) => {
    const told = await ended(start({ args: await withCatalog(task) }));
    expect(told).toMatchObject({ code: 0, err: '' });
    expect(told.out).toContain(`No model is installed in ${folder}`);
    const events = await ended(start({ args: await withCatalog(task, '--json') }));
    expect(JSON.parse(events.out)).toEqual({ event: 'nothing-installed', folder });
  });

  it('says once that every byte is checked, of a model of three files', async () => {
    const child = start({ args: ['--dir', folder, '--model', 'qwen-3-0.6b'] });
    const { code, out } = await ended(child);
    expect(code).toBe(0);
    expect(out.match(/checking every byte/g)).toHaveLength(1);
  });
});
