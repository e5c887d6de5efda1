/** Where an installed model's files are, by role. Pure. */
import type { Host, Runtime } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import { modelFiles, modelPath } from '../registry/modelFiles';
import type { ModelFile } from '../runtimes/runtimeTraits';

export interface InstalledPath {
  role: ModelFile['role'];
  fileName: string;
  /** In the store; stays valid when the app's folder moves, so this is the one to save. */
  relativePath: string;
  /** Absolute, without a scheme, as native code takes it. Undefined on hosts whose files have no paths (browsers). */
  path?: string;
  /** The same as an escaped `file://` URI. Undefined where `path` is. */
  uri?: string;
}

export interface ModelPaths {
  modelId: string;
  runtime: Runtime;
  /** Empty for a model of the system, which has no files. */
  files: readonly InstalledPath[];
  /** With empty names for a model of the system. */
  weights: InstalledPath;
  tokenizer?: InstalledPath;
  tokenizerConfig?: InstalledPath;
}

export function modelPaths(
  config: LlmModelConfig,
  runtime: Runtime,
  host: Pick<Host, 'placeOf'>,
): ModelPaths {
  const files = modelFiles(config, runtime).map(({ role, fileName }): InstalledPath => {
    const relativePath = modelPath(config, fileName);
    return { role, fileName, relativePath, ...host.placeOf?.(relativePath) };
  });
  const of = (role: ModelFile['role']) => files.find((file) => file.role === role);
  const weights = of('weights') ?? { role: 'weights', fileName: '', relativePath: '' };
  const [tokenizer, tokenizerConfig] = [of('tokenizer'), of('tokenizerConfig')];
  return {
    ...{ modelId: config.modelId, runtime, files, weights },
    ...(tokenizer && { tokenizer }),
    ...(tokenizerConfig && { tokenizerConfig }),
  };
}
