/** Compares what is on disk with what it has to be, byte for byte, by reading it back. */
import type { LlmModelConfig } from '../ai/modelConfig';
import { stagingPath } from '../ai/modelFiles';
import type { InstalledFile } from '../ai/modelState';
import { ModelError } from '../errors';
import type { FileStore } from '../platform/types';
import { discardUselessBytes } from './discardUselessBytes';
import { partName, stagedSizes, sum, type DownloadPlan, type PlannedFile } from './plan';
import { sourceUrl } from './resolveSources';

/** One file and what it has to be. */
export interface Expectation extends Pick<PlannedFile, 'fileName' | 'sizeBytes' | 'digest'> {
  path: string;
  /** Bytes at `path`, as the store lists them. */
  actualBytes: number;
}

export interface Verification {
  files: FileStore;
  onVerified: (verifiedBytes: number, totalBytes: number) => void;
  /** Whether a file that is wrong is removed, so that the next try fetches it, and it alone, again. */
  discardWrong: boolean;
}

/**
 * The SHA-256 of each file, in order, once its size and digest are as expected.
 * @throws ModelError LENGTH_MISMATCH, HASH_MISMATCH of the first that differs.
 */
export async function verifyFiles(
  { files, onVerified, discardWrong }: Verification,
  expectations: readonly Expectation[],
  signal?: AbortSignal,
): Promise<string[]> {
  const totalBytes = sum(expectations.map(({ actualBytes }) => actualBytes));
  const digests: string[] = [];
  let verifiedBytes = 0;
  for (const expectation of expectations) {
    const before = verifiedBytes;
    const onProgress = (hashedBytes: number) => {
      onVerified(before + hashedBytes, totalBytes);
    };
    const verify = () => verifyFile(files, { ...expectation, onProgress }, signal);
    digests.push(
      await (discardWrong ? discardUselessBytes(files, expectation.path, verify) : verify()),
    );
    verifiedBytes += expectation.actualBytes;
    onVerified(verifiedBytes, totalBytes);
  }
  return digests;
}

async function verifyFile(
  files: FileStore,
  expected: Expectation & { onProgress: (hashedBytes: number) => void },
  signal: AbortSignal | undefined,
): Promise<string> {
  const { fileName, path, sizeBytes, actualBytes, digest, onProgress } = expected;
  if (sizeBytes !== undefined && actualBytes !== sizeBytes) {
    throw new ModelError('LENGTH_MISMATCH', { fileName, expectedBytes: sizeBytes, actualBytes });
  }
  const check = async (algorithm: 'sha256' | 'git-sha1') => {
    const actual = await files.digest({ path, algorithm, onProgress }, signal);
    if (digest?.algorithm === algorithm && digest.hex !== actual) {
      throw new ModelError('HASH_MISMATCH', { fileName, expected: digest.hex, actual });
    }
    return actual;
  };
  // A git SHA-1 is only ever a small file's, so reading it twice costs nothing.
  if (digest?.algorithm === 'git-sha1') await check('git-sha1');
  return check('sha256');
}

/** Verifies everything that a plan has brought to staging and says what the manifest has to. */
export async function verifyStaged(
  verification: Verification,
  { config, plan }: { config: LlmModelConfig; plan: DownloadPlan },
  signal: AbortSignal,
): Promise<InstalledFile[]> {
  const sizes = stagedSizes(plan, await verification.files.list(stagingPath(config)));
  const expectations = plan.files.map((file): Expectation => {
    const path = stagingPath(config, partName(file.fileName));
    return { ...file, path, actualBytes: sizes.get(file.fileName) ?? 0 };
  });
  const digests = await verifyFiles(verification, expectations, signal);
  return plan.files.map(({ fileName, source, checkedAgainst, revision }, index) => ({
    fileName,
    sizeBytes: expectations[index]?.actualBytes ?? 0,
    sha256: digests[index] ?? '',
    checkedAgainst,
    ...(source.kind === 'remote' && { url: sourceUrl(config, fileName, plan.runtime) }),
    ...(revision !== undefined && { revision }),
  }));
}
