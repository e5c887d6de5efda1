/** What a host that can store a file once under several names has to do. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { FileStore, Host } from '../../lib/platform/types';
import { expectCode } from './expectFailure';

export interface SharingSubject {
  files: FileStore;
  shareFile: NonNullable<Host['shareFile']>;
  dispose(): Promise<void>;
}

export function describeSharing(name: string, create: () => Promise<SharingSubject>): void {
  describe(`shareFile: ${name}`, () => {
    let subject: SharingSubject;
    beforeEach(async () => {
      subject = await create();
      const { files, shareFile } = subject;
      await files.writeText('one/weights', 'equal bytes');
      await files.writeText('two/weights', 'EQUAL BYTES');
      expect(await shareFile('one/weights', 'two/weights')).toBe(true);
    });
    afterEach(() => subject.dispose());

    const sharedAt = async (path: string) =>
      (await subject.files.list('')).find((entry) => entry.path === path)?.shared;

    it('makes the second path a name of the first file, and of no other', async () => {
      const { files, shareFile } = subject;
      expect(await files.readText('two/weights')).toBe('equal bytes');
      const shared = await sharedAt('one/weights');
      expect(shared?.names).toBe(2);
      expect(await sharedAt('two/weights')).toEqual(shared);
      expect(await shareFile('one/weights', 'two/weights'), 'again').toBe(true);
      expect(await sharedAt('two/weights')).toEqual(shared);
      await files.writeText('other', 'equal bytes');
      expect(await sharedAt('other')).toBeUndefined();
    });

    it('takes one name away with a removal, or with another file in its place', async () => {
      const { files, shareFile } = subject;
      await files.remove('one');
      expect(await files.readText('two/weights')).toBe('equal bytes');
      expect(await sharedAt('two/weights')).toBeUndefined();
      await files.writeText('one/weights', 'others');
      expect(await shareFile('two/weights', 'one/weights')).toBe(true);
      await files.writeText('one/weights', 'replaced');
      expect(await files.readText('two/weights')).toBe('equal bytes');
      expect(await sharedAt('two/weights')).toBeUndefined();
    });

    it('keeps both names of a file when one of them is moved', async () => {
      const { files } = subject;
      await files.move('one/weights', '.trash/one/weights');
      expect((await sharedAt('.trash/one/weights'))?.names).toBe(2);
      await files.move('.trash/one/weights', 'three/weights');
      expect(await sharedAt('three/weights')).toEqual(await sharedAt('two/weights'));
    });

    it('writes to no file that has another name', async () => {
      const { files } = subject;
      await expectCode(files.append({ path: 'one/weights', text: '!' }), 'DISK_IO');
      expect(await files.readText('two/weights')).toBe('equal bytes');
    });

    it('gives an owner a copy to write to', async () => {
      const { files } = subject;
      await files.move('one/weights', '.runs/one/me/weights.part');
      expect(await sharedAt('two/weights')).toBeUndefined();
      await files.append({ path: '.runs/one/me/weights.part', text: '!' });
      expect(await files.readText('.runs/one/me/weights.part')).toBe('equal bytes!');
      expect(await files.readText('two/weights')).toBe('equal bytes');
    });

    it('fails where one of the two files isn’t there, and changes nothing', async () => {
      const { files, shareFile } = subject;
      await expectCode(shareFile('none', 'two/weights'), 'DISK_IO');
      await expectCode(shareFile('one/weights', 'none'), 'DISK_IO');
      expect(await files.readText('two/weights')).toBe('equal bytes');
      expect(await files.readText('none')).toBeUndefined();
    });
  });
}
