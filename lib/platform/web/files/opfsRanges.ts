/** Copies parts of one file into another one, in the worker that writes. */
import { ModelError } from '../../../errors';
import type { RangeCopy } from '../../types';
import type { OpenFiles } from './openFiles';
import { findFile } from './opfsPaths';
import { translating } from './storageErrors';

const PIECE_BYTES = 4 * 1024 * 1024;

export interface OpfsCopy {
  from: string;
  to: string;
  ranges: readonly RangeCopy[];
}

export function copyRanges(
  root: FileSystemDirectoryHandle,
  openFiles: OpenFiles,
  { from, to, ranges }: OpfsCopy,
): Promise<void> {
  return translating(from, async () => {
    const file = await (await findFile(root, from))?.getFile();
    if (!file) throw new ModelError('DISK_IO', { path: from, reason: 'there is no such file' });
    await openFiles.withFile(to, async (target) => {
      for (const { startBytes, endBytes, toBytes } of ranges) {
        if (endBytes > file.size) {
          throw new ModelError('DISK_IO', { path: from, reason: 'the file ends too soon' });
        }
        for (let at = startBytes; at < endBytes; at += PIECE_BYTES) {
          // A snapshot, and no handle: an engine may be reading the file, and not every browser shares handles.
          const piece = file.slice(at, Math.min(at + PIECE_BYTES, endBytes));
          target.write(new Uint8Array(await piece.arrayBuffer()), toBytes + at - startBytes);
        }
      }
    });
  });
}
