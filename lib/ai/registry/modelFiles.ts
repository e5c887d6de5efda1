/** The files of a model on a runtime, and their paths. Pure; independent of downloads. */
import type { Runtime, Runtimes } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import type { ModelBuild, ModelFile } from '../runtimes/modelBuild';
import { buildOf } from '../runtimes/notation';
import { TRAITS } from '../runtimes/runtimes';

/** A file by its place in a model. */
export type NamedFile = Pick<ModelFile, 'fileName' | 'role'>;

/** Paths in the store, relative to the models folder. */
export interface EnsureResult {
  /** Of the weights; where a build has several, of the first. */
  ptePath: string;
  /** Of the other weights of a build that has several, in their order. */
  moreWeightsPaths?: readonly string[];
  tokenizerPath?: string;
  tokenizerConfigPath?: string;
  projectorPath?: string;
}

/**
 * The files of a model's build for a runtime, the weights first; none where there is no such build. Some may have an
 * `unavailable` source: see `unavailableReason`.
 */
export function modelFiles(config: LlmModelConfig, runtime: Runtime): readonly ModelFile[] {
  return buildOf(config, runtime)?.files ?? [];
}

/** The runtime of the build that this device has or would install. Only installs, removals and searches change it. */
export type RuntimeOf = (config: LlmModelConfig) => Runtime;

/** The first of a device's runtimes, the best first, that has an available build; the best one where none has. */
export function preferredRuntime(config: LlmModelConfig, [best, ...others]: Runtimes): Runtime {
  // A withdrawn model keeps its runtime, under which its files are found.
  if (others.length === 0) return best;
  const isHad = (runtime: Runtime) => missingReason(config, runtime) === undefined;
  return [best, ...others].find(isHad) ?? best;
}

/** Why an unlisted model isn't available. */
export const UNLISTED_REASON = 'No catalog names it any more, so it can’t be downloaded again.';

/** Why a model isn't available on a runtime, in the registry's words; undefined when it is available. */
export function unavailableReason(config: LlmModelConfig, runtime: Runtime): string | undefined {
  return config.isUnlisted ? UNLISTED_REASON : missingReason(config, runtime);
}

function missingReason(config: LlmModelConfig, runtime: Runtime): string | undefined {
  const build = buildOf(config, runtime);
  if (build === undefined) return TRAITS[runtime].noBuild;
  for (const { source } of build.files) if (source.kind === 'unavailable') return source.reason;
  const reason = reasonInNames(build);
  if (reason !== undefined) return reason;
  return config.available ? undefined : 'Not released yet.';
}

/** Why the weights can't be loaded, if their names already show it, so that no byte has to be fetched. */
function reasonInNames({ runtime, files }: ModelBuild): string | undefined {
  const weights = files.filter(({ role }) => role === 'weights');
  const names = weights.map(({ fileName }) => fileName);
  const addresses = weights.map(({ fileName, source }) =>
    source.kind === 'remote' ? lastSegment(source.url) : fileName,
  );
  if ([...names, ...addresses].some((name) => /(^|[-_.])mmproj[-_.]/i.test(name))) {
    return 'It is the part of a model that sees pictures, and no model by itself.';
  }
  const { weightsProblem } = TRAITS[runtime];
  // In the store several files keep the names that the engine needs, whatever their addresses are.
  return weightsProblem(names) ?? (weights.length === 1 ? weightsProblem(addresses) : undefined);
}

function lastSegment(url: string): string {
  const path = url.split(/[?#]/, 1)[0] ?? '';
  return path.slice(path.lastIndexOf('/') + 1);
}

/**
 * The size of all files together, as the registry states it. Undefined when only the hub knows the size of a file,
 * or the model has no files.
 */
export function statedBytes(config: LlmModelConfig, runtime: Runtime): number | undefined {
  const files = modelFiles(config, runtime);
  if (files.length === 0) return undefined;
  let total = 0;
  for (const { source } of files) {
    if (source.kind !== 'remote' || source.sizeBytes === undefined) return undefined;
    total += source.sizeBytes;
  }
  return total;
}

/** The size of the download as exactly as it is stated: undefined when not even its approximate size is. */
export function approximateBytes(config: LlmModelConfig, runtime: Runtime): number | undefined {
  return statedBytes(config, runtime) ?? buildOf(config, runtime)?.approximateBytes;
}

/** The longest context that the registry states for the build, in tokens. */
export function longestContext(config: LlmModelConfig, runtime: Runtime): number | undefined {
  return buildOf(config, runtime)?.contextTokens;
}

export function modelPath(config: LlmModelConfig, fileName: string): string {
  return `${config.folderName}/${fileName}`;
}

/**
 * The paths of an installed model's files, by role; an empty path for a model without files. `installed` are the files of
 * its manifest: those of an earlier version may have other names than the stated ones.
 */
export function installedPaths(
  config: LlmModelConfig,
  runtime: Runtime,
  installed: readonly NamedFile[] = modelFiles(config, runtime),
): EnsureResult {
  const [ptePath = '', ...more] = installed
    .filter(({ role }) => role === 'weights')
    .map(({ fileName }) => modelPath(config, fileName));
  const paths: EnsureResult = { ptePath, ...(more.length > 0 && { moreWeightsPaths: more }) };
  for (const { role, fileName } of installed) {
    const path = modelPath(config, fileName);
    if (role === 'tokenizer') paths.tokenizerPath = path;
    if (role === 'tokenizerConfig') paths.tokenizerConfigPath = path;
    if (role === 'projector') paths.projectorPath = path;
  }
  return paths;
}
