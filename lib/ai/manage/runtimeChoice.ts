/** The runtime of each model's build that this device has, or would install. */
import { isPlaceMissing } from '../../errors';
import type { FileStore, Runtime, Runtimes } from '../../platform/types';
import { chooseBuild, chooseRuntime, type BuildChoice } from '../registry/buildChoice';
import type { LlmModelConfig } from '../modelConfig';
import type { RuntimeOf } from '../registry/modelFiles';
import { findBuilds } from './readModelState';
import { TRAITS } from '../runtimes/runtimes';

export interface RuntimeChoice {
  of: RuntimeOf;
  /** The same choice with its reason. */
  explain(config: LlmModelConfig): BuildChoice;
  /**
   * Looks for installed builds; they take precedence over the build that would be chosen today.
   * @throws ModelError STORAGE_UNAVAILABLE, DISK_IO
   */
  look(files: FileStore, models: readonly LlmModelConfig[]): Promise<void>;
  /** Counts a build as installed until the next look, because it is about to be. */
  expect(config: LlmModelConfig, runtime: Runtime): void;
}

export function createRuntimeChoice(runtimes: Runtimes): RuntimeChoice {
  const installed = new Map<string, Runtime>();
  const withFiles = runtimes.filter((runtime) => TRAITS[runtime].hasFiles);
  return {
    of: (config) => chooseRuntime(config, runtimes, installed.get(config.modelId)),
    explain: (config) => chooseBuild(config, runtimes, installed.get(config.modelId)),
    expect({ modelId }, runtime) {
      installed.set(modelId, runtime);
    },
    async look(files, models) {
      if (withFiles.length <= 1) return;
      for (const config of models) {
        const builds = await findBuilds(files, config).catch(unlessMissing);
        // Of a model whose volume isn't connected, the last look counts.
        if (builds === undefined) continue;
        const build = withFiles.find((runtime) => builds.includes(runtime));
        if (build === undefined) installed.delete(config.modelId);
        else installed.set(config.modelId, build);
      }
    },
  };
}

function unlessMissing(error: unknown): undefined {
  if (!isPlaceMissing(error)) throw error;
}
