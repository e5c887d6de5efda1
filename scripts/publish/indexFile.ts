/** Writes the index of a file, by which a device with an earlier version finds out which bytes it has. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

import {
  BLOCK_BYTES,
  blocksOf,
  formatIndex,
  MOST_INDEX_BYTES,
  nameOf,
} from '../../lib/download/delta/fileIndex';
import { ggufPartLengths } from '../../lib/platform/gguf/ggufCuts';
import type { LocalFile } from './publishTarget';

/** Undefined for an empty file, and where the index would be too large to be read. */
export async function indexOf({ path, sizeBytes }: LocalFile): Promise<string | undefined> {
  if (sizeBytes === 0) return undefined;
  const handle = await open(path, 'r');
  try {
    const read = async (at: number, length: number) => {
      const bytes = Buffer.alloc(Math.min(length, sizeBytes - at));
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, at);
      return bytes.subarray(0, bytesRead);
    };
    const parts = await ggufPartLengths(read, sizeBytes);
    const names: string[] = [];
    for (const { startBytes, endBytes } of blocksOf(parts, BLOCK_BYTES)) {
      const bytes = await read(startBytes, endBytes - startBytes);
      names.push(nameOf(createHash('sha256').update(bytes).digest('hex')));
    }
    const text = formatIndex({ sizeBytes, blockBytes: BLOCK_BYTES, parts, names });
    return text.length > MOST_INDEX_BYTES ? undefined : text;
  } finally {
    await handle.close();
  }
}
