/** GGUF builds: one file, and as much context as memory is set aside for. */
import type { RuntimeTraits } from './runtimeTraits';

/** Working buffers and the engine itself, beside weights and cache: 60 to 190 MiB were measured. */
const OVERHEAD_BYTES = 200 * 1024 ** 2;

export const LLAMA_CPP: RuntimeTraits = {
  label: 'llama.cpp (GGUF)',
  hasFiles: true,
  // The first stores knew no other names, so they go on being read.
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
