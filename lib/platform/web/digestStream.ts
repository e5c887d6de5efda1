/** Hashes what is on disk in bounded memory. */
import { createSHA1, createSHA256 } from 'hash-wasm';

import type { DigestRequest } from '../types';
import type { CallContext } from './workerCalls';

const PIECE_BYTES = 1024 * 1024;

/**
 * Lower-case hex over a file's bytes. Every piece is awaited, so other calls to the same
 * worker get their turn. @throws the signal's AbortError
 */
export async function digestStream(
  file: File,
  algorithm: DigestRequest['algorithm'],
  { report, signal }: CallContext,
): Promise<string> {
  const hasher = await (algorithm === 'sha256' ? createSHA256() : createSHA1());
  hasher.init();
  if (algorithm === 'git-sha1') hasher.update(`blob ${String(file.size)}\0`);
  for (let hashedBytes = 0; hashedBytes < file.size;) {
    signal.throwIfAborted();
    const piece = await file.slice(hashedBytes, hashedBytes + PIECE_BYTES).arrayBuffer();
    hasher.update(new Uint8Array(piece));
    hashedBytes += piece.byteLength;
    report(hashedBytes);
  }
  return hasher.digest('hex');
}
