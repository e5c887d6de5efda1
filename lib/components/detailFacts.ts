/** The facts of the details sheet, as label and value. */
import type { LlmModelConfig } from '../ai/modelConfig';
import { modelFiles, statedBytes } from '../ai/modelFiles';
import type { ModelFile } from '../ai/modelFiles';
import type { InstalledFile, ModelState } from '../ai/modelState';
import type { Host, Runtime } from '../platform/types';
import { CHECK_LABELS, formatAboutBytes, formatCount, formatDate, formatExactBytes } from './words';

export interface Fact {
  label: string;
  value: string;
}

export interface FileFacts {
  name: string;
  lines: string[];
  /** Digests and addresses: to be compared letter by letter. */
  code: string[];
}

/** What the facts of a model depend on beside the model. */
export interface Surroundings {
  host: Host;
  state: ModelState;
  /** The context that it is loaded with here. */
  contextTokens: number;
}

export function detailFacts(config: LlmModelConfig, surroundings: Surroundings): Fact[] {
  const { host, state, contextTokens } = surroundings;
  const { runtime } = host;
  const facts: Fact[] = [
    { label: 'Parameters', value: config.size },
    { label: 'Licence', value: config.license },
    { label: 'Runs with', value: runtime === 'llama.cpp' ? 'llama.cpp (GGUF)' : 'ExecuTorch' },
  ];
  const longest = config.contextTokens?.[runtime === 'llama.cpp' ? 'llamaCpp' : 'executorch'];
  if (longest !== undefined && longest > 0) {
    const used = formatCount(contextTokens);
    const value = `${formatCount(longest)} tokens; ${used} are used here`;
    facts.push({
      label: 'Context',
      value: longest === contextTokens ? `${used} tokens` : value,
    });
  }
  const memory = memoryBytes(config, surroundings);
  if (memory !== undefined)
    facts.push({ label: 'Needs', value: `${formatAboutBytes(memory)} of memory` });
  if (state.kind === 'installed') {
    facts.push({ label: 'Installed', value: formatDate(state.installedAt) });
    facts.push({ label: 'Lies in', value: `${host.storageName}, folder ${config.folderName}` });
  }
  return facts;
}

/** Weights and the cache of a full context; what the runtime itself takes comes on top. */
function memoryBytes(
  config: LlmModelConfig,
  { host, state, contextTokens }: Surroundings,
): number | undefined {
  const weights = state.kind === 'installed' ? state.sizeBytes : statedBytes(config, host.runtime);
  if (weights === undefined || config.kvBytesPerToken === undefined) return undefined;
  return weights + config.kvBytesPerToken * contextTokens;
}

export function fileFacts(
  config: LlmModelConfig,
  state: ModelState,
  runtime: Runtime,
): FileFacts[] {
  return state.kind === 'installed'
    ? state.files.map(installedFacts)
    : modelFiles(config, runtime).map(statedFacts);
}

function installedFacts(file: InstalledFile): FileFacts {
  const code = [`SHA-256 ${file.sha256}`];
  if (file.url !== undefined) code.push(file.url);
  if (file.revision !== undefined) code.push(`Revision ${file.revision}`);
  return {
    name: file.fileName,
    lines: [formatExactBytes(file.sizeBytes), CHECK_LABELS[file.checkedAgainst]],
    code,
  };
}

function statedFacts({ fileName, source }: ModelFile): FileFacts {
  switch (source.kind) {
    case 'bundled':
      return { name: fileName, lines: ['Comes with the app'], code: [] };
    case 'unavailable':
      return { name: fileName, lines: [source.reason], code: [] };
    case 'remote': {
      const size =
        source.sizeBytes === undefined ? 'Size not known yet' : formatExactBytes(source.sizeBytes);
      const digest = source.sha256 === undefined ? [] : [`SHA-256 ${source.sha256}`];
      return { name: fileName, lines: [size], code: [...digest, source.url] };
    }
  }
}
