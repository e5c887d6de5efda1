/** Reads files on the disk back completely and compares them with their expected sizes and digests. */
import { ModelError } from '../../errors';
import type { Digester, DigestRequest } from '../../platform/types';
import { throwIfAborted } from '../flow/abortable';
import { finallyDo } from '../flow/finallyDo';
import { sum } from '../plan/plan';

/** After this many bytes, progress is reported and the signal is checked. */
const STEP_BYTES = 8 * 1024 * 1024;

export interface Reading extends DigestRequest {
  sizeBytes: number;
  /** `hex` is the digest of the bytes so far, at each 8 MiB and at the end. */
  onProgress?: (readBytes: number, hex: string) => void;
  signal: AbortSignal;
}

/** The digest of the first `sizeBytes` of a file, in lower-case hex. @throws ModelError DISK_IO, AbortError */
export async function digestOf(digester: Digester, reading: Reading): Promise<string> {
  const { path, algorithm, sizeBytes, onProgress, signal } = reading;
  const digest = await digester.open({ path, algorithm });
  const read = async () => {
    for (let position = 0; ;) {
      throwIfAborted(signal);
      position = Math.min(sizeBytes, position + STEP_BYTES);
      const [hex = ''] = await digest.readTo([position]);
      onProgress?.(position, hex);
      if (position === sizeBytes) return hex;
    }
  };
  return finallyDo(read, () => digest.close());
}

/** One file with its expected size and digest. */
export interface Expectation {
  fileName: string;
  path: string;
  /** The size as it was installed. */
  sizeBytes: number;
  sha256: string;
  /** The publisher's current statements; undefined where there are none. Compared first. */
  published: { sizeBytes?: number | undefined; sha256?: string | undefined };
  /** The size of the file at `path`, as the store lists it. */
  actualBytes: number;
}

export interface Verification {
  expectations: readonly Expectation[];
  onVerified: (verifiedBytes: number, totalBytes: number) => void;
}

/**
 * Resolves when every file matches its publisher's statements and its installed state.
 * @throws ModelError for the first file that doesn't: NOT_AS_PUBLISHED when it already differed from the
 * statements at its install, else LENGTH_MISMATCH, HASH_MISMATCH; AbortError
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
