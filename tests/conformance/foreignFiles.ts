/** Files of other programs: what every host that reaches them does with them, and with nothing else. */
import { describe, expect, it } from 'vitest';

import { isModelError } from '../../lib/errors';
import type { FileStore, ForeignFiles } from '../../lib/platform/types';
import { expectCode } from './expectFailure';

export interface ForeignFilesSubject {
  foreignFiles: ForeignFiles;
  files: FileStore;
  /** The absolute path of a folder outside of the store, which doesn’t exist yet. */
  folder: string;
  /** Makes folders as needed. */
  write(path: string, text: string): Promise<void>;
  /** Undefined where there is no such file. */
  read(path: string): Promise<string | undefined>;
  /** Absent where nobody can make links. */
  link?(target: string, path: string): Promise<void>;
  /** The absolute path of the store; absent where it has none. */
  store?: string;
  dispose(): Promise<void>;
}

const NAMES = ['plain.pte', 'two words.pte', '100% #1?.pte', '%20', 'é 模.gguf', '..hidden'];

export function describeForeignFiles(name: string, open: () => Promise<ForeignFilesSubject>): void {
  async function within(work: (subject: ForeignFilesSubject) => Promise<void>): Promise<void> {
    const subject = await open();
    try {
      await work(subject);
    } finally {
      await subject.dispose();
    }
  }

  const uriOf = (folder: string) => `file://${folder.split('/').map(encodeURIComponent).join('/')}`;

  describe(`files of other programs on ${name}`, () => {
    it.each(NAMES)('are found, moved into the store and back: %s', (fileName) =>
      within(async ({ foreignFiles, files, folder, write, read }) => {
        await write(`${folder}/${fileName}`, 'their bytes');
        await write(`${folder}/a folder/deeper`, 'deeper');
        const found = await foreignFiles.find(folder);
        expect(found).toEqual([{ origin: expect.any(String) as string, sizeBytes: 11 }]);
        expect(await foreignFiles.find(`${uriOf(folder)}/`)).toEqual(found);
        const origin = found[0]?.origin ?? '';

        await foreignFiles.moveIn(origin, '.adopting/1/file');
        expect(await files.readText('.adopting/1/file')).toBe('their bytes');
        expect(await read(`${folder}/${fileName}`)).toBeUndefined();

        await foreignFiles.moveOut('.adopting/1/file', origin);
        expect(await read(`${folder}/${fileName}`)).toBe('their bytes');
        expect(await files.list('')).toEqual([]);
      }),
    );

    it('are none where there is no folder', () =>
      within(async ({ foreignFiles, folder }) => {
        expect(await foreignFiles.find(folder)).toEqual([]);
      }));

    it.each(['models', '', 'file://%zz/a', 'https://example.org/a'])(
      'aren’t looked for in %j',
      (folder) =>
        within(({ foreignFiles }) => expectCode(foreignFiles.find(folder), 'NAME_INVALID')),
    );

    it('are none in the store', () =>
      within(async ({ foreignFiles, files, store }) => {
        await files.writeText('tiny/tiny.gguf', 'ours');
        if (store === undefined) return;
        expect(await foreignFiles.find(store)).toEqual([]);
        expect(await foreignFiles.find(`${store}/tiny`)).toEqual([]);
        const roundabout = await foreignFiles.find(`${store}/x/../tiny`).catch((error: unknown) => {
          expect(isModelError(error) && error.code).toBe('NAME_INVALID');
          return [];
        });
        expect(roundabout).toEqual([]);
      }));

    it('don’t include links, or what a link leads to', () =>
      within(async ({ foreignFiles, folder, write, link }) => {
        await write(`${folder} real/x`, 'x');
        if (!link) return;
        await write(`${folder}/own`, 'own');
        await link(`${folder} real/x`, `${folder}/a link`);
        await link(`${folder} real`, `${folder} link`);
        expect(await foreignFiles.find(folder)).toHaveLength(1);
        expect(await foreignFiles.find(`${folder} link`)).toEqual([]);
      }));

    it('are never replaced by one that comes back', () =>
      within(async ({ foreignFiles, folder, write, read }) => {
        await write(`${folder}/x`, 'first');
        const origin = (await foreignFiles.find(folder))[0]?.origin ?? '';
        await foreignFiles.moveIn(origin, '.adopting/1/file');
        await write(`${folder}/x`, 'another');
        await foreignFiles.moveOut('.adopting/1/file', origin);
        expect(await read(`${folder}/x`)).toBe('another');
        expect(await read(`${folder}/x.1`)).toBe('first');
      }));

    it('come back once where a crash left them in both places', () =>
      within(async ({ foreignFiles, files, folder, write, read }) => {
        await write(`${folder}/x`, 'their bytes');
        const origin = (await foreignFiles.find(folder))[0]?.origin ?? '';
        await foreignFiles.moveIn(origin, '.adopting/1/file');
        await write(`${folder}/x`, 'their bytes');
        await foreignFiles.moveOut('.adopting/1/file', origin);
        expect(await foreignFiles.find(folder)).toHaveLength(1);
        expect(await read(`${folder}/x`)).toBe('their bytes');
        expect(await files.list('')).toEqual([]);
      }));

    it('fail with DISK_IO where they are gone, and stay in the store', () =>
      within(async ({ foreignFiles, folder, write, read }) => {
        await write(`${folder}/x`, 'x');
        const origin = (await foreignFiles.find(folder))[0]?.origin ?? '';
        await foreignFiles.moveIn(origin, '.adopting/1/file');
        await expectCode(foreignFiles.moveIn(origin, '.adopting/2/file'), 'DISK_IO');
        await expectCode(foreignFiles.moveOut('.adopting/2/file', origin), 'DISK_IO');
        await expectCode(foreignFiles.moveIn(origin, '../outside'), 'NAME_INVALID');
        expect(await read(`${folder}/x`)).toBeUndefined();
      }));
  });
}
