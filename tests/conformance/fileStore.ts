/** What every host's models folder has to do. Runs in Node and in a browser. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { FileStore } from '../../lib/platform/types';
import { expectAbort, expectCode } from './expectFailure';

export interface FileStoreSubject {
  /** A store with nothing in it. */
  files: FileStore;
  dispose(): Promise<void>;
  /**
   * Where the file system has links: puts a folder with one file outside the store, a link to
   * it at `path`, and answers whether that file is still there. Missing elsewhere.
   */
  plantLink?: (path: string) => Promise<() => Promise<boolean>>;
}

const MEBIBYTE = 1024 * 1024;

const LEAVING_PATHS = [
  '../x',
  'a/../x',
  '/etc/x',
  'a//b',
  'a/',
  './a',
  'a\\b',
  'C:x',
  'a\u0000b',
  'CON',
  'a./b',
];

export function describeFileStore(name: string, create: () => Promise<FileStoreSubject>): void {
  describe(`FileStore: ${name}`, () => {
    let subject: FileStoreSubject;
    let files: FileStore;

    beforeEach(async () => {
      subject = await create();
      files = subject.files;
    });
    afterEach(async () => {
      await subject.dispose();
    });

    const current = () => subject;
    describeListing(current);
    describeRecords(current);
    describeMoving(current);
    describeRemoving(current);
    describeDigests(current);

    it('answers with bytes or with nothing when asked for free space', async () => {
      const freeBytes = await files.freeBytes();
      if (freeBytes !== undefined) expect(freeBytes).toBeGreaterThanOrEqual(0);
    });

    it.each(LEAVING_PATHS)('refuses the path %j everywhere', async (path) => {
      await files.writeText('safe', 'safe');
      await expectCode(files.list(path), 'NAME_INVALID');
      await expectCode(files.readText(path), 'NAME_INVALID');
      await expectCode(files.writeText(path, 'x'), 'NAME_INVALID');
      await expectCode(files.move('safe', path), 'NAME_INVALID');
      await expectCode(files.move(path, 'elsewhere'), 'NAME_INVALID');
      await expectCode(files.remove(path), 'NAME_INVALID');
      await expectCode(files.digest({ path, algorithm: 'sha256' }), 'NAME_INVALID');
      expect(await files.list('')).toEqual([{ path: 'safe', sizeBytes: 4 }]);
    });
  });
}

type Current = () => FileStoreSubject;

async function listedPaths(files: FileStore, folder = ''): Promise<string[]> {
  return (await files.list(folder)).map(({ path }) => path).sort();
}

function describeListing(current: Current): void {
  it('has nothing to list at first, nor in a folder that does not exist', async () => {
    expect(await current().files.list('')).toEqual([]);
    expect(await current().files.list('nowhere/at/all')).toEqual([]);
  });

  it('lists files at any depth with their size in bytes', async () => {
    const { files } = current();
    await files.writeText('top', 'é');
    await files.writeText('a/b/c/deep', '');
    const entries = await files.list('');
    expect(entries).toHaveLength(2);
    expect(entries).toContainEqual({ path: 'top', sizeBytes: 2 });
    expect(entries).toContainEqual({ path: 'a/b/c/deep', sizeBytes: 0 });
  });

  it('lists only what lies below the folder, not what begins with its name', async () => {
    const { files } = current();
    await files.writeText('qwen/model', 'x');
    await files.writeText('qwen-4b/model', 'x');
    expect(await listedPaths(files, 'qwen')).toEqual(['qwen/model']);
  });

  it('neither lists nor follows a link', async ({ skip }) => {
    const { files, plantLink } = current();
    if (plantLink === undefined) return skip('this host has no links');
    await plantLink('linked');
    await plantLink('folder/linked');
    expect(await files.list('')).toEqual([]);
    expect(await files.list('linked')).toEqual([]);
  });
}

function describeRecords(current: Current): void {
  it('has no text where no file is', async () => {
    expect(await current().files.readText('record')).toBeUndefined();
    expect(await current().files.readText('no/folder/record')).toBeUndefined();
  });

  it('gives back the text that was written, whatever its characters', async () => {
    const { files } = current();
    const text = 'tab\t “quotes” 模型 🦙\n';
    await files.writeText('a/record', text);
    expect(await files.readText('a/record')).toBe(text);
  });

  it('replaces a text by a shorter one, even by none', async () => {
    const { files } = current();
    await files.writeText('record', 'a long text');
    await files.writeText('record', 'short');
    expect(await files.readText('record')).toBe('short');
    await files.writeText('record', '');
    expect(await files.readText('record')).toBe('');
  });

  it('shows a reader the old text or a new one, never a part', async () => {
    const { files } = current();
    const texts = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(50_000));
    await files.writeText('record', texts[0] ?? '');
    const writing = texts.map((text) => files.writeText('record', text));
    const seen = await Promise.all(texts.flatMap(() => [files.readText('record')]));
    await Promise.all(writing);
    for (const text of [...seen, await files.readText('record')]) expect(texts).toContain(text);
  });

  it('leaves nothing but the record behind', async () => {
    const { files } = current();
    await Promise.all([files.writeText('a/record', 'one'), files.writeText('a/record', 'two')]);
    expect(await listedPaths(files)).toEqual(['a/record']);
  });

  it('reads no more than a mebibyte', async () => {
    const { files } = current();
    await files.writeText('huge', 'x'.repeat(MEBIBYTE + 5));
    expect((await files.readText('huge'))?.length).toBeLessThanOrEqual(MEBIBYTE);
  });
}

function describeMoving(current: Current): void {
  it('moves a file into folders that did not exist', async () => {
    const { files } = current();
    await files.writeText('.staging/model/weights.part', 'bytes');
    await files.move('.staging/model/weights.part', 'model/sub/weights');
    expect(await listedPaths(files)).toEqual(['model/sub/weights']);
    expect(await files.readText('model/sub/weights')).toBe('bytes');
  });

  it('moves a file over the one that has the name', async () => {
    const { files } = current();
    await files.writeText('from', 'new');
    await files.writeText('to', 'old and longer');
    await files.move('from', 'to');
    expect(await files.list('')).toEqual([{ path: 'to', sizeBytes: 3 }]);
  });

  it('fails when there is nothing to move, and keeps what has the name', async () => {
    const { files } = current();
    await files.writeText('to', 'kept');
    await expectCode(files.move('absent', 'to'), 'DISK_IO');
    expect(await files.readText('to')).toBe('kept');
  });
}

function describeRemoving(current: Current): void {
  it('removes a file and leaves its neighbours', async () => {
    const { files } = current();
    await files.writeText('a/one', '1');
    await files.writeText('a/two', '2');
    await files.remove('a/one');
    expect(await listedPaths(files)).toEqual(['a/two']);
  });

  it('removes a folder with all it holds', async () => {
    const { files } = current();
    await files.writeText('a/b/c', '1');
    await files.writeText('a/d', '2');
    await files.writeText('ab', '3');
    await files.remove('a');
    expect(await listedPaths(files)).toEqual(['ab']);
  });

  it('has no trouble removing what is not there', async () => {
    const { files } = current();
    await files.remove('absent');
    await files.remove('no/such/folder');
    expect(await files.list('')).toEqual([]);
  });

  it('removes a link and nothing behind it', async ({ skip }) => {
    const { files, plantLink } = current();
    if (plantLink === undefined) return skip('this host has no links');
    const isFirstIntact = await plantLink('linked');
    const isSecondIntact = await plantLink('folder/linked');
    await files.remove('linked');
    await files.remove('folder');
    expect(await isFirstIntact()).toBe(true);
    expect(await isSecondIntact()).toBe(true);
  });

  it('never crosses a link on its way', async ({ skip }) => {
    const { files, plantLink } = current();
    if (plantLink === undefined) return skip('this host has no links');
    const isIntact = await plantLink('linked');
    await files.remove('linked/outside').catch(() => undefined);
    await files.writeText('linked/outside', 'overwritten').catch(() => undefined);
    expect(await isIntact()).toBe(true);
  });
}

function describeDigests(current: Current): void {
  it.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  ])('hashes %j with SHA-256', async (text, expected) => {
    const { files } = current();
    await files.writeText('a/file', text);
    expect(await files.digest({ path: 'a/file', algorithm: 'sha256' })).toBe(expected);
  });

  it.each([
    ['', 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391'],
    ['hello\n', 'ce013625030ba8dba906f756967f9e9ca394464a'],
  ])('names %j as git does', async (text, expected) => {
    const { files } = current();
    await files.writeText('file', text);
    expect(await files.digest({ path: 'file', algorithm: 'git-sha1' })).toBe(expected);
  });

  it('tells how far it has read, never going back, up to the last byte', async () => {
    const { files } = current();
    const sizeBytes = 5 * MEBIBYTE + 3;
    await files.writeText('file', 'a'.repeat(sizeBytes));
    const seen: number[] = [];
    await files.digest({
      path: 'file',
      algorithm: 'sha256',
      onProgress: (hashedBytes) => seen.push(hashedBytes),
    });
    expect(seen).toEqual([...seen].sort((one, other) => one - other));
    expect(seen.at(-1)).toBe(sizeBytes);
  });

  it('fails when there is nothing to hash', async () => {
    await expectCode(current().files.digest({ path: 'absent', algorithm: 'sha256' }), 'DISK_IO');
  });

  it('stops hashing when it is told to', async () => {
    const { files } = current();
    await files.writeText('file', 'a'.repeat(5 * MEBIBYTE));
    const request = { path: 'file', algorithm: 'sha256' } as const;
    await expectAbort(files.digest(request, AbortSignal.abort()));

    const stopping = new AbortController();
    const onProgress = () => {
      stopping.abort();
    };
    await expectAbort(files.digest({ ...request, onProgress }, stopping.signal));
    expect(await files.digest(request)).toHaveLength(64);
  });
}
