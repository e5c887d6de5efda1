/** What every host's digester has to do. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { Digester, DigestRequest, FileStore } from '../../lib/platform/types';
import { expectCode } from './expectFailure';

export interface DigesterSubject {
  digester: Digester;
  /** An empty store, the one that `digester` reads. */
  files: FileStore;
  dispose(): Promise<void>;
}

const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
const A = 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb';
const NOTHING = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

export function describeDigester(name: string, create: () => Promise<DigesterSubject>): void {
  describe(`Digester: ${name}`, () => {
    let subject: DigesterSubject;
    beforeEach(async () => {
      subject = await create();
    });
    afterEach(async () => {
      await subject.dispose();
    });

    async function digestOf(text: string, algorithm: DigestRequest['algorithm']) {
      const { digester, files } = subject;
      await files.writeText('a/file', text);
      const digest = await digester.open({ path: 'a/file', algorithm });
      const [hex] = await digest.readTo([new TextEncoder().encode(text).byteLength]);
      await digest.close();
      return hex;
    }

    it.each([
      ['', NOTHING],
      ['abc', ABC],
    ])('hashes %j with SHA-256', async (text, expected) => {
      expect(await digestOf(text, 'sha256')).toBe(expected);
    });

    it.each([
      ['', 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391'],
      ['hello\n', 'ce013625030ba8dba906f756967f9e9ca394464a'],
    ])('names %j as git does', async (text, expected) => {
      expect(await digestOf(text, 'git-sha1')).toBe(expected);
    });

    it('reads out a few bytes, fewer at the end and none after it, or none at all', async () => {
      const { digester, files } = subject;
      await files.writeText('a/file', 'one two');
      const read = async (startBytes: number) => {
        const bytes = await digester.readBytes({ path: 'a/file', startBytes, lengthBytes: 4 });
        return bytes && new TextDecoder().decode(bytes);
      };
      if ((await read(0)) === undefined) return;
      expect(await Promise.all([0, 4, 7, 9].map(read))).toEqual(['one ', 'two', '', '']);
      const absent = digester.readBytes({ path: 'a/no', startBytes: 0, lengthBytes: 4 });
      await expectCode(absent, 'DISK_IO');
    });

    it('tells the digest of everything before where it stands, and reads on', async () => {
      const { digester, files } = subject;
      await files.writeText('file', 'abc');
      const digest = await digester.open({ path: 'file', algorithm: 'sha256' });
      expect(await digest.readTo([1])).toEqual([A]);
      expect(await digest.readTo([3])).toEqual([ABC]);
      expect(await digest.readTo([3])).toEqual([ABC]);
      await digest.close();
    });

    it('reads to several ends at once, and steps back over the last', async () => {
      const { digester, files } = subject;
      await files.writeText('file', 'abc');
      const digest = await digester.open({ path: 'file', algorithm: 'sha256' });
      const [one, , all] = await digest.readTo([1, 2, 3]);
      expect([one, all]).toEqual([A, ABC]);
      await digest.stepBack();
      expect(await digest.readTo([3])).toEqual([ABC]);
      await digest.close();
    });

    it('reads anew, from the disk, what it steps back over', async () => {
      const { digester, files } = subject;
      await files.writeText('file', 'aXc');
      const digest = await digester.open({ path: 'file', algorithm: 'sha256' });
      await digest.readTo([1]);
      expect(await digest.readTo([3])).not.toEqual([ABC]);
      await digest.stepBack();
      expect(await digest.readTo([1])).toEqual([A]);
      await digest.close();

      await files.writeText('file', 'abc');
      const again = await digester.open({ path: 'file', algorithm: 'sha256' });
      expect(await again.readTo([3])).toEqual([ABC]);
      await again.close();
    });

    it('reads what is added after it was opened', async () => {
      const { digester, files } = subject;
      await files.writeText('file', 'ab');
      const digest = await digester.open({ path: 'file', algorithm: 'sha256' });
      await digest.readTo([2]);
      await digest.close();
      await files.append({ path: 'file', text: 'c' });
      const longer = await digester.open({ path: 'file', algorithm: 'sha256' });
      expect(await longer.readTo([3])).toEqual([ABC]);
      await longer.close();
    });

    it('keeps several files apart', async () => {
      const { digester, files } = subject;
      await files.writeText('one', 'abc');
      await files.writeText('other', 'a');
      const one = await digester.open({ path: 'one', algorithm: 'sha256' });
      const other = await digester.open({ path: 'other', algorithm: 'sha256' });
      await one.readTo([1]);
      expect(await other.readTo([1])).toEqual([A]);
      expect(await one.readTo([3])).toEqual([ABC]);
      await one.close();
      await other.close();
    });

    it('reads more than it holds at once', async () => {
      const { digester, files } = subject;
      const sizeBytes = 3 * 1024 * 1024 + 7;
      await files.writeText('file', 'a'.repeat(sizeBytes));
      const digest = await digester.open({ path: 'file', algorithm: 'sha256' });
      const bytes = new TextEncoder().encode('a'.repeat(sizeBytes));
      const expected = await crypto.subtle.digest('SHA-256', bytes);
      expect(await digest.readTo([sizeBytes])).toEqual([hexOf(expected)]);
      await digest.close();
    });

    it('fails where there is no such file, or not so much of it', async () => {
      const { digester, files } = subject;
      await expectCode(digester.open({ path: 'absent', algorithm: 'sha256' }), 'DISK_IO');
      await files.writeText('file', 'abc');
      const digest = await digester.open({ path: 'file', algorithm: 'sha256' });
      await expectCode(digest.readTo([4]), 'DISK_IO');
      await digest.close();
    });

    it.each(['../x', '/etc/passwd', 'a/../b'])('refuses the path %j', async (path) => {
      await expectCode(subject.digester.open({ path, algorithm: 'sha256' }), 'NAME_INVALID');
    });

    it('lets the file go when it is closed', async () => {
      const { digester, files } = subject;
      await files.writeText('file', 'abc');
      const digest = await digester.open({ path: 'file', algorithm: 'sha256' });
      await digest.readTo([3]);
      await digest.close();
      await files.move('file', 'elsewhere');
      await files.remove('elsewhere');
      expect(await files.list('')).toEqual([]);
    });
  });
}

function hexOf(bytes: ArrayBuffer): string {
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
