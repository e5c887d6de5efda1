import { describe, expect, it } from 'vitest';

import { rejectionOf } from '../../../tests/conformance/expectFailure';
import { splitModels, type SplitModel } from '../../../tests/conformance/splitModels';
import { openShelf } from '../../../tests/importFixture';
import { ENDPOINT, MODEL, sha256 } from '../../../tests/modelFixture';
import { isAbortError, toFailure } from '../../errors';
import { createMemoryPickedFiles } from '../../platform/memory/memoryPickedFiles';
import { createMemoryWorld, type MemoryWorld } from '../../platform/memory/memoryPlatform';
import type { LlmModelConfig } from '../modelConfig';
import { buildOf, withBuilds } from '../runtimes/notation';
import type { ImportState } from './importFile';

const { whole, wrong } = splitModels();
const FOLDER = '/home/me/Downloads';
const pathsOf = (files: SplitModel) => files.map(({ fileName }) => `${FOLDER}/${fileName}`);
const PATHS = pathsOf(whole);
const [FIRST = '', SECOND = '', THIRD = ''] = PATHS;
const TOTAL = whole.reduce((bytes, file) => bytes + file.bytes.byteLength, 0);
const DIGESTS = whole.map(({ bytes }) => sha256(bytes));

function worldWith(files: SplitModel): MemoryWorld {
  const world = createMemoryWorld();
  for (const { fileName, bytes } of files) world.disk.outside.set(`${FOLDER}/${fileName}`, bytes);
  return world;
}

/** A shelf on a host that opens only what a person chose, as a page does. */
function openPage(world: MemoryWorld, models: LlmModelConfig[] = [MODEL]) {
  const { open } = createMemoryPickedFiles(world.disk);
  return openShelf({ world, models, host: { pickedFiles: { open } } });
}

const filesOf = (config: LlmModelConfig) => buildOf(config, 'llama.cpp')?.files ?? [];

async function failureOf(attempt: Promise<unknown>) {
  return toFailure(await rejectionOf(attempt));
}

/** A model of the registry, whose files are these parts. */
function listed(files: SplitModel = whole): LlmModelConfig {
  const weights = files.map(({ fileName, bytes }) => ({
    ...{ fileName, role: 'weights' as const },
    source: {
      ...{ kind: 'remote' as const, url: `${ENDPOINT}/me/tiny/resolve/main/${fileName}` },
      ...{ sizeBytes: bytes.byteLength, sha256: sha256(bytes) },
    },
  }));
  return withBuilds(MODEL, [{ runtime: 'llama.cpp', quantization: 'F16', files: weights }]);
}

describe('the parts of a split model', () => {
  it('become one model, in whatever order they are given', async () => {
    const { shelf, world } = await openPage(worldWith(whole));
    const states: ImportState[] = [];
    const onProgress = (state: ImportState) => states.push(state);
    const imported = await shelf.importFile([THIRD, FIRST, SECOND], { onProgress });
    expect(imported).toMatchObject({ isListed: false, how: 'copied', sizeBytes: TOTAL });
    expect(imported.files.map(({ name, sha256: digest }) => [name, digest])).toEqual(
      whole.map(({ fileName }, index) => [fileName, DIGESTS[index]]),
    );
    const { config } = imported;
    const names = whole.map(({ fileName }) => fileName);
    expect(config.displayName).toBe('Speaking model');
    expect([...world.disk.files.keys()].sort()).toEqual(
      [...names, 'model.json'].map((name) => `${config.folderName}/${name}`).sort(),
    );
    expect(shelf.list().find(({ model }) => model === config)?.state).toMatchObject({
      kind: 'installed',
      files: names.map((fileName) => ({ fileName, checkedAgainst: 'none' })),
    });
    await shelf.verify(config.modelId);
    expect(shelf.added.getSnapshot().models).toMatchObject([{ origin: 'file' }]);
    const copied = states.flatMap((state) => (state.kind === 'copying' ? state.copiedBytes : []));
    expect(copied.at(-1)).toBe(TOTAL);
    expect(copied).toEqual([...copied].sort((one, other) => one - other));
    await shelf.remove(config.modelId, { atOnce: true });
    expect(world.disk.files.size).toBe(0);
    await shelf.close();
  });

  it('are found by one of them where the host can look beside it', async () => {
    const { shelf } = await openShelf({ world: worldWith(whole) });
    const { files } = await shelf.importFile(SECOND);
    expect(files.map(({ name }) => name)).toEqual(whole.map(({ fileName }) => fileName));
    await shelf.close();
  });

  it('are the same model the second time, and another one where any part differs', async () => {
    const world = worldWith(whole);
    const { shelf } = await openPage(world);
    const { config } = await shelf.importFile(PATHS);
    expect(await failureOf(shelf.importFile(PATHS))).toMatchObject({
      code: 'IMPORT_KNOWN',
      details: { modelId: config.modelId },
    });
    const last = whole[2]?.bytes.slice() ?? new Uint8Array();
    last[last.length - 1] = ~(last.at(-1) ?? 0);
    world.disk.outside.set(THIRD, last);
    const other = await shelf.importFile(PATHS);
    expect(other.config.modelId).not.toBe(config.modelId);
    await shelf.verify(config.modelId);
    await shelf.close();
  });

  it('are the model of a list that states their digests, in place of its unfinished download', async () => {
    const world = worldWith(whole);
    world.disk.files.set(`.staging/tiny/${whole[0]?.fileName ?? ''}.part`, new Uint8Array(9));
    const { shelf } = await openPage(world, [listed()]);
    expect(await shelf.importFile(PATHS)).toMatchObject({
      ...{ isListed: true, config: { modelId: MODEL.modelId } },
    });
    expect(shelf.list()[0]?.state).toMatchObject({
      kind: 'installed',
      files: whole.map(() => ({ checkedAgainst: 'registry' })),
    });
    expect([...world.disk.files.keys()].filter((path) => path.startsWith('.'))).toEqual([]);
    await shelf.verify(MODEL.modelId);
    await shelf.close();
  });

  it('replace an installed model that shares some parts with the one that the list names', async () => {
    const world = worldWith(whole);
    const older = whole.map(({ fileName, bytes }, index) => {
      const changed = bytes.slice();
      if (index === 1) changed[bytes.byteLength - 1] = ~(bytes.at(-1) ?? 0);
      return { fileName, bytes: changed };
    });
    const before = await openPage(worldWith(older), [listed(older)]);
    await before.shelf.importFile(PATHS);
    for (const [path, bytes] of before.world.disk.files) world.disk.files.set(path, bytes);
    await before.shelf.close();
    const { shelf } = await openPage(world, [listed()]);
    expect(shelf.list()[0]?.state).toMatchObject({ kind: 'installed', isEarlier: true });
    await shelf.importFile(PATHS);
    expect(shelf.list()[0]?.state.kind).toBe('installed');
    await shelf.verify(MODEL.modelId);
    await shelf.close();
  });

  it('keep the addresses and are compared with the digests that another program records', async () => {
    const { shelf } = await openPage(worldWith(whole));
    const records = [2, 0, 1].map((index) => ({
      sha256: DIGESTS[index],
      url: `${ENDPOINT}/me/fox/resolve/${'c'.repeat(40)}/${whole[index]?.fileName ?? ''}`,
    }));
    const given = [THIRD, FIRST, SECOND];
    const wrongRecords = [...records.slice(0, 2), { sha256: 'a'.repeat(64) }];
    expect(await failureOf(shelf.importFile(given, { records: wrongRecords }))).toMatchObject({
      ...{ code: 'HASH_MISMATCH', details: { fileName: whole[1]?.fileName } },
    });
    const { config } = await shelf.importFile(given, { records });
    expect(filesOf(config).map(({ source }) => source)).toMatchObject(
      [1, 2, 0].map((index) => records[index] ?? {}),
    );
    await shelf.close();
  });

  it('get names that every device can store where theirs are not', async () => {
    const world = createMemoryWorld();
    const paths = whole.map(({ bytes }, index) => {
      const path = `/me/my: fox?-0000${String(index + 1)}-of-00003.GGUF`;
      world.disk.outside.set(path, bytes);
      return path;
    });
    const { shelf } = await openPage(world);
    const { config } = await shelf.importFile(paths);
    expect(filesOf(config).map(({ fileName }) => fileName)).toEqual(
      [1, 2, 3].map((number) => `${config.modelId}-0000${String(number)}-of-00003.gguf`),
    );
    await shelf.verify(config.modelId);
    await shelf.close();
  });
});

describe('parts that are no whole model', () => {
  const refusalOf = async (files: SplitModel, given = pathsOf(files)) => {
    const { shelf, world } = await openPage(worldWith(files));
    const { code, details } = await failureOf(shelf.importFile(given));
    expect(code).toBe('IMPORT_REFUSED');
    expect(world.disk.files.size).toBe(0);
    await shelf.close();
    return details as { fileName: string; problem: string; reason: string };
  };

  it('are told which parts are missing, and that all are to be chosen', async () => {
    expect(await refusalOf(whole, [THIRD, FIRST])).toMatchObject({
      problem: 'incomplete',
      reason: expect.stringMatching(/^part 2 of 3 is missing: choose all parts together/) as string,
    });
    expect(await refusalOf(whole, [SECOND])).toMatchObject({
      ...{ fileName: whole[1]?.fileName, problem: 'incomplete' },
      reason: expect.stringMatching(/^parts 1 and 3 of 3 are missing: /) as string,
    });
  });

  it('are told the name of the missing file where the host has looked for it', async () => {
    const { shelf } = await openShelf({ world: worldWith(whole.slice(0, 2)) });
    expect(await failureOf(shelf.importFile(FIRST))).toMatchObject({
      details: {
        problem: 'incomplete',
        reason: `part 3 of 3 is missing: there is no “${whole[2]?.fileName ?? ''}” beside it`,
      },
    });
    await shelf.close();
  });

  it.each([
    ['two parts changed places', /name says part 2 of 3, and its header part 3 of 3/],
    ['a part of another split', /state different numbers of tensors/],
    ['a whole model as a part', /no part of a split model/],
    ['a part that repeats tensors', /two have the same tensor/],
  ])('are refused: %s', async (problem, reason) => {
    expect(await refusalOf(wrong[problem] ?? [])).toMatchObject({
      ...{ problem: 'mixed', reason: expect.stringMatching(reason) as string },
    });
  });

  it('are refused by the file that is cut off, and by names that say nothing', async () => {
    expect(await refusalOf(wrong['a cut part'] ?? [])).toMatchObject({
      ...{ fileName: whole[2]?.fileName, problem: 'cut-off' },
    });
    expect(await refusalOf(wrong['other names'] ?? [])).toMatchObject({ problem: 'part' });
  });

  it('are refused where one is given twice, or parts of two models are', async () => {
    const copy = '/elsewhere/split-00002-of-00003.gguf';
    const world = worldWith(whole);
    world.disk.outside.set(copy, whole[1]?.bytes ?? new Uint8Array());
    world.disk.outside.set('/me/owl-00002-of-00003.gguf', whole[1]?.bytes ?? new Uint8Array());
    const { shelf } = await openPage(world);
    expect(await failureOf(shelf.importFile([...PATHS, copy]))).toMatchObject({
      details: { problem: 'mixed', reason: 'two files are part 2 of 3' },
    });
    expect(
      await failureOf(shelf.importFile([FIRST, '/me/owl-00002-of-00003.gguf', THIRD])),
    ).toMatchObject({
      details: { fileName: 'owl-00002-of-00003.gguf', problem: 'mixed' },
    });
    await shelf.close();
  });

  it('are refused where a model can’t be as large as all of them', async () => {
    const { open } = createMemoryPickedFiles(worldWith(whole).disk);
    const world = worldWith(whole);
    const host = { pickedFiles: { open }, maxModelBytes: TOTAL - 1 };
    const { shelf } = await openShelf({ world, host });
    expect(await failureOf(shelf.importFile(PATHS))).toMatchObject({
      details: { problem: 'too-large' },
    });
    await shelf.close();
  });
});

describe('an import of parts that fails', () => {
  it('leaves nothing where a later part changes while an earlier one is copied', async () => {
    const { shelf, world } = await openPage(worldWith(whole));
    world.disk.beforeOperation = (operation, path) => {
      if (operation === 'write' && path.includes('arriving')) {
        world.disk.outside.set(THIRD, Uint8Array.of(1));
      }
    };
    expect(await failureOf(shelf.importFile(PATHS))).toMatchObject({
      details: { fileName: whole[2]?.fileName, problem: 'changed' },
    });
    expect(world.disk.files.size).toBe(0);
    await shelf.close();
  });

  it('leaves nothing where there is no room for all of them, or the disk is full at the second', async () => {
    const { shelf, world } = await openPage(worldWith(whole));
    world.disk.capacityBytes = 64 * 1024 * 1024 + TOTAL - 1;
    expect(await failureOf(shelf.importFile(PATHS))).toMatchObject({ code: 'NO_SPACE' });
    world.disk.capacityBytes = 64 * 1024 * 1024 + TOTAL + 10;
    world.disk.beforeOperation = (operation, path) => {
      if (operation === 'write' && path.endsWith('arriving-1')) world.disk.capacityBytes = 10;
    };
    expect(await failureOf(shelf.importFile(PATHS))).toMatchObject({ code: 'NO_SPACE' });
    expect(world.disk.files.size).toBe(0);
    await shelf.close();
  });

  it('leaves nothing when it is called off at any report of its progress', async () => {
    for (let at = 1; ; at += 1) {
      const { shelf, world } = await openPage(worldWith(whole));
      const controller = new AbortController();
      const { signal } = controller;
      let reports = 0;
      const onProgress = ({ kind }: ImportState) => {
        reports += 1;
        if (reports === at && kind !== 'installing') controller.abort();
      };
      const attempt = shelf.importFile(PATHS, { signal, onProgress });
      const isDone = await attempt.then(
        () => true,
        (error: unknown) => {
          if (isAbortError(error)) return false;
          throw error;
        },
      );
      if (isDone) {
        expect(at).toBeGreaterThan(6);
        await shelf.close();
        return;
      }
      expect(world.disk.files.size, `at report ${String(at)}`).toBe(0);
      await shelf.close();
    }
  });
});
