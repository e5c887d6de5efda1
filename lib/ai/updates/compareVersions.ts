/** Compares an installed version with the stated one, by records alone. Pure. */
import type { Runtime } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import type { InstalledFile } from '../modelState';
import { modelFiles } from '../registry/modelFiles';
import { isOtherFile } from '../registry/published';
import type { ModelFile } from '../runtimes/modelBuild';
import type { ModelUpdate, UpdateChange } from './modelUpdate';

/** The stated files that aren't installed as they are stated. */
export function changedFiles(
  config: LlmModelConfig,
  runtime: Runtime,
  installed: readonly InstalledFile[],
): readonly ModelFile[] {
  return modelFiles(config, runtime).filter(({ fileName, source }) =>
    isOtherFile(
      source,
      installed.find((file) => file.fileName === fileName),
    ),
  );
}

/** A name for the step from the installed files to the stated ones: what was found out about it once stays true. */
export function stepName(
  config: LlmModelConfig,
  runtime: Runtime,
  installed: readonly InstalledFile[],
): string {
  const from = installed.map(({ sha256 }) => sha256);
  const to = modelFiles(config, runtime).map(({ source }) =>
    source.kind === 'remote' ? (source.sha256 ?? source.url) : source.kind,
  );
  return `${from.join(' ')} > ${to.join(' ')}`;
}

export interface Installed {
  runtime: Runtime;
  files: readonly InstalledFile[];
  /** The name of its licence; undefined where it isn't known. */
  license: string | undefined;
}

/** The update from the installed version to the stated one. A file whose size nobody states makes the bytes unknown. */
export function describeUpdate(
  config: LlmModelConfig,
  { runtime, files, license }: Installed,
): ModelUpdate {
  const changed = changedFiles(config, runtime, files);
  const stated = modelFiles(config, runtime);
  const isOtherLicense = license !== undefined && license !== config.license;
  return {
    ...{ modelId: config.modelId, runtime, config, origin: 'list', dateMs: dateOf(config) },
    // An equal file is copied on the device. Of a changed one at most all its bytes are transferred.
    ...{ downloadBytes: bytesOf(changed, files), totalBytes: bytesOf(stated, files) },
    changes: [...new Set(changed.map(({ role }): UpdateChange => role))],
    notes: config.notes,
    license: isOtherLicense ? { from: license, to: config.license } : undefined,
  };
}

function bytesOf(
  stated: readonly ModelFile[],
  installed: readonly InstalledFile[],
): number | undefined {
  let total = 0;
  for (const { fileName, source } of stated) {
    const had = installed.find((file) => file.fileName === fileName);
    const equal = isOtherFile(source, had) ? undefined : had?.sizeBytes;
    const bytes = source.kind === 'remote' ? (source.sizeBytes ?? equal) : equal;
    if (bytes === undefined) return undefined;
    total += bytes;
  }
  return total;
}

function dateOf({ provenance }: LlmModelConfig): number | undefined {
  const dateMs = Date.parse(provenance?.publishedAt ?? '');
  return Number.isNaN(dateMs) ? undefined : dateMs;
}
