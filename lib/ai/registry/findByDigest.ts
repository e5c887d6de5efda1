/** The model that a digest names, in the registry, a catalog or the list of added models. Pure. */
import type { Runtime } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import type { ModelFile } from '../runtimes/modelBuild';
import { buildOf } from '../runtimes/notation';

export interface KnownFile {
  config: LlmModelConfig;
  file: ModelFile;
}

/** Undefined where no list states the digest. A model that isn’t listed any more isn’t found. */
export function findByDigest(
  models: readonly LlmModelConfig[],
  runtime: Runtime,
  sha256: string,
): KnownFile | undefined {
  for (const config of models) {
    if (config.isUnlisted) continue;
    const file = buildOf(config, runtime)?.files.find(
      ({ role, source }) =>
        role === 'weights' && source.kind === 'remote' && source.sha256 === sha256,
    );
    if (file) return { config, file };
  }
  return undefined;
}
