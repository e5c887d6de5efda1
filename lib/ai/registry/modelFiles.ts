/** Which files a model is made of on a runtime, and where they lie. Pure; knows nothing of downloads. */
import type { Runtime, Runtimes } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import { TRAITS } from '../runtimes/runtimes';
import type { ModelFile } from '../runtimes/runtimeTraits';

/** Paths in the store, relative to the models folder. */
export interface EnsureResult {
  ptePath: string;
  tokenizerPath?: string;
  tokenizerConfigPath?: string;
}

/** The files of a model on a runtime. Some may have an `unavailable` source: see `unavailableReason`. */
export function modelFiles(config: LlmModelConfig, runtime: Runtime): ModelFile[] {
  return TRAITS[runtime].filesOf(config);
}

/** Whose build of a model this device has or would install. The same until it is installed, removed or looked for. */
export type RuntimeOf = (config: LlmModelConfig) => Runtime;

/** Whose build of a model is to be had, of the runtimes of a device, the best first; that one's where none is. */
export function preferredRuntime(config: LlmModelConfig, [best, ...others]: Runtimes): Runtime {
  const isHad = (runtime: Runtime) => unavailableReason(config, runtime) === undefined;
  return [best, ...others].find(isHad) ?? best;
}

/** Why a model can't be had on a runtime, in words of the registry, or undefined when it can. */
export function unavailableReason(config: LlmModelConfig, runtime: Runtime): string | undefined {
  for (const { fileName, role, source } of modelFiles(config, runtime)) {
    if (source.kind === 'unavailable') return source.reason;
    const names = [fileName, ...(source.kind === 'remote' ? [lastSegment(source.url)] : [])];
    const reason = role === 'weights' ? names.map(reasonInName).find(Boolean) : undefined;
    if (reason !== undefined) return reason;
  }
  return config.available ? undefined : 'Not released yet.';
}

/** What the name of a weights file already says: no byte has to be fetched to know that it can't be loaded. */
function reasonInName(name: string): string | undefined {
  const [, shards] = /-\d{5}-of-(\d{5})\.gguf$/i.exec(name) ?? [];
  if (shards !== undefined && Number(shards) > 1) {
    return `It is split into ${String(Number(shards))} files, and only models in one file can be loaded.`;
  }
  if (/(^|[-_.])mmproj[-_.]/i.test(name)) {
    return 'It is the part of a model that sees pictures, and no model by itself.';
  }
  return undefined;
}

function lastSegment(url: string): string {
  const { pathname } = new URL(url);
  return pathname.slice(pathname.lastIndexOf('/') + 1);
}

/** Bytes of all files by the registry, or undefined when any file's size isn't known before the hub has answered, or there are none. */
export function statedBytes(config: LlmModelConfig, runtime: Runtime): number | undefined {
  if (!TRAITS[runtime].hasFiles) return undefined;
  let total = 0;
  for (const { source } of modelFiles(config, runtime)) {
    if (source.kind !== 'remote' || source.sizeBytes === undefined) return undefined;
    total += source.sizeBytes;
  }
  return total;
}

export function modelPath(config: LlmModelConfig, fileName: string): string {
  return `${config.folderName}/${fileName}`;
}

/** Where the files of an installed model lie, by role; of a model without files an empty path. */
export function installedPaths(config: LlmModelConfig, runtime: Runtime): EnsureResult {
  const paths: EnsureResult = { ptePath: '' };
  for (const { role, fileName } of modelFiles(config, runtime)) {
    const path = modelPath(config, fileName);
    if (role === 'weights') paths.ptePath = path;
    if (role === 'tokenizer') paths.tokenizerPath = path;
    if (role === 'tokenizerConfig') paths.tokenizerConfigPath = path;
  }
  return paths;
}
