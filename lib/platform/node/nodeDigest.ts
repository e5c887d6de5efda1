/** Reads a file back from disk and hashes it, in bounded memory. */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

import type { DigestRequest } from '../types';
import { NO_FOLLOW } from './nodePaths';

const STEP_BYTES = 1024 * 1024;

/** Throws what Node throws; the store translates it. */
export async function digestFile(
  place: string,
  { algorithm, onProgress }: DigestRequest,
  signal?: AbortSignal,
): Promise<string> {
  const handle = await open(place, constants.O_RDONLY | NO_FOLLOW);
  try {
    const hash = createHash(algorithm === 'sha256' ? 'sha256' : 'sha1');
    if (algorithm === 'git-sha1') hash.update(`blob ${String((await handle.stat()).size)}\0`);
    const buffer = Buffer.allocUnsafe(STEP_BYTES);
    let position = 0;
    for (;;) {
      signal?.throwIfAborted();
      const { bytesRead } = await handle.read(buffer, 0, STEP_BYTES, position);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(buffer.subarray(0, bytesRead));
      position += bytesRead;
      onProgress?.(position);
    }
  } finally {
    await handle.close();
  }
}
