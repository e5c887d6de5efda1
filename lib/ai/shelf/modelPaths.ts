/** Where an installed model's files are, by role. Pure. */
import type { Host, Runtime } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import { modelFiles, modelPath, type NamedFile } from '../registry/modelFiles';
import type { FileRole } from '../runtimes/modelBuild';

export interface InstalledPath {
  role: FileRole;
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
  /** The first of the weights. With empty names for a model of the system. */
  weights: InstalledPath;
  tokenizer?: InstalledPath;
  tokenizerConfig?: InstalledPath;
  projector?: InstalledPath;
}

export interface PathParts {
  host: Pick<Host, 'placeOf'>;
  /** The files of the installed version; by default those of the stated one. */
  installed?: readonly NamedFile[] | undefined;
}

export function modelPaths(
  config: LlmModelConfig,
  runtime: Runtime,
  { host, installed = modelFiles(config, runtime) }: PathParts,
): ModelPaths {
  const files = installed.map(({ role, fileName }): InstalledPath => {
    const relativePath = modelPath(config, fileName);
    return { role, fileName, relativePath, ...host.placeOf?.(relativePath) };
  });
  const of = (role: FileRole) => files.find((file) => file.role === role);
  const weights = of('weights') ?? { role: 'weights', fileName: '', relativePath: '' };
  const tokenizer = of('tokenizer');
  const tokenizerConfig = of('tokenizerConfig');
  const projector = of('projector');
  return {
    ...{ modelId: config.modelId, runtime, files, weights },
    ...(tokenizer && { tokenizer }),
    ...(tokenizerConfig && { tokenizerConfig }),
    ...(projector && { projector }),
  };
}
