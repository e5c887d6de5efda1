/** What `modules/model-files` promises beyond the ports that rest on it: the same for the real module and for its fake. */
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { ModelFilesModule } from '../../modules/model-files';
import { rejectionOf } from '../conformance/expectFailure';

/** Longer than any piece that the module handles at once. */
const LONG_BYTES = 9 * 1024 * 1024 + 7;

export function describeModelFiles(name: string, create: () => ModelFilesModule): void {
  describe(`the module's functions: ${name}`, () => {
    let folder: string;
    let modelFiles: ModelFilesModule;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'modelshelf-module-'));
      modelFiles = create();
    });
    afterEach(() => {
      rmSync(folder, { recursive: true, force: true });
    });

    const current: Scene = {
      at: (path) => join(folder, path),
      write(path, content) {
        const place = join(folder, path);
        mkdirSync(dirname(place), { recursive: true });
        writeFileSync(place, content);
        return place;
      },
      link(to, path) {
        symlinkSync(to, join(folder, path));
        return join(folder, path);
      },
      get modelFiles() {
        return modelFiles;
      },
    };
    describeNoFiles(current);
    describeFolders(current);
    describeAppending(current);
    describeDigests(current);
  });
}

interface Scene {
  modelFiles: ModelFilesModule;
  at(path: string): string;
  /** Makes a file with its folders; its absolute path. */
  write(path: string, content: string | Uint8Array): string;
  /** Makes a symbolic link. */
  link(to: string, path: string): string;
}

async function expectNative(attempt: Promise<unknown>, code: string): Promise<void> {
  expect(await rejectionOf(attempt)).toMatchObject({ code });
}

const textOf = (place: string) => readFileSync(place, 'utf8');
const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Nothing, a folder and a link have this in common: no file has the name. */
function describeNoFiles(scene: Scene): void {
  const KINDS: [string, () => string][] = [
    ['nothing', () => scene.at('name')],
    ['a folder', () => dirname(scene.write('name/inside', 'kept'))],
    ['a link', () => scene.link(scene.write('target', 'kept'), 'name')],
  ];

  it.each(KINDS)('takes %s for no file, and changes nothing', async (_, make) => {
    const { modelFiles, at, write } = scene;
    const place = make();
    write('other', 'other');
    expect(await modelFiles.sync(place)).toBe(false);
    await expectNative(modelFiles.truncate(place, 2), 'ERR_ABSENT');
    await expectNative(modelFiles.replace(place, at('other')), 'ERR_ABSENT');
    await expectNative(modelFiles.append(place, at('other')), 'ERR_ABSENT');
    await expectNative(modelFiles.append(place, at('new/file')), 'ERR_ABSENT');
    await expectNative(modelFiles.openDigest(place, 'sha256'), 'ERR_ABSENT');
    expect(textOf(at('other'))).toBe('other');
    expect(existsSync(at('new/file'))).toBe(false);
    const kept = [at('name/inside'), at('target')].filter(existsSync);
    expect(kept.map(textOf)).toEqual(kept.map(() => 'kept'));
  });

  it('cuts off what is too much, and never makes a file longer', async () => {
    const { modelFiles, write } = scene;
    const place = write('file', 'abcdef');
    await modelFiles.truncate(place, 9);
    expect(textOf(place)).toBe('abcdef');
    await modelFiles.truncate(place, 3);
    expect(textOf(place)).toBe('abc');
    for (const none of [-1, 1e300]) {
      await expectNative(modelFiles.truncate(place, none), 'ERR_IO');
    }
    expect(textOf(place)).toBe('abc');
  });
}

function describeFolders(scene: Scene): void {
  it('lists nothing where nothing is, or a link, and refuses to list a file', async () => {
    const { modelFiles, at, write, link } = scene;
    const file = write('folder/file', 'abc');
    link(at('folder'), 'linked');
    link(file, 'folder/other name');
    expect(await modelFiles.list(at('absent'))).toEqual([]);
    expect(await modelFiles.list(at('linked'))).toEqual([]);
    expect(await modelFiles.list(at('folder'))).toEqual([{ path: 'file', sizeBytes: 3 }]);
    await expectNative(modelFiles.list(file), 'ERR_IO');
  });

  it('says that it can’t look, rather than that nothing is there', async () => {
    const { modelFiles, at, write } = scene;
    write('file', 'abc');
    for (const ask of ['list', 'sync', 'remove'] as const) {
      await expectNative(modelFiles[ask](at('file/below')), 'ERR_IO');
    }
  });

  it('removes a link and what is in a folder, and nothing that a link leads to', async () => {
    const { modelFiles, at, write, link } = scene;
    const outside = write('outside/file', 'kept');
    write('folder/a/b', 'b');
    link(at('outside'), 'folder/a/linked');
    await modelFiles.remove(at('folder'));
    await modelFiles.remove(link(at('outside'), 'linked'));
    await modelFiles.remove(at('absent'));
    expect([at('folder'), at('linked')].filter(existsSync)).toEqual([]);
    expect(textOf(outside)).toBe('kept');
  });

  it('puts a file in the place of another or of a link, and not in that of a folder', async () => {
    const { modelFiles, at, write, link } = scene;
    const target = write('target', 'kept');
    await modelFiles.replace(write('one', '1'), write('new', 'old'));
    expect(textOf(at('new'))).toBe('1');
    await modelFiles.replace(at('new'), link(target, 'linked'));
    expect(lstatSync(at('linked')).isFile()).toBe(true);
    expect(textOf(target)).toBe('kept');
    write('folder/file', 'kept');
    await expectNative(modelFiles.replace(at('linked'), at('folder')), 'ERR_IO');
    expect([at('linked'), at('folder/file')].map(textOf)).toEqual(['1', 'kept']);
  });

  it('makes the folder that it keeps out of the backup', async () => {
    const { modelFiles, at } = scene;
    await modelFiles.excludeFromBackup(at('a/models'));
    await modelFiles.excludeFromBackup(at('a/models'));
    expect(statSync(at('a/models')).isDirectory()).toBe(true);
  });
}

function describeAppending(scene: Scene): void {
  it('makes the file that it adds to, and removes the one that was added', async () => {
    const { modelFiles, at, write } = scene;
    await modelFiles.append(write('one', 'one '), at('new/folder/all'));
    await modelFiles.append(write('two', 'two'), at('new/folder/all'));
    await modelFiles.append(write('none', ''), at('new/folder/all'));
    expect(textOf(at('new/folder/all'))).toBe('one two');
    expect(['one', 'two', 'none'].map(at).filter(existsSync)).toEqual([]);
  });

  it('adds more than it holds at once, and keeps what was there', async () => {
    const { modelFiles, write } = scene;
    const bytes = new Uint8Array(LONG_BYTES).map((_, index) => index % 251);
    const place = write('all', bytes);
    await modelFiles.append(write('more', bytes), place);
    expect(digestOf(readFileSync(place))).toBe(digestOf(Buffer.concat([bytes, bytes])));
  });

  it('refuses to add to a folder, to a link or to the file itself, and keeps all of them', async () => {
    const { modelFiles, at, write, link } = scene;
    const file = write('file', 'abc');
    write('folder/inside', 'kept');
    link(write('target', 'kept'), 'linked');
    for (const to of [at('folder'), at('linked'), file]) {
      await expectNative(modelFiles.append(file, to), 'ERR_IO');
    }
    expect([file, at('folder/inside'), at('target')].map(textOf)).toEqual(['abc', 'kept', 'kept']);
  });
}

function describeDigests(scene: Scene): void {
  it('reads on after it was asked for too much, and goes back by its own call alone', async () => {
    const { modelFiles, write } = scene;
    const bytes = new TextEncoder().encode('abcdef');
    const id = await modelFiles.openDigest(write('file', bytes), 'sha256');
    const read = (endBytes: number) => modelFiles.readDigest(id, endBytes);
    expect(await read(2)).toBe(digestOf(bytes.subarray(0, 2)));
    await expectNative(read(7), 'ERR_IO');
    await expectNative(read(1), 'ERR_IO');
    expect(await read(6)).toBe(digestOf(bytes));
    await modelFiles.stepBackDigest(id);
    expect(await read(3)).toBe(digestOf(bytes.subarray(0, 3)));
    await modelFiles.closeDigest(id);
  });

  it('knows no digest that was closed, which may happen twice', async () => {
    const { modelFiles, write } = scene;
    const id = await modelFiles.openDigest(write('file', 'abc'), 'git-sha1');
    await modelFiles.closeDigest(id);
    await modelFiles.closeDigest(id);
    await expectNative(modelFiles.readDigest(id, 3), 'ERR_CLOSED');
    await expectNative(modelFiles.stepBackDigest(id), 'ERR_CLOSED');
  });
}
