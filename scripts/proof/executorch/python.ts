/** A Python of the proof's own, with exactly the packages of its lock file. */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

const WINDOWS = process.platform === 'win32';
/** Those that every package of the lock file is built for. */
const CANDIDATES = ['python3.11', 'python3.12', 'python3.13', 'python3', 'python'];
const IS_SUITABLE =
  'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))';

/** Why the proof can't be made here; a sentence for the person. */
export class Unavailable extends Error {}

export interface Python {
  /** Runs a script to its end, in `folder`. @returns what it printed. @throws Error with what it said otherwise */
  run(script: string, args: readonly string[], folder: string): Promise<string>;
}

/** @throws Unavailable where there is no suitable Python or its packages can’t be had */
export async function preparePython(cacheFolder: string, lockFile: string): Promise<Python> {
  const lock = createHash('sha256').update(readFileSync(lockFile)).digest('hex').slice(0, 12);
  const home = join(cacheFolder, `python-${lock}`);
  const bin = join(home, WINDOWS ? 'Scripts' : 'bin');
  const program = join(bin, WINDOWS ? 'python.exe' : 'python');
  const ready = join(home, 'ready');
  if (!existsSync(ready)) {
    await install({ home, program, lockFile });
    writeFileSync(ready, '');
  }
  // The exporter calls `flatc`, which is installed beside Python.
  const env = { ...process.env, PATH: [bin, process.env.PATH ?? ''].join(delimiter) };
  return {
    async run(script, args, folder) {
      const { code, output, errors } = await run(program, [script, ...args], { cwd: folder, env });
      if (code !== 0) throw new Error(`${script} failed:\n${errors.slice(-4_000)}`);
      return output;
    },
  };
}

interface Place {
  home: string;
  program: string;
  lockFile: string;
}

async function install({ home, program, lockFile }: Place): Promise<void> {
  const python = CANDIDATES.find(
    (name) => spawnSync(name, ['-c', IS_SUITABLE], { stdio: 'ignore' }).status === 0,
  );
  if (python === undefined) {
    throw new Unavailable('there is no Python 3.11 to 3.13 with venv and pip on this machine');
  }
  mkdirSync(dirname(home), { recursive: true });
  const hasTorch = readFileSync(lockFile, 'utf8').includes('torch==');
  const size = hasTorch ? ' (about 4 GB with what PyTorch brings)' : '';
  console.error(`Installing Python packages${size} …`);
  const steps = [
    [python, '-m', 'venv', '--clear', home],
    [
      ...[program, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'],
      ...['--require-hashes', '--only-binary', ':all:', '--no-deps', '--requirement', lockFile],
    ],
  ];
  for (const [command = '', ...args] of steps) {
    const { code, errors } = await run(command, args, {});
    if (code !== 0) {
      const said = errors.trim().split('\n').at(-1) ?? '';
      throw new Unavailable(`its packages can’t be had: ${said}`);
    }
  }
}

interface Ended {
  code: number | null;
  output: string;
  errors: string;
}

function run(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv },
): Promise<Ended> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, output, errors });
    });
  });
}
