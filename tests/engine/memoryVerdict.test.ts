/** The memory that the shelf states from a header before a download, against the memory that the engine reports. */
import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, open, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { headerFacts } from '../../lib/ai/builds/headerFacts';
import { memoryNeed } from '../../lib/ai/memory/memoryFit';
import { Qwen3_0_6B } from '../../lib/ai/modelConfig';
import { describeGguf, isLongText } from '../../lib/platform/gguf/ggufModel';
import { readGgufStart } from '../../lib/platform/gguf/ggufTable';
import { createNodeEngine, type NodeEngine } from '../../lib/platform/node/engine/nodeEngine';
import { systemClock } from '../../lib/platform/shared/systemClock';
import { ensureNoiseModel } from '../../scripts/demoModel/noiseModel';
import { buildSpeakingModel } from '../../scripts/demoModel/speakingModel';
import { PROJECT_ROOT } from '../../scripts/build/projectRoot';
import { compiledEngine } from '../command';

const LARGEST_ERROR = 0.15;
const NOISE = join(PROJECT_ROOT, '.cache/bench/noise-25m.gguf');
const proven = (fileName: string) => join(PROJECT_ROOT, '.cache/proof/model', fileName);
const SMOLLM2 = proven('SmolLM2-135M-Instruct.Q4_1.gguf');
const GEMMA3 = proven('gemma-3-270m-q4_k_m.gguf');

let root: string;
let engine: NodeEngine;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'modelshelf-memory-'));
  engine = createNodeEngine({
    root,
    clock: systemClock,
    threads: 1,
    program: compiledEngine(),
  });
});
afterAll(async () => {
  await engine.close();
  await rm(root, { recursive: true });
});

const builds: Record<string, (path: string) => Promise<void>> = {
  speaking: (path) => writeFile(path, buildSpeakingModel({ sentence: 'Hello there.' })),
  padded: (path) => writeFile(path, buildSpeakingModel({ sentence: 'Hi.', paddingBytes: 2 ** 24 })),
  async noise(path) {
    await ensureNoiseModel(NOISE);
    await copyFile(NOISE, path);
  },
  smollm2: (path) => copyFile(SMOLLM2, path),
  gemma3: (path) => copyFile(GEMMA3, path),
};

async function factsOf(path: string) {
  const { size } = await stat(path);
  const handle = await open(path);
  const read = async (position: number, length: number) => {
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(length), position });
    return buffer.subarray(0, bytesRead);
  };
  try {
    const length = { fileBytes: size, hereBytes: size };
    return { size, ...headerFacts(describeGguf(await readGgufStart(read, length, isLongText))) };
  } finally {
    await handle.close();
  }
}

async function compare(name: string, contextTokens: number, task: { meta: object }) {
  const path = join(root, `${name}.gguf`);
  if (!existsSync(path)) await builds[name]?.(path);
  const { size: weightsBytes, ...facts } = await factsOf(path);
  const build = { runtime: 'llama.cpp', quantization: '', files: [NO_SOURCE], ...facts } as const;
  const config = { ...Qwen3_0_6B, builds: [build] };
  const { costs: engineCosts } = engine;
  const question = { config, runtime: 'llama.cpp', contextTokens, weightsBytes } as const;
  const estimatedBytes = memoryNeed({ ...question, engineCosts }) ?? NaN;
  const model = await engine.load({ ptePath: `${name}.gguf`, contextTokens });
  await model.unload();
  const reportedBytes = model.facts.memoryBytes ?? NaN;
  const error = estimatedBytes / reportedBytes - 1;
  const mebi = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
  const row = `${name}, ${String(contextTokens)} tokens: estimated ${mebi(estimatedBytes)}, reported ${mebi(reportedBytes)}`;
  Object.assign(task.meta, { note: `${row}, ${(error * 100).toFixed(1)} %` });
  expect(Math.abs(error), row).toBeLessThan(LARGEST_ERROR);
}

const NO_SOURCE = {
  fileName: 'model.gguf',
  role: 'weights',
  source: { kind: 'unavailable', reason: 'It is on the disk.' },
} as const;

it.for([
  { name: 'speaking', tokens: 512 },
  { name: 'speaking', tokens: 2_048 },
  { name: 'padded', tokens: 2_048 },
  { name: 'noise', tokens: 512 },
  { name: 'noise', tokens: 4_096 },
])(
  'is within 15 % for $name with $tokens tokens',
  { timeout: 60_000 },
  ({ name, tokens }, { task }) => compare(name, tokens, task),
);

it.skipIf(!existsSync(SMOLLM2)).for([{ tokens: 1_024 }, { tokens: 8_192 }])(
  'is within 15 % for SmolLM2 135M with $tokens tokens (needs the file that proof:model fetches)',
  { timeout: 60_000 },
  ({ tokens }, { task }) => compare('smollm2', tokens, task),
);

it.skipIf(!existsSync(GEMMA3)).for([{ tokens: 1_024 }, { tokens: 4_096 }, { tokens: 32_768 }])(
  'is within 15 % for Gemma 3 270M, whose layers slide, with $tokens tokens (needs the file that proof:model fetches)',
  { timeout: 60_000 },
  ({ tokens }, { task }) => compare('gemma3', tokens, task),
);
