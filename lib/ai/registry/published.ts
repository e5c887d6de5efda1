/** Compares installed files with their publisher's current statements, by records, without reading a file. Pure. */
import type { ModelFailure } from '../../errors';
import type { Runtime } from '../../platform/types';
import type { LlmModelConfig, ModelSource } from '../modelConfig';
import { modelFiles } from './modelFiles';
import type { InstalledFile } from '../modelState';

/** Whether a file was compared with a published digest, or was packaged with the app. */
export function isVerified({ checkedAgainst }: Pick<InstalledFile, 'checkedAgainst'>): boolean {
  return checkedAgainst !== 'none';
}

/**
 * Whether an installed file differs from the one that the registry or a catalog states. Another address
 * or commit alone is no difference: a file that moved, or has a newer version, is not damaged.
 */
export function isOtherFile(source: ModelSource, had: InstalledFile | undefined): boolean {
  if (source.kind === 'unavailable') return false;
  if (had === undefined) return true;
  if (source.kind === 'bundled') return had.checkedAgainst !== 'app';
  const { sizeBytes = had.sizeBytes, sha256 = had.sha256 } = source;
  return sizeBytes !== had.sizeBytes || sha256 !== had.sha256;
}

/** The failure for the first installed file that isn't the named one; undefined when all are. */
export function findDifference(
  config: LlmModelConfig,
  runtime: Runtime,
  installed: readonly InstalledFile[],
): ModelFailure | undefined {
  const other = modelFiles(config, runtime).find(({ fileName, source }) =>
    isOtherFile(
      source,
      installed.find((file) => file.fileName === fileName),
    ),
  );
  return other && { code: 'NOT_AS_PUBLISHED', details: { fileName: other.fileName } };
}
