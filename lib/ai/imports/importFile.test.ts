import { describe, expect, it } from 'vitest';

import { expectAbort, rejectionOf } from '../../../tests/conformance/expectFailure';
import { modelWith, openShelf, registered, STATED } from '../../../tests/importFixture';
import { MODEL, noise, sha256 } from '../../../tests/modelFixture';
import { toFailure } from '../../errors';
import { createMemoryWorld } from '../../platform/memory/memoryPlatform';
import type { ImportState } from './importFile';

const PATH = '/home/me/Downloads/little-fox.gguf';

function worldWith(bytes: Uint8Array, path = PATH) {
  const world = createMemoryWorld();
  world.disk.outside.set(path, bytes);
  return world;
}

async function failureOf(attempt: Promise<unknown>) {
  return toFailure(await rejectionOf(attempt));
}

describe('a file that no list knows', () => {
  it('becomes a model that is named by its header, and never counts as verified', async () => {
    const world = worldWith(STATED);
    const { shelf } = await openShelf({ world });
    const imported = await shelf.importFile(PATH);
    const digest = sha256(STATED);
    expect(imported).toMatchObject({ isListed: false, how: 'copied', files: [{ sha256: digest }] });
    expect(imported.config).toMatchObject({
      ...{ modelId: `little-fox-q4-k-m-${digest.slice(0, 8)}`, displayName: 'Little Fox' },
      ...{ size: '135M', license: 'apache-2.0', ggufQuantization: 'Q4_K_M' },
      contextTokens: { llamaCpp: 2048 },
    });
    const state = shelf.list().find(({ model }) => model === imported.config)?.state;
    expect(state).toMatchObject({ kind: 'installed', files: [{ checkedAgainst: 'none' }] });
    const stored = `${imported.config.folderName}/little-fox.gguf`;
    expect([...world.disk.files.keys()].sort()).toEqual(
      [`${imported.config.folderName}/model.json`, stored].sort(),
    );
    expect(world.disk.files.get(stored)).toEqual(STATED);
    expect(world.disk.outside.get(PATH)).toEqual(STATED);
    await shelf.verify(imported.config.modelId);
    await shelf.close();
  });

  it('is noticed when it is changed later, and says how to get it back when it was removed', async () => {
    const { shelf, world } = await openShelf({ world: worldWith(STATED) });
    const { config } = await shelf.importFile(PATH);
    const stored = `${config.folderName}/little-fox.gguf`;
    const changed = STATED.slice();
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    world.disk.files.set(stored, changed);
    expect(await failureOf(shelf.verify(config.modelId))).toMatchObject({ code: 'HASH_MISMATCH' });
    await shelf.remove(config.modelId, { atOnce: true });
    expect(world.disk.files.size).toBe(0);
    expect(await failureOf(shelf.ensure(config.modelId))).toMatchObject({
      code: 'MODEL_UNAVAILABLE',
      details: { reason: expect.stringContaining('Open the file again') as string },
    });
    const again = await shelf.importFile(PATH);
    expect(again).toMatchObject({ isListed: true, config: { modelId: config.modelId } });
    await shelf.close();
  });

  it('is refused the second time, without a copy that stays', async () => {
    const { shelf, world } = await openShelf({ world: worldWith(STATED) });
    const { config } = await shelf.importFile(PATH);
    world.disk.outside.set('/elsewhere/other name.gguf', STATED);
    const failure = await failureOf(shelf.importFile('/elsewhere/other name.gguf'));
    const { modelId, displayName } = config;
    expect(failure).toEqual({
      code: 'IMPORT_KNOWN',
      details: { fileName: 'other name.gguf', modelId, displayName },
    });
    expect(world.disk.files.size).toBe(2);
    await shelf.close();
  });

  it('is put on the list of added models', async () => {
    const { shelf } = await openShelf({ world: worldWith(STATED) });
    const { config } = await shelf.importFile(PATH);
    const { models } = shelf.added.getSnapshot();
    expect(models).toMatchObject([{ model: { modelId: config.modelId }, origin: 'file' }]);
    await shelf.close();
  });

  it('is listed again by its file, when its list was lost', async () => {
    const world = worldWith(STATED);
    const first = await openShelf({ world });
    const { config } = await first.shelf.importFile(PATH);
    await first.shelf.close();
    const next = await openShelf({ world });
    expect(next.shelf.registry.find(config.modelId)).toMatchObject({ isUnlisted: true });
    const imported = await next.shelf.importFile(PATH);
    expect(imported).toMatchObject({ how: 'here', isListed: false });
    expect(next.shelf.registry.find(config.modelId)).toMatchObject({ displayName: 'Little Fox' });
    await next.shelf.close();
  });
});

describe('a file that a list knows', () => {
  it('becomes that model, verified, in place of its unfinished download', async () => {
    const world = worldWith(STATED);
    const model = registered(STATED);
    world.disk.files.set('.staging/tiny/tiny.gguf.part', STATED.slice(0, 100));
    const { shelf } = await openShelf({ world, models: [model] });
    const imported = await shelf.importFile(PATH);
    expect(imported).toMatchObject({ isListed: true, config: { modelId: MODEL.modelId } });
    expect(shelf.list()[0]?.state).toMatchObject({
      kind: 'installed',
      files: [{ fileName: 'tiny.gguf', checkedAgainst: 'registry' }],
    });
    expect([...world.disk.files.keys()].sort()).toEqual(['tiny/model.json', 'tiny/tiny.gguf']);
    await shelf.verify(MODEL.modelId);
    await shelf.close();
  });

  it('replaces an installed file that isn’t the one that the list names', async () => {
    const world = worldWith(STATED);
    const before = await openShelf({ world, models: [registered(modelWith({}))] });
    world.disk.outside.set('/old.gguf', modelWith({}));
    await before.shelf.importFile('/old.gguf');
    await before.shelf.close();
    const { shelf } = await openShelf({ world, models: [registered(STATED)] });
    expect(shelf.list()[0]?.state).toMatchObject({ kind: 'installed', isEarlier: true });
    await shelf.importFile(PATH);
    expect(shelf.list()[0]?.state.kind).toBe('installed');
    expect(world.disk.files.get('tiny/tiny.gguf')).toEqual(STATED);
    await shelf.close();
  });

  it('is refused where the model is installed already', async () => {
    const { shelf } = await openShelf({ world: worldWith(STATED), models: [registered(STATED)] });
    await shelf.importFile(PATH);
    const failure = await failureOf(shelf.importFile(PATH));
    expect(failure).toMatchObject({ code: 'IMPORT_KNOWN', details: { modelId: 'tiny' } });
    expect(shelf.list()[0]?.state.kind).toBe('installed');
    await shelf.close();
  });
});

describe('a file that can’t be taken in', () => {
  const text = (content: string) => new TextEncoder().encode(content.padEnd(200));

  it.each<[string, string, Uint8Array, Record<string, unknown>?]>([
    ['an empty file', 'empty', new Uint8Array()],
    ['a web page', 'not-a-model', text('<!DOCTYPE html><html>')],
    ['a pointer of Git LFS', 'not-a-model', text('version https://git-lfs.github.com/spec/v1')],
    ['a file of safetensors', 'not-a-model', noise(500, 'not a model')],
    ['a file that ends in its header', 'cut-off', STATED.slice(0, 900)],
    ['a file that ends in its weights', 'cut-off', STATED.slice(0, -64)],
    ['a header that lacks its layers', 'damaged', modelWith({ 'llama.block_count': undefined })],
    ['a part without the name of one', 'part', modelWith({ 'split.count': 3 })],
    ['a projector', 'part', modelWith({ 'general.architecture': 'clip' })],
    ['a large file', 'too-large', STATED, { maxModelBytes: 1000 }],
    ['a model for another engine', 'unsupported', STATED, { runtimes: ['executorch'] }],
  ])('is refused before a byte is copied: %s', async (_, problem, bytes, host = {}) => {
    const { shelf, world } = await openShelf({ world: worldWith(bytes), host });
    const failure = await failureOf(shelf.importFile(PATH));
    expect(failure).toMatchObject({ code: 'IMPORT_REFUSED', details: { problem } });
    expect(world.disk.files.size).toBe(0);
    await shelf.close();
  });

  it('is refused by its ending where a model needs more files', async () => {
    const { shelf } = await openShelf({ world: worldWith(noise(100, 'pte'), '/a/llama.pte') });
    expect(await failureOf(shelf.importFile('/a/llama.pte'))).toMatchObject({
      details: { problem: 'part' },
    });
    await shelf.close();
  });

  it('is refused where the disk has no room, before and in the middle', async () => {
    const { shelf, world } = await openShelf({ world: worldWith(STATED) });
    world.disk.capacityBytes = 1000;
    expect(await failureOf(shelf.importFile(PATH))).toMatchObject({ code: 'NO_SPACE' });
    world.disk.capacityBytes = 64 * 1024 * 1024 + STATED.byteLength + 10;
    world.disk.beforeOperation = (operation) => {
      if (operation === 'write') world.disk.capacityBytes = 10;
    };
    expect(await failureOf(shelf.importFile(PATH))).toMatchObject({ code: 'NO_SPACE' });
    expect(world.disk.files.size).toBe(0);
    await shelf.close();
  });

  it('is refused where it changes while it is copied, or the disk returns other bytes', async () => {
    const { shelf, world } = await openShelf({ world: worldWith(STATED) });
    world.disk.beforeOperation = (operation) => {
      if (operation === 'write') world.disk.outside.set(PATH, STATED.slice());
    };
    const large = noise(200_000, 'tail');
    const longer = new Uint8Array([...STATED, ...large]);
    world.disk.outside.set(PATH, longer);
    expect(await failureOf(shelf.importFile(PATH))).toMatchObject({
      details: { problem: 'changed' },
    });
    world.disk.outside.set(PATH, STATED);
    world.disk.beforeOperation = (operation, path) => {
      const bytes = world.disk.files.get(path);
      if (operation === 'digest' && bytes) bytes[9] = 77;
    };
    expect(await failureOf(shelf.importFile(PATH))).toMatchObject({ code: 'DISK_IO' });
    expect(world.disk.files.size).toBe(0);
    await shelf.close();
  });

  it('is refused where it isn’t the file that the other program says', async () => {
    const { shelf, world } = await openShelf({ world: worldWith(STATED) });
    const options = { records: [{ sha256: 'a'.repeat(64) }] };
    expect(await failureOf(shelf.importFile(PATH, options))).toMatchObject({
      code: 'HASH_MISMATCH',
    });
    expect(world.disk.files.size).toBe(0);
    await shelf.close();
  });

  it('leaves nothing when it is called off, whenever that is', async () => {
    for (const kind of ['checking', 'copying', 'verifying'] as const) {
      const { shelf, world } = await openShelf({ world: worldWith(STATED) });
      const controller = new AbortController();
      const { signal } = controller;
      const onProgress = (state: ImportState) => {
        if (state.kind === kind) controller.abort();
      };
      await expectAbort(shelf.importFile(PATH, { signal, onProgress }));
      expect(world.disk.files.size).toBe(0);
      await shelf.close();
    }
  });
});

describe('imports at the same time', () => {
  it('run one after the other, and the second of the same file finds it there', async () => {
    const { shelf, world } = await openShelf({ world: worldWith(STATED) });
    const kinds: string[] = [];
    const onProgress = ({ kind }: ImportState) => kinds.push(kind);
    const [first, second] = await Promise.allSettled([
      shelf.importFile(PATH),
      shelf.importFile(PATH, { onProgress }),
    ]);
    expect(first.status).toBe('fulfilled');
    expect(second).toMatchObject({ reason: { code: 'IMPORT_KNOWN' } });
    expect(kinds).toContain('waiting');
    expect(world.disk.files.size).toBe(2);
    await shelf.close();
  });
});
