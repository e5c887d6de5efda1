/** Files of other programs among those of an app, over real files. */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { afterAll, beforeEach, describe, expect, it } from 'vitest';

import type { ModelFilesModule } from '../../../../modules/model-files';
import { expectCode } from '../../../../tests/conformance/expectFailure';
import {
  describeForeignFiles,
  type ForeignFilesSubject,
} from '../../../../tests/conformance/foreignFiles';
import { findModelFiles } from '../../../../tests/native/fakes/modelFiles';
import { phone } from '../../../../tests/native/fakes/phone';
import { createNativeFileStore } from './nativeFileStore';
import { createNativeForeignFiles } from './nativeForeignFiles';

beforeEach(() => {
  phone.reset();
});
afterAll(() => {
  phone.dispose();
});

function linked(): ModelFilesModule {
  const modelFiles = findModelFiles();
  if (!modelFiles) throw new Error('the module is linked here');
  return modelFiles;
}

/** Android’s external files folder is on another volume, and a rename between them fails. */
function withVolumes(modelFiles: ModelFilesModule): ModelFilesModule {
  const volumeOf = (path: string) => path.startsWith(phone.documents());
  return {
    ...modelFiles,
    replace: (from, to) =>
      volumeOf(from) === volumeOf(to)
        ? modelFiles.replace(from, to)
        : Promise.reject(Object.assign(new Error('Invalid cross-device link'), { code: 'ERR_IO' })),
  };
}

function open(folder: string, modelFiles = linked()): Promise<ForeignFilesSubject> {
  return Promise.resolve({
    foreignFiles: createNativeForeignFiles(modelFiles),
    files: createNativeFileStore({ modelFiles, beforeRemove: () => Promise.resolve() }),
    folder,
    store: join(phone.documents(), 'models'),
    write(path, text) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      return Promise.resolve();
    },
    read: (path) => Promise.resolve(existsSync(path) ? readFileSync(path, 'utf8') : undefined),
    link(target, path) {
      symlinkSync(target, path);
      return Promise.resolve();
    },
    dispose: () => Promise.resolve(),
  });
}

const internal = () => join(phone.documents(), 'their 50% #2');
/** Beside the container, which the phone removes, too. */
const external = () => join(dirname(dirname(phone.documents())), 'external files');

describeForeignFiles('phone', () => open(internal()));
describeForeignFiles('phone, in a folder on another volume', () =>
  open(external(), withVolumes(linked())),
);

describe('files of other programs on a phone', () => {
  it('find home after an update of the app has moved its container', async () => {
    const { foreignFiles, folder, write } = await open(internal());
    await write(`${folder}/x`, 'their bytes');
    const origin = (await foreignFiles.find(folder))[0]?.origin ?? '';
    await foreignFiles.moveIn(origin, '.adopting/1/file');
    phone.updateApp();
    expect(internal()).not.toBe(folder);
    await foreignFiles.moveOut('.adopting/1/file', origin);
    expect(readFileSync(`${internal()}/x`, 'utf8')).toBe('their bytes');
  });

  it('stay where they are when the other volume has no room for a copy', async () => {
    const { foreignFiles, files, folder, write, read } = await open(
      external(),
      withVolumes(linked()),
    );
    await write(`${folder}/x`, 'their bytes');
    phone.freeBytes = 4;
    await expectCode(foreignFiles.moveIn(`${folder}/x`, '.adopting/1/file'), 'NO_SPACE');
    expect(await read(`${folder}/x`)).toBe('their bytes');
    expect(await files.list('')).toEqual([]);
  });
});
