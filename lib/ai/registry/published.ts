/** Compares installed files with their publisher's current statements, by records, without reading a file. Pure. */
import type { ModelFailure } from '../../errors';
import type { Runtime } from '../../platform/types';
import type { LlmModelConfig, ModelSource } from '../modelConfig';
import { modelFiles } from './modelFiles';
import type { InstalledFile } from '../modelState';
import type { ModelFile } from '../runtimes/modelBuild';

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

/**
 * Whether an installed build is an earlier version of the stated one: the two differ, and each installed file was
 * compared at its install with a digest that somebody published. A build with a file that was never compared isn't a
 * version of anything: its difference may be damage, or a file of somebody else.
 */
export function isEarlierVersion(
  config: LlmModelConfig,
  runtime: Runtime,
  installed: readonly InstalledFile[],
): boolean {
  return installed.every(isVerified) && firstOther(config, runtime, installed) !== undefined;
}

/** Whether every stated file is among the installed ones, as it is stated. */
export function isAsStated(
  config: LlmModelConfig,
  runtime: Runtime,
  installed: readonly InstalledFile[],
): boolean {
  return firstOther(config, runtime, installed) === undefined;
}

/**
 * The failure for the first installed file that isn't the named one; undefined when all are, and for an earlier version,
 * which stays usable.
 */
export function findDifference(
  config: LlmModelConfig,
  runtime: Runtime,
  installed: readonly InstalledFile[],
): ModelFailure | undefined {
  const other = firstOther(config, runtime, installed);
  if (other === undefined || isEarlierVersion(config, runtime, installed)) return undefined;
  return { code: 'NOT_AS_PUBLISHED', details: { fileName: other.fileName } };
}

function firstOther(
  config: LlmModelConfig,
  runtime: Runtime,
  installed: readonly InstalledFile[],
): ModelFile | undefined {
  return modelFiles(config, runtime).find(({ fileName, source }) =>
    isOtherFile(
      source,
      installed.find((file) => file.fileName === fileName),
    ),
  );
}
