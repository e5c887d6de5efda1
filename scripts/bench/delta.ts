/** `pnpm bench:delta`: what has to be fetched of a new version of a file, by each way to know what is here already. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';

import { table } from './document';
import { METHODS, METHOD_WORDS, type Method, type Piece } from './delta/methods';
import { newFiles, oldFile, writeMade } from './delta/pairs';
import { race, type Raced } from './delta/race';
import { missingByTerms } from './delta/terms';
import { machineWords, today } from './machine';
import { median, start } from './measure';
import { runBench } from './runBench';
import { makeScratchFolder } from './scratch';

const USAGE =
  'pnpm bench:delta [--mib 1024] [--runs 3] [--race-mib 256]\nWith other numbers than these nothing is written down.';
const MEBIBYTE = 1024 * 1024;
const WHOLE = { mib: 1024, runs: 3, raceMib: 256 };
const TERMS = 'the hub’s lists of such chunks, without a byte read';

interface DeltaOptions {
  mib: number;
  runs: number;
  raceMib: number;
  isWhole: boolean;
}

process.exitCode = await runBench(
  { usage: USAGE, heading: 'Only what changed', parseOptions, measure: bench },
  process.argv.slice(2),
);

function parseOptions(args: readonly string[]): DeltaOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      mib: { type: 'string' },
      runs: { type: 'string' },
      'race-mib': { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return undefined;
  const stated = {
    mib: Number(values.mib ?? WHOLE.mib),
    runs: Number(values.runs ?? WHOLE.runs),
    raceMib: Number(values['race-mib'] ?? WHOLE.raceMib),
  };
  const { mib, runs, raceMib } = stated;
  if (!(mib >= 16 && raceMib >= 16 && runs >= 1))
    throw new TypeError('The numbers have to be whole, and large enough.');
  const isWhole = Object.entries(WHOLE).every(
    ([name, value]) => stated[name as keyof typeof WHOLE] === value,
  );
  return { ...stated, isWhole };
}

async function bench(options: DeltaOptions): Promise<string> {
  const scratch = makeScratchFolder();
  const { mib, runs } = options;
  return [
    `${today()}, ${machineWords()}, Node ${process.version}; medians of ${String(runs)}. The first tables are of files of ${String(mib)} MiB.`,
    ...(await compareWays(scratch, options)),
    ...(await raceAll(scratch, options)),
  ].join('\n\n');
}

async function compareWays(scratch: string, { mib, runs }: DeltaOptions): Promise<string[]> {
  const oldPath = join(scratch, 'old.gguf');
  const old = oldFile(mib * MEBIBYTE);
  const oldBytes = await writeMade(oldPath, old);
  const known = new Map<Method, Looked>();
  for (const method of METHODS)
    known.set(method, await lookAt(scratch, { method, path: oldPath, runs }));
  const rows: string[][] = [];
  for (const { name, file } of newFiles(old)) {
    const path = join(scratch, 'new.gguf');
    const sizeBytes = await writeMade(path, file);
    for (const method of METHODS) {
      const had = known.get(method)?.pieces ?? [];
      const { pieces } = await lookAt(scratch, { method, path, runs: 1 });
      const fetched = percent(missingBytes(had, pieces) / sizeBytes);
      rows.push([name, METHOD_WORDS[method], fetched, kilobytes(indexBytes(pieces))]);
      if (method !== 'chunks') continue;
      const { missingBytes: missing, questions } = await missingByTerms(had, pieces);
      rows.push([name, TERMS, percent(missing / sizeBytes), `${String(questions)} questions`]);
    }
    rmSync(path);
  }
  rmSync(oldPath);
  const costs = METHODS.map((method) => {
    const { cpuSeconds = NaN, peakBytes = NaN } = known.get(method) ?? {};
    const each = (cpuSeconds / oldBytes) * 1024 ** 3;
    return [METHOD_WORDS[method], each.toFixed(2), String(Math.round(peakBytes / MEBIBYTE))];
  });
  return [
    'The index is what the publisher states: a length and 8 bytes of a digest for each piece, compressed.',
    table(['what changed', 'way to know what is here', 'to fetch', 'index'], rows),
    'Taken are blocks counted from the start of each tensor: they need as few bytes as chunks, a fifth of the processor’s time, a twentieth of the index, and no code but the SHA-256 that every host has. Chunks would find more only where bytes move inside of a tensor, or in files without a table of tensors.',
    'What it takes to divide the file that is here:',
    table(['way', 'CPU s/GiB', 'memory, MiB'], costs),
  ];
}

async function raceAll(scratch: string, { raceMib, runs }: DeltaOptions): Promise<string[]> {
  const [oldPath, newPath] = [join(scratch, 'old.gguf'), join(scratch, 'new.gguf')];
  const old = oldFile(raceMib * MEBIBYTE);
  await writeMade(oldPath, old);
  const rows: string[][] = [];
  for (const { name, file } of newFiles(old)) {
    await writeMade(newPath, file);
    const raced: Raced[] = [];
    for (let run = 0; run < runs; run += 1) raced.push(await race(scratch, oldPath, newPath));
    const seconds = (of: (one: Raced) => number) => median(raced.map(of)).toFixed(1);
    const share = percent(median(raced.map(({ fetchedShare }) => fetchedShare)));
    rows.push([
      name,
      seconds((one) => one.wholeSeconds),
      seconds((one) => one.deltaSeconds),
      share,
    ]);
  }
  return [
    `An update by the product’s code in Node, of a file of ${String(raceMib)} MiB, from the local hub at 100 Mbit/s, verified:`,
    table(['what changed', 'the whole file, s', 'only what changed, s', 'fetched'], rows),
  ];
}

interface Looked {
  pieces: Piece[];
  cpuSeconds: number;
  peakBytes: number;
}

/** Each in a process of its own, so that its memory is known. */
async function lookAt(
  scratch: string,
  { method, path, runs }: { method: Method; path: string; runs: number },
): Promise<Looked> {
  const out = join(scratch, 'pieces.json');
  const costs: { cpuSeconds: number; peakBytes: number }[] = [];
  for (let run = 0; run < runs; run += 1) {
    const args = [
      '--import',
      'tsx',
      join(import.meta.dirname, 'delta/lookAt.ts'),
      method,
      path,
      out,
    ];
    const { exitCode, output } = await start({ program: process.execPath, args }).ended;
    if (exitCode !== 0) throw new Error(output);
    costs.push(JSON.parse(output) as (typeof costs)[number]);
  }
  return {
    pieces: JSON.parse(readFileSync(out, 'utf8')) as Piece[],
    cpuSeconds: median(costs.map((cost) => cost.cpuSeconds)),
    peakBytes: median(costs.map((cost) => cost.peakBytes)),
  };
}

function missingBytes(old: readonly Piece[], wanted: readonly Piece[]): number {
  const here = new Set(old.map(({ name }) => name));
  return wanted.reduce((sum, { name, lengthBytes }) => sum + (here.has(name) ? 0 : lengthBytes), 0);
}

function indexBytes(pieces: readonly Piece[]): number {
  const lengths = new Uint32Array(pieces.map(({ lengthBytes }) => lengthBytes));
  const names = Buffer.concat(pieces.map(({ name }) => Buffer.from(name, 'base64')));
  return gzipSync(Buffer.concat([Buffer.from(lengths.buffer), names]), { level: 9 }).length;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
