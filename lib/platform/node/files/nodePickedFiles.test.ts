/** A person’s files on a real disk: copied, cloned and hard-linked. */
import {
  chmod,
  link,
  mkdir,
  mkdtemp,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { expectCode } from '../../../../tests/conformance/expectFailure';
import {
  describePickedFiles,
  type PickedFilesSubject,
} from '../../../../tests/conformance/pickedFiles';
import { noise, sha256 } from '../../../../tests/modelFixture';
import type { GivenFile } from '../../types';
import { createNodeDigester } from './nodeDigester';
import { createNodeFileStore } from './nodeFileStore';
import { createNodePickedFiles, type Sharing } from './nodePickedFiles';

let base: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'modelshelf-picked-'));
});
afterEach(() => rm(base, { recursive: true, force: true }));

function systemError(code: string): Error {
  return Object.assign(new Error(code), { code, syscall: 'link' });
}
const refuse = (code: string) => () => Promise.reject(systemError(code));

function open(sharing?: Sharing): Promise<PickedFilesSubject> {
  const store = join(base, 'models');
  const write = async (name: string, bytes: Uint8Array) => {
    const path = join(base, name);
    await writeFile(path, bytes);
    return path;
  };
  const digester = createNodeDigester(store);
  return Promise.resolve({
    ...{ pickedFiles: createNodePickedFiles(store, sharing), files: createNodeFileStore(store) },
    ...{ digester, write },
    async change(name, bytes) {
      await write(name, bytes);
    },
    dispose: () => digester.close(),
  });
}

describePickedFiles('node', () => open());

const BYTES = noise(200_000, 'shared');
const PLACE = '.importing/arriving';
const pathOf = (given: GivenFile) => (typeof given === 'string' ? given : given.name);
const unhurried = () => new AbortController().signal;
const SHARED = { path: PLACE, mayShare: true, onProgress: () => undefined };

async function share(sharing: Partial<Sharing>, prepare?: (path: string) => Promise<void>) {
  const none = { clone: refuse('ENOTSUP'), link: refuse('EXDEV') };
  const { pickedFiles, write } = await open({ ...none, ...sharing });
  const given = await write('model.gguf', BYTES);
  if (typeof given === 'string') await prepare?.(given);
  const brought = await (await pickedFiles.open(given)).bringTo(SHARED, unhurried());
  return { brought, original: join(base, 'model.gguf'), place: join(base, 'models', PLACE) };
}

describe('a file that may be shared', () => {
  it('is cloned where the file system can', async () => {
    const { brought, original, place } = await share({
      // Stands for a clone: the original has no other name afterwards.
      clone: async (from, to) => writeFile(to, await readFile(from), { flag: 'wx' }),
    });
    expect(brought).toEqual({ how: 'cloned', sha256: undefined });
    expect((await stat(original)).nlink).toBe(1);
    expect(sha256(await readFile(place))).toBe(sha256(BYTES));
  });

  it('is hard-linked where it can’t be cloned', async () => {
    const { brought, original, place } = await share({ link });
    expect(brought).toEqual({ how: 'linked', sha256: undefined });
    expect((await stat(original)).ino).toBe((await stat(place)).ino);
  });

  it.each(['EXDEV', 'EPERM', 'EMLINK'])('is copied where a link is refused: %s', async (code) => {
    const { brought, original } = await share({ link: refuse(code) });
    expect(brought).toEqual({ how: 'copied', sha256: sha256(BYTES) });
    expect((await stat(original)).nlink).toBe(1);
  });

  it('reports a full disk instead of copying', async () => {
    await expectCode(share({ link: refuse('ENOSPC') }), 'NO_SPACE');
  });

  it('is a clone or a link with this system’s own functions', async () => {
    const { pickedFiles, write } = await open();
    const file = await pickedFiles.open(await write('model.gguf', BYTES));
    const { how } = await file.bringTo(SHARED, unhurried());
    expect(['cloned', 'linked']).toContain(how);
  });

  it.skipIf(process.getuid?.() === 0)(
    'is copied where only another user may write to it (skipped for root, who may do everything)',
    async () => {
      const { pickedFiles, write } = await open();
      const given = await write('model.gguf', BYTES);
      await chmod(pathOf(given), 0o444);
      const { how } = await (await pickedFiles.open(given)).bringTo(SHARED, unhurried());
      expect(['cloned', 'copied']).toContain(how);
    },
  );
});

describe('what isn’t a regular file', () => {
  it('is followed where it is a link to one, under the link’s name', async () => {
    const { pickedFiles, write } = await open();
    const given = await write('blob', BYTES);
    await symlink(pathOf(given), join(base, 'model.gguf'));
    const file = await pickedFiles.open(join(base, 'model.gguf'));
    expect(file).toMatchObject({ name: 'model.gguf', sizeBytes: BYTES.byteLength });
    const { how } = await file.bringTo(SHARED, unhurried());
    expect(how).not.toBe('copied');
    expect((await stat(join(base, 'models', PLACE))).isFile()).toBe(true);
  });

  it('is refused: a folder, and what doesn’t exist', async () => {
    const { pickedFiles } = await open();
    await mkdir(join(base, 'folder.gguf'));
    await expectCode(pickedFiles.open(join(base, 'folder.gguf')), 'IMPORT_REFUSED');
    await expectCode(pickedFiles.open(join(base, 'nowhere.gguf')), 'DISK_IO');
    await expectCode(pickedFiles.open('file://%zz'), 'DISK_IO');
  });

  it('is opened by its address, too', async () => {
    const { pickedFiles, write } = await open();
    const given = await write('100% #1.gguf', BYTES);
    const file = await pickedFiles.open(pathToFileURL(pathOf(given)).href);
    expect(file.name).toBe('100% #1.gguf');
  });
});
