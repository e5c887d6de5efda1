/** Where a host says that its files are: the file is there, whatever its name contains. */
import { fileURLToPath } from 'node:url';

import { expect, describe, it } from 'vitest';

import type { FileStore, Host } from '../../lib/platform/types';
import { expectCode } from './expectFailure';

export interface FilePlacesSubject {
  host: Pick<Host, 'placeOf'>;
  files: FileStore;
  /** Reads the file at a bare path, as another program would. */
  readPath(path: string): Promise<string>;
  /** Reads the file at a URI with the code that an app on this host would use. */
  readUri?(uri: string): Promise<string>;
  dispose(): Promise<void>;
}

const NAMES = ['plain.gguf', 'two words.gguf', '100% #1.gguf', '%20.gguf', 'a&b=c+d;é 模.gguf'];

export function describeFilePlaces(name: string, open: () => Promise<FilePlacesSubject>): void {
  describe(`the places of files on ${name}`, () => {
    it.each(NAMES)('lead to the file %s by its path and by its URI', async (fileName) => {
      const { host, files, dispose, ...read } = await open();
      const { readUri = (uri: string) => read.readPath(fileURLToPath(uri)) } = read;
      try {
        await files.writeText(`a folder/${fileName}`, fileName);
        const place = host.placeOf?.(`a folder/${fileName}`);
        expect(await read.readPath(place?.path ?? '')).toBe(fileName);
        expect(place?.uri).toMatch(/^file:\/\/\/[^ #]+$/);
        expect(fileURLToPath(place?.uri ?? '')).toBe(place?.path);
        expect(await readUri(place?.uri ?? '')).toBe(fileName);
      } finally {
        await dispose();
      }
    });

    it.each(['../secret', '/etc/passwd', 'a//b', 'a\\b'])('are never outside: %s', async (path) => {
      const { host, dispose } = await open();
      await expectCode(
        Promise.resolve().then(() => host.placeOf?.(path)),
        'NAME_INVALID',
      );
      await dispose();
    });
  });
}
