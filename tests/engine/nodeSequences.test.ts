import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { createNodePlatform } from '../../lib/platform/node/nodePlatform';
import { compiledEngine } from '../command';
import { playSequence, shortSequence } from './engineSequences';
import { createRealWorld } from './realWorld';

/** Each takes some seconds; for a longer look: `ENGINE_SEQUENCES=50 pnpm test --only node`. */
const RUNS = Number(process.env['ENGINE_SEQUENCES'] ?? 5);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelshelf-sequences-'));
});
afterAll(() => rm(folder, { recursive: true }));

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

it('whatever is done to the engine in Node ends, leaks nothing and never loads two at once', async () => {
  const platform = createNodePlatform({
    ...{ modelsFolder: folder, runtime: 'llama.cpp', hubEndpoint: 'http://127.0.0.1:9' },
    ...{ catalogText: undefined, token: undefined, engineProgram: compiledEngine() },
  });
  const started = performance.now();
  await fc.assert(
    fc.asyncProperty(shortSequence, (commands) =>
      playSequence(createRealWorld(platform, turn), commands),
    ),
    { numRuns: RUNS, endOnFailure: true, includeErrorInReport: true },
  );
  process.stdout.write(
    `${String(RUNS)} sequences in ${((performance.now() - started) / 1000).toFixed(0)} s\n`,
  );
  expect(platform.host.kind).toBe('node');
  await platform.close();
}, 300_000);
