/** Builds for phones: weights with the context in them, and two files for the tokenizer. */
import type { RuntimeTraits } from './runtimeTraits';

/** The published peaks (2.1 and 1.5 times the file for 1B and 3B), with their cache in them. */
const MEMORY_FACTOR = 2;

export const EXECUTORCH: RuntimeTraits = {
  label: 'ExecuTorch',
  hasFiles: true,
  manifestName: 'model.executorch.json',
  folderSuffix: '-executorch',
  hubTag: 'executorch',
  fileEndings: {
    weights: ['.pte'],
    tokenizer: ['.json', '.model'],
    tokenizerConfig: ['.json'],
  },
  neededRoles: ['weights', 'tokenizer', 'tokenizerConfig'],
  weightsProblem: (fileNames) =>
    fileNames.length > 1
      ? 'Its weights are in several files, and only one can be loaded.'
      : undefined,
  noBuild: 'There is no build of it for phones.',
  hasFixedContext: true,
  memoryOf: ({ build, weightsBytes }) => build.publishedMemoryBytes ?? weightsBytes * MEMORY_FACTOR,
  memoryPartsOf: undefined,
};
