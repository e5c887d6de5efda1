/** What every host has to do with parts of files that are here. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { Digester, FileRanges, FileStore } from '../../lib/platform/types';
import { expectCode } from './expectFailure';

export interface FileRangesSubject {
  ranges: FileRanges;
  /** An empty store, the one that `ranges` reads and writes. */
  files: FileStore;
  digester: Digester;
  dispose(): Promise<void>;
}

const MEBIBYTE = 1024 * 1024;

export function describeFileRanges(name: string, create: () => Promise<FileRangesSubject>): void {
  describe(`FileRanges: ${name}`, () => {
    let subject: FileRangesSubject;
    beforeEach(async () => {
      subject = await create();
    });
    afterEach(async () => {
      await subject.dispose();
    });

    it('reads bytes, fewer at the end of the file and none after it', async () => {
      const { ranges, files } = subject;
      await files.writeText('a/file', 'one two');
      const read = async (startBytes: number) => {
        const bytes = await ranges.read('a/file', { startBytes, endBytes: startBytes + 4 });
        return new TextDecoder().decode(bytes);
      };
      expect([await read(0), await read(4), await read(7), await read(9)]).toEqual([
        ...['one ', 'two', '', ''],
      ]);
      await expectCode(ranges.read('a/no', { startBytes: 0, endBytes: 4 }), 'DISK_IO');
    });

    it('hashes each range by itself', async () => {
      const { ranges, files } = subject;
      await files.writeText('a/file', 'abcabc');
      const found = await ranges.digests('a/file', [
        { startBytes: 0, endBytes: 3 },
        { startBytes: 3, endBytes: 6 },
        { startBytes: 1, endBytes: 2 },
        { startBytes: 2, endBytes: 2 },
      ]);
      expect(found).toEqual(await Promise.all(['abc', 'abc', 'b', ''].map(sha256)));
    });

    it('hashes a range that is longer than it holds at once', async () => {
      const { ranges, files } = subject;
      const text = 'x'.repeat(9) + 'a'.repeat(5 * MEBIBYTE + 7) + 'y';
      await files.writeText('a/file', text);
      const range = { startBytes: 9, endBytes: text.length - 1 };
      expect(await ranges.digests('a/file', [range])).toEqual([await sha256(text.slice(9, -1))]);
    });

    it('copies ranges to other places of a new file, and leaves the other bytes of an old one', async () => {
      const { ranges, files } = subject;
      await files.writeText('a/old', '0123456789');
      await ranges.copy('a/old', 'b/c/new', [
        { startBytes: 0, endBytes: 4, toBytes: 0 },
        { startBytes: 6, endBytes: 9, toBytes: 4 },
      ]);
      expect(await files.readText('b/c/new')).toBe('0123678');
      await ranges.copy('a/old', 'b/c/new', [{ startBytes: 9, endBytes: 10, toBytes: 2 }]);
      expect(await files.readText('b/c/new')).toBe('0193678');
      expect(await files.readText('a/old')).toBe('0123456789');
      expect((await files.list('b')).map(({ sizeBytes }) => sizeBytes)).toEqual([7]);
    });

    it('copies a range to a place behind the end, and makes it durable where the store is asked to', async () => {
      const { ranges, files, digester } = subject;
      const text = `head${'ab'.repeat(3 * MEBIBYTE)}tail`;
      await files.writeText('a/old', text);
      const range = { startBytes: 4, endBytes: text.length - 4 };
      await ranges.copy('a/old', 'a/new', [{ ...range, toBytes: 1000 }]);
      await files.append({ path: 'a/new.journal', text: 'noted', durableAfter: 'a/new' });
      const moved = { startBytes: 1000, endBytes: 1000 + 6 * MEBIBYTE };
      expect(await ranges.digests('a/new', [moved])).toEqual(
        await ranges.digests('a/old', [range]),
      );
      const digest = await digester.open({ path: 'a/new', algorithm: 'sha256' });
      const [whole] = await digest.readTo([moved.endBytes]);
      await digest.close();
      expect(whole).toBe(await sha256('\0'.repeat(1000) + text.slice(4, -4)));
    });

    it('fails where there is no such file, or not so much of it', async () => {
      const { ranges, files } = subject;
      const beyond = { startBytes: 1, endBytes: 4 };
      await expectCode(ranges.digests('a/no', [beyond]), 'DISK_IO');
      await expectCode(ranges.copy('a/no', 'a/new', [{ ...beyond, toBytes: 0 }]), 'DISK_IO');
      await files.writeText('a/file', 'abc');
      await expectCode(ranges.digests('a/file', [beyond]), 'DISK_IO');
      await expectCode(ranges.copy('a/file', 'a/new', [{ ...beyond, toBytes: 0 }]), 'DISK_IO');
    });

    it('touches nothing outside of the store', async () => {
      const { ranges, files } = subject;
      await files.writeText('a/file', 'abc');
      const one = { startBytes: 0, endBytes: 1, toBytes: 0 };
      await expectCode(ranges.copy('a/file', '../new', [one]), 'NAME_INVALID');
      await expectCode(ranges.copy('../file', 'a/new', [one]), 'NAME_INVALID');
      await expectCode(ranges.digests('/etc/passwd', [one]), 'NAME_INVALID');
    });
  });
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
