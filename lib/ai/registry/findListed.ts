/** Which listed model a file is: by its digest, or by the id that its header gives it. Pure. */
import type { Runtime } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import type { ModelFile } from '../runtimes/modelBuild';
import { buildOf } from '../runtimes/notation';
import type { Registry } from './registry';

export interface KnownFile {
  config: LlmModelConfig;
  file: ModelFile;
}

/** The model with the id of `described` where a list offers one; undefined where none does, or not any more. */
export function findListed(
  registry: Pick<Registry, 'find'>,
  { modelId }: LlmModelConfig,
): LlmModelConfig | undefined {
  const listed = registry.find(modelId);
  return listed?.isUnlisted === true ? undefined : listed;
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
