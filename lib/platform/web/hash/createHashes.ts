/** The hashes of this browser: SHA-256 with SIMD where it has that, and hash-wasm's for all else. */
import { createSHA1, createSHA256 } from 'hash-wasm';

import type { DigestRequest } from '../../types';
import type { RunningHash } from './runningHash';
import { loadSimdSha256, type HashFactory } from './simdSha256';

/** Resolves with a hash that is begun. */
export type OpenHash = (algorithm: DigestRequest['algorithm']) => Promise<RunningHash>;

export function createHashes(loadSha256 = loadSimdSha256): OpenHash {
  let sha256: Promise<HashFactory> | undefined;
  // A browser that refuses to compile, for lack of memory perhaps, may still run the smaller module of hash-wasm.
  const load = () =>
    loadSha256()
      .catch(() => undefined)
      .then((ours) => ours ?? createSHA256);
  return async (algorithm) => {
    const create = algorithm === 'sha256' ? await (sha256 ??= load()) : createSHA1;
    const hash = await create();
    hash.init();
    return hash;
  };
}
