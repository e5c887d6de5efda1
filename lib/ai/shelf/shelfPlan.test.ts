import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  ENDPOINT,
  GGUF_URL,
  MODEL,
  WEIGHTS,
  noise,
  seedPart,
  sha256,
} from '../../../tests/modelFixture';
import type { Hub } from '../../../tests/hub/server';
import { pinned, startTrustHub, tagged } from '../../../tests/trust/served';
import { createUnkeptSettings } from '../../db/unkeptSettings';
import { createMemoryPlatform, createMemoryWorld } from '../../platform/memory/memoryPlatform';
import type { MemoryWorld } from '../../platform/memory/memoryPlatform';
import { createNodePlatform } from '../../platform/node/nodePlatform';
import type { Host, Runtime } from '../../platform/types';
import { createShelf, type Shelf } from '../createShelf';
import type { LlmModelConfig } from '../modelConfig';

const TOTAL = WEIGHTS.byteLength;
const MEBIBYTE = 1024 * 1024;

describe('a plan in memory', () => {
  let shelf: Shelf;

  /** The plan for the model, over a database that would reject every statement. */
  async function planOf(
    world: MemoryWorld,
    { model = MODEL, host = {} }: { model?: LlmModelConfig; host?: Partial<Host> } = {},
  ) {
    const platform = createMemoryPlatform({ world, hubEndpoint: ENDPOINT, host });
    shelf = await createShelf({ platform, models: [model], settings: createUnkeptSettings() });
    return shelf.plan(model.modelId);
  }
  afterEach(() => shelf.close());

  it('counts the bytes of an unfinished download, and those of a file that was copied by hand', async () => {
    const world = createMemoryWorld();
    seedPart(world, WEIGHTS.subarray(0, 50_000));
    expect(await planOf(world)).toMatchObject({
      files: [{ hasBytes: 50_000, sizeBytes: TOTAL }],
      missingBytes: TOTAL - 50_000,
    });
    await shelf.close();
    const byHand = createMemoryWorld();
    byHand.disk.files.set('tiny/tiny.gguf', WEIGHTS.subarray(0, 60_000));
    expect(await planOf(byHand)).toMatchObject({ missingBytes: TOTAL - 60_000, refusals: [] });
  });

  it('refuses what the disk has no room for, beside what is kept free', async () => {
    const world = createMemoryWorld();
    world.disk.capacityBytes = TOTAL + 64 * MEBIBYTE - 1;
    const plan = await planOf(world);
    expect(plan.freeBytes).toBe(world.disk.capacityBytes);
    expect(plan.refusals).toMatchObject([
      { code: 'NO_SPACE', details: { neededBytes: TOTAL + 64 * MEBIBYTE } },
    ]);
    await expect(plan.start()).rejects.toMatchObject({ code: 'NO_SPACE' });
    world.disk.capacityBytes += 1;
    expect((await shelf.plan(MODEL.modelId)).refusals).toEqual([]);
  });

  it('refuses what no removal makes room for, without waiting, as the download does', async () => {
    const quotaBytes = () => Promise.resolve<number | undefined>(TOTAL - 1);
    const plan = await planOf(createMemoryWorld(), { host: { quotaBytes } });
    const details = { neededBytes: TOTAL, quotaBytes: TOTAL - 1 };
    expect(plan.refusals).toEqual([{ code: 'OVER_QUOTA', details }]);
    await expect(plan.start()).rejects.toMatchObject({ code: 'OVER_QUOTA', details });
    const states = shelf.manager.getSnapshot().states;
    expect(states[MODEL.modelId]).toMatchObject({ kind: 'failed', receivedBytes: 0 });
  });

  it.each([TOTAL, undefined])('refuses nothing at a quota of %s bytes', async (quota) => {
    const quotaBytes = () => Promise.resolve(quota);
    expect((await planOf(createMemoryWorld(), { host: { quotaBytes } })).refusals).toEqual([]);
  });

  it('refuses a file that is too large for the host, as the download does', async () => {
    const plan = await planOf(createMemoryWorld(), { host: { maxModelBytes: TOTAL - 1 } });
    expect(plan.refusals).toMatchObject([{ code: 'MODEL_UNAVAILABLE' }]);
    expect(plan.memory.fit).toBe('too-large');
    await expect(plan.start()).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
  });

  it('refuses a model that isn’t available, with the registry’s reason', async () => {
    const reason = 'Coming soon.';
    const ggufSource = { kind: 'unavailable', reason } as const;
    const plan = await planOf(createMemoryWorld(), { model: { ...MODEL, ggufSource } });
    expect(plan).toMatchObject({
      totalBytes: undefined,
      missingBytes: undefined,
      refusals: [{ code: 'MODEL_UNAVAILABLE', details: { modelId: MODEL.modelId, reason } }],
    });
  });

  it('refuses an installed model that isn’t the named one', async () => {
    const world = createMemoryWorld();
    world.web.files.set(MODEL.ggufSource.kind === 'remote' ? MODEL.ggufSource.url : '', WEIGHTS);
    const plan = await planOf(world);
    await plan.start();
    await shelf.close();
    // As if it came from a place that publishes no digest: otherwise it would be an earlier version.
    const record = new TextDecoder().decode(world.disk.files.get('tiny/model.json'));
    const unknownFile = record.replace('"checkedAgainst": "registry"', '"checkedAgainst": "none"');
    world.disk.files.set('tiny/model.json', new TextEncoder().encode(unknownFile));
    const { ggufSource } = MODEL;
    const other = { ...ggufSource, sha256: sha256(noise(10, 'other')) };
    const differs = await planOf(world, { model: { ...MODEL, ggufSource: other } });
    expect(differs).toMatchObject({
      refusals: [{ code: 'NOT_AS_PUBLISHED' }],
      files: [{ sizeBytes: TOTAL, hasBytes: 0 }],
      ...{ totalBytes: TOTAL, missingBytes: TOTAL },
    });
    await expect(differs.start()).rejects.toMatchObject({ code: 'NOT_AS_PUBLISHED' });
    await shelf.close();
    const longer = { ...ggufSource, sizeBytes: TOTAL + 10 };
    const grown = await planOf(world, { model: { ...MODEL, ggufSource: longer } });
    expect(grown).toMatchObject({ totalBytes: TOTAL + 10, missingBytes: TOTAL + 10 });
    await shelf.close();
    const unsized = { kind: 'remote', url: GGUF_URL, sha256: other.sha256 } as const;
    const unknown = await planOf(world, { model: { ...MODEL, ggufSource: unsized } });
    expect(unknown).toMatchObject({ totalBytes: undefined, missingBytes: undefined });
  });

  it('says what the host knows of memory and network', async () => {
    const totalBytes = 8 * 1024 * MEBIBYTE;
    const host = {
      isMetered: () => true,
      memory: () => Promise.resolve({ totalBytes, availableBytes: undefined }),
    };
    const plan = await planOf(createMemoryWorld(), { host });
    expect(plan).toMatchObject({ isMetered: true, memory: { fit: 'fits' }, refusals: [] });
  });
});

describe('a plan on a disk, in front of the local hub', () => {
  let hub: Hub;
  let folder: string;
  let shelf: Shelf | undefined;

  beforeEach(async () => {
    hub = await startTrustHub();
    folder = await mkdtemp(join(tmpdir(), 'modelshelf-plan-'));
  });
  afterEach(async () => {
    await shelf?.close();
    await hub.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function open(model: LlmModelConfig, runtime: Runtime): Promise<Shelf> {
    const platform = createNodePlatform({
      ...{ modelsFolder: folder, runtime, hubEndpoint: hub.endpoint },
      ...{ catalogText: undefined, token: undefined },
    });
    shelf = await createShelf({ platform, models: [model] });
    return shelf;
  }

  it('asks the hub for facts that nobody else states, and for nothing more', async () => {
    const { plan } = await open(tagged(hub), 'executorch');
    const found = await plan('tiny');
    expect(found).toMatchObject({
      files: [
        { role: 'weights', fileName: 'tiny.pte', sizeBytes: 300_000, hasBytes: 0 },
        { role: 'tokenizer', sizeBytes: 5_000 },
        { role: 'tokenizerConfig', sizeBytes: 0 },
      ],
      totalBytes: 305_000,
      missingBytes: 305_000,
      refusals: [],
    });
    const requests = hub.log.map(
      ({ method, path }) => `${method} ${path.replace(/[0-9a-f]{40}/, 'sha')}`,
    );
    expect(requests).toEqual([
      'GET /api/models/owner/tiny/revision/v1',
      'POST /api/models/owner/tiny/paths-info/sha',
    ]);
    expect(await readdir(folder)).toEqual([]);
    const paths = await found.start();
    expect(paths.files.map(({ role }) => role)).toEqual([
      'weights',
      'tokenizer',
      'tokenizerConfig',
    ]);
    expect(paths.tokenizer?.path).toBe(join(folder, 'tiny', 'tokenizer.json'));
    expect(paths.tokenizerConfig?.relativePath).toBe('tiny/tokenizer_config.json');
  });

  it('refuses at once where the hub doesn’t answer, and knows what the registry states', async () => {
    const { plan } = await open(tagged(hub), 'executorch');
    await hub.close();
    const found = await plan('tiny');
    expect(found.refusals).toMatchObject([{ code: 'NET_OFFLINE' }]);
    expect(found).toMatchObject({ totalBytes: undefined, missingBytes: undefined });
    expect(await readdir(folder)).toEqual([]);
  });

  it('refuses a repository that the hub doesn’t show to us, as the download does', async () => {
    const { plan } = await open(tagged(hub, 'owner/private'), 'executorch');
    const found = await plan('tiny');
    const code = 'HTTP_DENIED';
    expect(found.refusals).toMatchObject([{ code }]);
    await expect(found.start()).rejects.toMatchObject({ code });
  });

  it('refuses a link in the place of the model’s folder', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'modelshelf-outside-'));
    await symlink(outside, join(folder, 'tiny'));
    const { plan } = await open(pinned(hub), 'llama.cpp');
    expect((await plan('tiny')).refusals).toMatchObject([{ code: 'FOLDER_LINKED' }]);
    await rm(outside, { recursive: true });
  });
});
