/** What every host's models folder has to do. Runs in Node and in a browser. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { FileStore } from '../../lib/platform/types';
import { expectCode } from './expectFailure';

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
    describeAppending(current);

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
      await expectCode(files.append({ path, text: 'x' }), 'NAME_INVALID');
      expect(await sizesOf(files)).toEqual([{ path: 'safe', sizeBytes: 4 }]);
    });
  });
}

type Current = () => FileStoreSubject;

/** What is listed, but for the bytes that it occupies, which differ from host to host. */
async function sizesOf(files: FileStore) {
  return (await files.list('')).map(({ path, sizeBytes }) => ({ path, sizeBytes }));
}

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
    expect(entries).toContainEqual(expect.objectContaining({ path: 'top', sizeBytes: 2 }));
    expect(entries).toContainEqual(expect.objectContaining({ path: 'a/b/c/deep', sizeBytes: 0 }));
  });

  it('lists only what lies below the folder, not what begins with its name', async () => {
    const { files } = current();
    await files.writeText('qwen/model', 'x');
    await files.writeText('qwen-4b/model', 'x');
    expect(await listedPaths(files, 'qwen')).toEqual(['qwen/model']);
  });

  it('tells a version that a move keeps and a write changes', async ({ skip }) => {
    const { files } = current();
    const versionOf = async (path: string) =>
      (await files.list('')).find((entry) => entry.path === path)?.version;
    await files.writeText('before', 'one');
    const version = await versionOf('before');
    if (version === undefined) return skip('this host can’t tell');
    await files.move('before', 'a/after');
    expect(await versionOf('a/after')).toBe(version);
    await files.append({ path: 'a/after', text: ' more' });
    const longer = await versionOf('a/after');
    expect(longer).not.toBe(version);
    await files.writeText('a/after', 'another');
    expect(await versionOf('a/after')).not.toBe(longer);
  });

  it('neither lists nor follows a link below a folder, or among its own folders', async ({
    skip,
  }) => {
    const { files, plantLink } = current();
    if (plantLink === undefined) return skip('this host has no links');
    await plantLink('folder/linked');
    await plantLink('.staging');
    expect(await files.list('')).toEqual([]);
    expect(await files.list('folder/linked')).toEqual([]);
    expect(await files.list('.staging')).toEqual([]);
    const reading = files.readText('folder/linked/outside');
    await expect(reading).rejects.toMatchObject({ code: 'DISK_IO' });
  });

  it('reads what a link in a model’s place leads to, which occupies nothing here', async ({
    skip,
  }) => {
    const { files, plantLink } = current();
    if (plantLink === undefined) return skip('this host has no links');
    await plantLink('linked');
    for (const folder of ['', 'linked']) {
      const entries = await files.list(folder);
      expect(entries.map(({ path, isLink, usedBytes }) => [path, isLink, usedBytes])).toEqual([
        ['linked', true, 0],
        ['linked/outside', false, 0],
      ]);
    }
    expect(await files.readText('linked/outside')).toBe('precious');
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
    expect(await sizesOf(files)).toEqual([{ path: 'to', sizeBytes: 3 }]);
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
    expect(await sizesOf(files)).toEqual([]);
  });

  it('removes a folder with the links in it, and nothing behind them', async ({ skip }) => {
    const { files, plantLink } = current();
    if (plantLink === undefined) return skip('this host has no links');
    const isIntact = await plantLink('folder/linked');
    await files.remove('folder');
    expect(await files.list('')).toEqual([]);
    expect(await isIntact()).toBe(true);
  });

  it.each<[string, (files: FileStore) => Promise<void>]>([
    ['removes', (files) => files.remove('linked')],
    ['removes what is behind', (files) => files.remove('linked/outside')],
    ['writes behind', (files) => files.writeText('linked/outside', 'overwritten')],
    ['adds behind', (files) => files.append({ path: 'linked/outside', text: 'more' })],
    ['moves something behind', (files) => files.move('record', 'linked/outside')],
    ['moves something away from behind', (files) => files.move('linked/outside', 'record')],
  ])('never %s a link in a model’s place', async (_, change) => {
    const { files, plantLink } = current();
    // Hosts without links have nothing to refuse.
    const isIntact = await plantLink?.('linked');
    if (!isIntact) return;
    await files.writeText('record', 'text');
    await expect(change(files)).rejects.toMatchObject({ code: 'FOLDER_LINKED' });
    expect(await isIntact()).toBe(true);
    expect(await files.readText('record')).toBe('text');
    expect(await files.readText('linked/outside')).toBe('precious');
  });
}

function describeAppending(current: Current): void {
  it('begins a record, and adds to its end', async () => {
    const { files } = current();
    await files.append({ path: 'folder/record', text: 'one\n' });
    await files.append({ path: 'folder/record', text: 'zwei 模型\n' });
    expect(await files.readText('folder/record')).toBe('one\nzwei 模型\n');
  });

  it('adds to what was written at once', async () => {
    const { files } = current();
    await files.writeText('record', 'head\n');
    await files.append({ path: 'record', text: 'line\n' });
    expect(await files.readText('record')).toBe('head\nline\n');
  });

  it('makes a file durable before the record about it, whether or not it is there yet', async () => {
    const { files } = current();
    await files.writeText('part', 'bytes');
    await files.append({ path: 'record', text: 'one\n', durableAfter: 'part' });
    await files.append({ path: 'record', text: 'two\n', durableAfter: 'absent' });
    expect(await files.readText('record')).toBe('one\ntwo\n');
    expect(await listedPaths(files)).toEqual(['part', 'record']);
  });
}
