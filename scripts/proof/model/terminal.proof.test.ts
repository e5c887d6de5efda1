/** A real model from the terminal: the command lines as people start them, from the download to the removal. */
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { ended, startCommand, type CommandName } from '../../../tests/command';
import type { ProofModel } from './models';
import { chosenModels, openProofScene, type ProofScene } from './proofScene';

const MIB = 1024 ** 2;
/** What a repair fetches again around a wrong byte. */
const BLOCK_BYTES = 8 * MIB;

let scene: ProofScene;
beforeAll(async () => {
  scene = await openProofScene();
});
afterAll(() => scene.close());

interface Event {
  event: string;
  [fact: string]: unknown;
}

async function run(name: CommandName, args: readonly string[], catalogFile: string) {
  const { folder, hub } = scene;
  const common = ['--runtime', 'llama.cpp', '--dir', folder, '--catalog', catalogFile, '--json'];
  const startedMs = performance.now();
  const env = { ...process.env, HF_ENDPOINT: hub.endpoint };
  const { code, out, err } = await ended(startCommand(name, [...common, ...args], { env }));
  return { code, out, err, seconds: (performance.now() - startedMs) / 1000 };
}

/** The last event about the model, and how the command ended. */
async function models(
  args: readonly string[],
  { modelId }: ProofModel,
  catalogFile = scene.catalogFile,
) {
  const { code, out, err, seconds } = await run('downloadModels', args, catalogFile);
  const events = out.trim().split('\n').filter(Boolean);
  const about = events
    .map((line) => JSON.parse(line) as Event)
    .filter((e) => e.modelId === modelId);
  return { code, err, seconds, last: about.at(-1) };
}

async function flipByte({ modelId, fileName, sizeBytes }: ProofModel): Promise<void> {
  const file = await open(join(scene.folder, modelId, fileName), 'r+');
  const at = Math.floor(sizeBytes * 0.6);
  const { buffer } = await file.read({ buffer: Buffer.alloc(1), position: at });
  buffer.writeUInt8(buffer.readUInt8(0) ^ 1);
  await file.write(buffer, 0, 1, at);
  await file.close();
}

const sentBytes = () =>
  scene.hub.log
    .filter(({ file, status }) => file !== undefined && [200, 206].includes(status))
    .reduce((sum, { bodyBytesSent }) => sum + bodyBytesSent, 0);

it.for(chosenModels())('$displayName goes the whole way', async (model, { task }) => {
  const { modelId, sizeBytes, sha256 } = model;
  const download = await models(['--model', modelId], model);
  expect(download).toMatchObject({ code: 0, err: '' });
  expect(download.last).toMatchObject({ event: 'installed', verified: true, sizeBytes });
  const listed = await models(['--list'], model);
  expect(listed.last).toMatchObject({ event: 'model', state: 'installed', verified: true });
  expect(listed.last?.['files']).toMatchObject([{ sha256, sizeBytes }]);
  const verified = await models(['--verify', '--model', modelId], model);
  expect(verified).toMatchObject({ code: 0, last: { event: 'verified', verified: true } });

  await flipByte(model);
  const damaged = await models(['--verify', '--model', modelId], model);
  expect(damaged).toMatchObject({ code: 1, last: { event: 'failed', code: 'HASH_MISMATCH' } });
  const before = sentBytes();
  const repaired = await models(['--repair', '--model', modelId], model);
  expect(repaired).toMatchObject({ code: 0, last: { event: 'installed', verified: true } });
  const fetchedAgain = sentBytes() - before;
  expect(fetchedAgain).toBeGreaterThan(0);
  expect(fetchedAgain).toBeLessThanOrEqual(BLOCK_BYTES);
  expect((await models(['--verify', '--model', modelId], model)).code).toBe(0);

  const newer = scene.newerCatalogFile;
  const kept = await models(['--list'], model, newer);
  expect(kept.last).toMatchObject({ state: 'installed' });
  expect((await models(['--verify', '--model', modelId], model, newer)).code).toBe(1);
  const updated = await models(['--model', modelId], model, newer);
  expect(updated).toMatchObject({ code: 0, last: { event: 'installed', verified: true } });
  expect((await models(['--verify', '--model', modelId], model, newer)).code).toBe(0);
  expect((await models(['--verify', '--model', modelId], model)).code).toBe(1);

  const bench = await run('benchModels', ['--model', modelId, '--runs', '1'], newer);
  expect(bench).toMatchObject({ code: 0, err: '' });
  const measured = JSON.parse(bench.out) as Record<string, number>;
  expect(measured).toMatchObject({ modelId, generatedTokens: 64, runs: 1 });

  const removed = await models(['--remove', modelId], model, newer);
  expect(removed).toMatchObject({ code: 0, last: { event: 'removed', otherBuilds: [] } });
  expect(removed.last?.['freedBytes']).toBeGreaterThan(sizeBytes);
  expect((await models(['--list'], model)).last).toMatchObject({ state: 'absent' });
  const left = await readdir(scene.folder, { recursive: true, withFileTypes: true });
  expect(left.filter((entry) => !entry.isDirectory())).toEqual([]);

  const per = (name: string) => measured[name]?.toFixed(name === 'loadMs' ? 0 : 1) ?? '?';
  Object.assign(task.meta, {
    note:
      `${model.displayName} in the terminal: ${(sizeBytes / 1e6).toFixed(0)} MB downloaded and verified in ` +
      `${download.seconds.toFixed(1)} s, checked in ${verified.seconds.toFixed(1)} s, one wrong bit repaired with ` +
      `${(fetchedAgain / MIB).toFixed(1)} MiB, replaced by a newer version in ${updated.seconds.toFixed(1)} s; bench: load ${per('loadMs')} ms, first token ` +
      `${per('timeToFirstTokenMs')} ms, ${per('tokensPerSecond')} tokens/s`,
  });
});
