/** Files that the store shares with another program, on a real disk. */
import { mkdir, mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { rejectionOf } from '../../../tests/conformance/expectFailure';
import { splitModels } from '../../../tests/conformance/splitModels';
import { registered, STATED } from '../../../tests/importFixture';
import { MODEL, sha256 } from '../../../tests/modelFixture';
import { createUnkeptSettings } from '../../db/unkeptSettings';
import { createNodePlatform } from '../../platform/node/nodePlatform';
import { createShelf, type Shelf } from '../createShelf';

let base: string;
let shelf: Shelf;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'modelshelf-linked-'));
  const platform = createNodePlatform({
    ...{ modelsFolder: join(base, 'models'), runtime: 'llama.cpp' },
    ...{ hubEndpoint: 'https://hub.example', catalogText: undefined, token: undefined },
  });
  const settings = createUnkeptSettings();
  shelf = await createShelf({ platform, models: [registered(STATED)], settings });
});
afterEach(async () => {
  await shelf.close();
  await rm(base, { recursive: true, force: true });
});

const place = () => join(base, 'models/tiny/tiny.gguf');

async function takeIn(): Promise<string> {
  const original = join(base, 'theirs.gguf');
  await writeFile(original, STATED);
  const { how } = await shelf.importFile(original, { mayShare: true });
  expect(how).not.toBe('copied');
  return original;
}

it('notices a change of the other program in the bytes that it shares', async () => {
  const original = await takeIn();
  await shelf.verify(MODEL.modelId);
  const handle = await open(original, 'r+');
  await handle.write(Uint8Array.of(7), 0, 1, STATED.byteLength - 1);
  await handle.close();
  const isShared = (await stat(original)).ino === (await stat(place())).ino;
  if (!isShared) {
    // A clone is a file of its own.
    await shelf.verify(MODEL.modelId);
    return;
  }
  expect(await rejectionOf(shelf.verify(MODEL.modelId))).toMatchObject({ code: 'HASH_MISMATCH' });
});

it('keeps the model when the other program removes its file', async () => {
  await rm(await takeIn());
  await shelf.verify(MODEL.modelId);
  expect(shelf.list()[0]?.state.kind).toBe('installed');
});

it('leaves the other program’s file alone when the model is removed', async () => {
  const original = await takeIn();
  await shelf.remove(MODEL.modelId, { atOnce: true });
  expect(sha256(await readFile(original))).toBe(sha256(STATED));
  expect((await stat(original)).nlink).toBe(1);
});

describe('a split model', () => {
  const { whole } = splitModels();

  async function takeParts() {
    const originals = whole.map(({ fileName }) => join(base, 'theirs', fileName));
    await mkdir(join(base, 'theirs'));
    for (const [index, path] of originals.entries()) {
      await writeFile(path, whole[index]?.bytes ?? '');
    }
    // One part is enough: the others lie beside it.
    const { config, how } = await shelf.importFile(originals[1] ?? '', { mayShare: true });
    expect(how).not.toBe('copied');
    const places = whole.map(({ fileName }) => join(base, 'models', config.folderName, fileName));
    return { originals, places, how, modelId: config.modelId };
  }

  it('is noticed to have changed by a byte that another program writes into one of its parts', async () => {
    const { originals, how, modelId } = await takeParts();
    await shelf.verify(modelId);
    const handle = await open(originals[2] ?? '', 'r+');
    await handle.write(Uint8Array.of(7), 0, 1, 1_500);
    await handle.close();
    if (how === 'linked') {
      expect(await rejectionOf(shelf.verify(modelId))).toMatchObject({ code: 'HASH_MISMATCH' });
    } else {
      await shelf.verify(modelId);
    }
  });

  it('stays when the originals go, and is noticed to be incomplete when one of its own files does', async () => {
    const { originals, places, modelId } = await takeParts();
    for (const path of originals) await rm(path);
    await shelf.verify(modelId);
    await rm(places[1] ?? '');
    expect(await rejectionOf(shelf.verify(modelId))).toMatchObject({ code: 'MODEL_MISSING' });
    expect(shelf.list().find(({ model }) => model.modelId === modelId)?.state.kind).not.toBe(
      'installed',
    );
  });

  it('leaves the other program’s files alone when it is removed', async () => {
    const { originals, modelId } = await takeParts();
    await shelf.remove(modelId, { atOnce: true });
    for (const [index, path] of originals.entries()) {
      expect(sha256(await readFile(path))).toBe(sha256(whole[index]?.bytes ?? new Uint8Array()));
      expect((await stat(path)).nlink).toBe(1);
    }
  });
});
