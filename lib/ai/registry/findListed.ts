/** Which listed model files are: by their digests, or by the id that their header gives them. Pure. */
import type { Runtime } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import type { ModelFile } from '../runtimes/modelBuild';
import { buildOf } from '../runtimes/notation';
import type { Registry } from './registry';

export interface KnownWeights {
  config: LlmModelConfig;
  /** Its weights: the known files, in the order of the model. */
  files: readonly ModelFile[];
}

/** The model with the id of `described` where a list offers one; undefined where none does, or not any more. */
export function findListed(
  registry: Pick<Registry, 'find'>,
  { modelId }: LlmModelConfig,
): LlmModelConfig | undefined {
  const listed = registry.find(modelId);
  return listed?.isUnlisted === true ? undefined : listed;
}

/**
 * The model whose weights have exactly these digests, in its order; undefined where no list states them. A model that
 * isn’t listed any more isn’t found.
 */
export function findByDigests(
  models: readonly LlmModelConfig[],
  runtime: Runtime,
  digests: readonly string[],
): KnownWeights | undefined {
  for (const config of models) {
    if (config.isUnlisted) continue;
    const build = buildOf(config, runtime);
    const files = build?.files.filter(({ role }) => role === 'weights') ?? [];
    const isSame = files.every(
      ({ source }, index) => source.kind === 'remote' && source.sha256 === digests[index],
    );
    if (isSame && files.length > 0 && files.length === digests.length) return { config, files };
  }
  return undefined;
}
