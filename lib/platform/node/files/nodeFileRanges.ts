/** Parts of files, read and copied on the thread that hashes. */
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

import type { FileRanges } from '../../types';
import { diskError } from '../nodeErrors';
import type { HashThread } from './hashThread';
import { makeFolder, NO_FOLLOW, NO_WAIT, openOwn, placeOf, readablePlaceOf } from './nodePaths';

const READ_ONLY = constants.O_RDONLY | NO_FOLLOW | NO_WAIT;

export function createNodeFileRanges(root: string, thread: HashThread): FileRanges {
  async function reading<T>(path: string, work: (file: FileHandle) => Promise<T>): Promise<T> {
    try {
      const file = await open(await readablePlaceOf(root, path), READ_ONLY);
      try {
        return await work(file);
      } finally {
        await file.close();
      }
    } catch (error) {
      throw diskError(error, { path });
    }
  }

  async function openTarget(to: string): Promise<FileHandle> {
    const place = await placeOf(root, to);
    await makeFolder(root, dirname(place));
    return openOwn(place, constants.O_RDWR | constants.O_CREAT);
  }

  return {
    read: (path, { startBytes, endBytes }) =>
      reading(path, async (file) => {
        const lengthBytes = endBytes - startBytes;
        const buffer = Buffer.alloc(lengthBytes);
        const { bytesRead } = await file.read(buffer, 0, lengthBytes, startBytes);
        return buffer.subarray(0, bytesRead);
      }),

    digests: (path, ranges) =>
      reading(path, ({ fd }) => thread.call<string[]>('digestRanges', fd, ranges)),

    copy: (from, to, ranges) =>
      reading(from, async ({ fd }) => {
        try {
          const target = await openTarget(to);
          try {
            await thread.call('copyRanges', fd, { toFd: target.fd, ranges });
          } finally {
            await target.close();
          }
        } catch (error) {
          const neededBytes = ranges.reduce((sum, one) => sum + one.endBytes - one.startBytes, 0);
          throw diskError(error, { path: to, neededBytes });
        }
      }),
  };
}
