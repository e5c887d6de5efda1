/** Writes the index of a file, by which devices with an earlier version fetch only what changed: for `modelshelf publish`. */
import { createHash } from 'node:crypto';
import { open, rename, writeFile } from 'node:fs/promises';

import { BLOCK_BYTES, blocksOf, formatIndex, nameOf } from '../../lib/download/delta/fileIndex';
import { ggufPartLengths } from '../../lib/platform/gguf/ggufCuts';

export interface WrittenIndex {
  /** What a catalog states of the index, beside its address (`SourceIndex`). */
  index: { sizeBytes: number; sha256: string };
  /** The same of the file, which was read once for both. */
  file: { sizeBytes: number; sha256: string };
}

/**
 * Reads `path` once, in blocks, and writes its index to `indexPath`, atomically. The same bytes for the same file. Compress
 * it where it is served, if at all: most of it are digests.
 * @throws what `node:fs` throws; RangeError for an empty file, or one that changes meanwhile
 */
export async function writeFileIndex(path: string, indexPath: string): Promise<WrittenIndex> {
  const handle = await open(path);
  try {
    const { size: sizeBytes } = await handle.stat();
    if (sizeBytes === 0) throw new RangeError(`${path} is empty.`);
    const read = async (startBytes: number, lengthBytes: number) => {
      const bytes = Buffer.alloc(lengthBytes);
      return bytes.subarray(0, (await handle.read(bytes, 0, lengthBytes, startBytes)).bytesRead);
    };
    const parts = await ggufPartLengths(read, sizeBytes);
    const whole = createHash('sha256');
    const names: string[] = [];
    for (const { startBytes, endBytes } of blocksOf(parts, BLOCK_BYTES)) {
      const bytes = await read(startBytes, endBytes - startBytes);
      if (bytes.length < endBytes - startBytes) throw new RangeError(`${path} became shorter.`);
      whole.update(bytes);
      names.push(nameOf(createHash('sha256').update(bytes).digest('hex')));
    }
    const text = formatIndex({ sizeBytes, blockBytes: BLOCK_BYTES, parts, names });
    await writeFile(`${indexPath}.tmp`, text);
    await rename(`${indexPath}.tmp`, indexPath);
    return {
      index: { sizeBytes: text.length, sha256: createHash('sha256').update(text).digest('hex') },
      file: { sizeBytes, sha256: whole.digest('hex') },
    };
  } finally {
    await handle.close();
  }
}
