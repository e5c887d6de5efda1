/** Builds for phones: weights with the context in them, and two files for the tokenizer. */
import type { RuntimeTraits } from './runtimeTraits';

/** The published peaks (2.1 and 1.5 times the file for 1B and 3B), with their cache in them. */
const MEMORY_FACTOR = 2;

export const EXECUTORCH: RuntimeTraits = {
  label: 'ExecuTorch',
  hasFiles: true,
  manifestName: 'model.executorch.json',
  folderSuffix: '-executorch',
  filesOf: (config) => [
    { fileName: config.pteFileName, role: 'weights', source: config.pteSource },
    { fileName: config.tokenizerFileName, role: 'tokenizer', source: config.tokenizerSource },
    {
      fileName: config.tokenizerConfigFileName,
      role: 'tokenizerConfig',
      source: config.tokenizerConfigSource,
    },
  ],
  withFiles(config, [weights = '', tokenizer = '', tokenizerConfig = '']) {
    if (config.pteFileName !== '') return config;
    const files = { tokenizerFileName: tokenizer, tokenizerConfigFileName: tokenizerConfig };
    return { ...config, pteFileName: weights, ...files };
  },
  quantizationOf: (config) => config.quantization,
  contextOf: (config) => config.contextTokens?.executorch,
  hasFixedContext: true,
  memoryOf: ({ config, weightsBytes }) =>
    config.publishedMemoryBytes ?? weightsBytes * MEMORY_FACTOR,
};
