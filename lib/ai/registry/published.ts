/** Compares what is installed with what its publisher states now: by records alone, without reading a file. Pure. */
import type { ModelFailure } from '../../errors';
import type { Runtime } from '../../platform/types';
import type { LlmModelConfig, ModelSource } from '../modelConfig';
import { modelFiles } from './modelFiles';
import type { InstalledFile } from '../modelState';

/** Whether somebody published the digest that a file was compared with, or packaged it with the app. */
export function isVerified({ checkedAgainst }: Pick<InstalledFile, 'checkedAgainst'>): boolean {
  return checkedAgainst !== 'none';
}

/**
 * Whether an installed file isn't the one that the registry or a catalog names, by what that states.
 * Another address or commit alone says nothing: a file that moved, or has a newer version, is not damaged.
 */
export function isOtherFile(source: ModelSource, had: InstalledFile | undefined): boolean {
  if (source.kind === 'unavailable') return false;
  if (had === undefined) return true;
  if (source.kind === 'bundled') return had.checkedAgainst !== 'app';
  const { sizeBytes = had.sizeBytes, sha256 = had.sha256 } = source;
  return sizeBytes !== had.sizeBytes || sha256 !== had.sha256;
}

/** What to say of the first installed file that isn't the one that is named; undefined when all are. */
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
