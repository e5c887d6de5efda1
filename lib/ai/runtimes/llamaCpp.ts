/** GGUF builds: weights, and a context as long as the memory that is reserved for it. */
import { shardNamesProblem } from '../../platform/gguf/shardNames';
import type { RuntimeTraits } from './runtimeTraits';

/** Working buffers and the engine itself, beside weights and cache: 60 to 190 MiB were measured. */
const OVERHEAD_BYTES = 200 * 1024 ** 2;

export const LLAMA_CPP: RuntimeTraits = {
  label: 'llama.cpp (GGUF)',
  hasFiles: true,
  // The first stores used these names only, so they must stay readable.
  manifestName: 'model.json',
  folderSuffix: '',
  hubTag: 'gguf',
  fileEndings: { weights: ['.gguf'], projector: ['.gguf'] },
  neededRoles: ['weights'],
  weightsProblem: shardNamesProblem,
  noBuild: 'There is no build of it in the GGUF format.',
  hasFixedContext: false,
  memoryOf: ({ build, contextTokens, weightsBytes }) =>
    weightsBytes + (build.kvBytesPerToken ?? 0) * contextTokens + OVERHEAD_BYTES,
};
