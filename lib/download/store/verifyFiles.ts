/** Compares what is on disk with what it has to be, byte for byte, by reading it back. */
import { ModelError } from '../../errors';
import type { Digester, DigestRequest } from '../../platform/types';
import { throwIfAborted } from '../flow/abortable';
import { finallyDo } from '../flow/finallyDo';
import { sum } from '../plan/plan';

/** How often whoever waits is told, and may call it off. */
const STEP_BYTES = 8 * 1024 * 1024;

export interface Reading extends DigestRequest {
  sizeBytes: number;
  onProgress?: (readBytes: number) => void;
  signal: AbortSignal;
}

/** Lower-case hex over the first `sizeBytes` of a file. @throws ModelError DISK_IO, AbortError */
export async function digestOf(digester: Digester, reading: Reading): Promise<string> {
  const { path, algorithm, sizeBytes, onProgress, signal } = reading;
  const digest = await digester.open({ path, algorithm });
  const read = async () => {
    for (let position = 0; ;) {
      throwIfAborted(signal);
      position = Math.min(sizeBytes, position + STEP_BYTES);
      const [hex = ''] = await digest.readTo([position]);
      onProgress?.(position);
      if (position === sizeBytes) return hex;
    }
  };
  return finallyDo(read, () => digest.close());
}

/** One file and what it has to be. */
export interface Expectation {
  fileName: string;
  path: string;
  /** As it was installed. */
  sizeBytes: number;
  sha256: string;
  /** What its publisher states now; undefined for what nobody states. Compared first. */
  published: { sizeBytes?: number | undefined; sha256?: string | undefined };
  /** Bytes at `path`, as the store lists them. */
  actualBytes: number;
}

export interface Verification {
  expectations: readonly Expectation[];
  onVerified: (verifiedBytes: number, totalBytes: number) => void;
}

/**
 * Resolves when every file is what its publisher states and as it was installed.
 * @throws ModelError of the first that isn't: NOT_AS_PUBLISHED for one that was installed so, else
 * LENGTH_MISMATCH, HASH_MISMATCH; AbortError
 */
export async function verifyFiles(
  digester: Digester,
  { expectations, onVerified }: Verification,
  signal: AbortSignal,
): Promise<void> {
  const totalBytes = sum(expectations.map(({ sizeBytes }) => sizeBytes));
  let verifiedBytes = 0;
  for (const { fileName, path, sizeBytes, sha256, actualBytes, published } of expectations) {
    const isOther = (stated: unknown, installed: unknown, actual: unknown) =>
      stated !== undefined && stated !== installed && stated !== actual;
    if (isOther(published.sizeBytes, sizeBytes, actualBytes)) {
      throw new ModelError('NOT_AS_PUBLISHED', { fileName });
    }
    if (actualBytes !== sizeBytes) {
      throw new ModelError('LENGTH_MISMATCH', { fileName, expectedBytes: sizeBytes, actualBytes });
    }
    const before = verifiedBytes;
    const onProgress = (readBytes: number) => {
      onVerified(before + readBytes, totalBytes);
    };
    const reading = { path, algorithm: 'sha256', sizeBytes, onProgress, signal } as const;
    const actual = await digestOf(digester, reading);
    if (isOther(published.sha256, sha256, actual)) {
      throw new ModelError('NOT_AS_PUBLISHED', { fileName });
    }
    if (actual !== sha256) {
      throw new ModelError('HASH_MISMATCH', { fileName, expected: sha256, actual });
    }
    verifiedBytes += sizeBytes;
  }
}
