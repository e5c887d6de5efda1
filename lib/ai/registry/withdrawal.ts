/** Which version of a model its publisher has withdrawn. Pure. */
import type { Runtime } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import type { InstalledFile } from '../modelState';
import { modelFiles } from './modelFiles';

export interface Withdrawal {
  /** The publisher's words. */
  reason: string;
  /** The SHA-256 of the weights, or '' where nobody states it. */
  version: string;
}

/** Whether the whole model is withdrawn, so that it is recommended to nobody. */
export function isWithdrawn({ withdrawn }: LlmModelConfig): boolean {
  return withdrawn !== undefined && withdrawn.versions === undefined;
}

/** Of the version that a download would bring now. */
export function withdrawalOfOffered(
  config: LlmModelConfig,
  runtime: Runtime,
): Withdrawal | undefined {
  // Most models: a start asks about each of them.
  if (config.withdrawn === undefined) return undefined;
  const digests = modelFiles(config, runtime).flatMap(({ source }) =>
    source.kind === 'remote' ? (source.sha256 ?? []) : [],
  );
  return withdrawalOf(config, digests);
}

/** Of the version that is on this device. */
export function withdrawalOfInstalled(
  config: LlmModelConfig,
  files: readonly Pick<InstalledFile, 'sha256'>[],
): Withdrawal | undefined {
  return withdrawalOf(
    config,
    files.map(({ sha256 }) => sha256),
  );
}

/** The digests are of all files of the build, the weights first. */
function withdrawalOf(
  { withdrawn }: LlmModelConfig,
  digests: readonly string[],
): Withdrawal | undefined {
  if (withdrawn === undefined) return undefined;
  const { reason, versions } = withdrawn;
  if (versions === undefined) return { reason, version: digests[0] ?? '' };
  const version = digests.find((digest) => versions.includes(digest));
  return version === undefined ? undefined : { reason, version };
}
