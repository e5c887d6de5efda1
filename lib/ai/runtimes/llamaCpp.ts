/** GGUF builds: one file, and a context as long as the memory that is reserved for it. */
import type { RuntimeTraits } from './runtimeTraits';

/** Working buffers and the engine itself, beside weights and cache: 60 to 190 MiB were measured. */
const OVERHEAD_BYTES = 200 * 1024 ** 2;

export const LLAMA_CPP: RuntimeTraits = {
  label: 'llama.cpp (GGUF)',
  hasFiles: true,
  // The first stores used these names only, so they must stay readable.
  manifestName: 'model.json',
  folderSuffix: '',
  filesOf: (config) => [
    { fileName: config.ggufFileName, role: 'weights', source: config.ggufSource },
  ],
  withFiles: (config, [weights = '']) =>
    config.ggufFileName === '' ? { ...config, ggufFileName: weights } : config,
  quantizationOf: (config) => config.ggufQuantization,
  contextOf: (config) => config.contextTokens?.llamaCpp,
  hasFixedContext: false,
  memoryOf: ({ config, contextTokens, weightsBytes }) =>
    weightsBytes + (config.kvBytesPerToken ?? 0) * contextTokens + OVERHEAD_BYTES,
};
