/** GGUF builds: weights, and a context as long as the memory that is reserved for it. */
import { shardNamesProblem } from '../../platform/gguf/shardNames';
import type { EngineCosts } from '../../platform/types';
import type { MemoryFacts, ModelBuild } from './modelBuild';
import type { MemoryEstimate, MemoryParts, RuntimeTraits } from './runtimeTraits';

/** Working buffers and the engine itself where the header's facts aren't known: 60 to 190 MiB were measured. */
const OVERHEAD_BYTES = 200 * 1024 ** 2;

/** The costs of an engine that states none: between those of Node and of a browser. */
const USUAL_COSTS: EngineCosts = { ownBytes: 110 * 1024 ** 2, batchTokens: 128 };

/** llama.cpp reserves the cache in steps of so many tokens. */
const CACHE_STEP_TOKENS = 256;

/** For each token of the vocabulary, its text and its place in the tables: 100 to 800 bytes were measured. */
const TOKEN_BYTES = 150;

/** The results of a computation are numbers of 32 bits. */
const RESULT_BYTES = 4;

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
  memoryOf(estimate) {
    const { weightsBytes, chatBytes, engineBytes } = memoryPartsOf(estimate);
    return weightsBytes + chatBytes + engineBytes;
  },
  memoryPartsOf,
};

function memoryPartsOf(estimate: MemoryEstimate): MemoryParts {
  const { build, contextTokens, weightsBytes, engineCosts = USUAL_COSTS } = estimate;
  const { memoryFacts: facts, kvBytesPerToken = 0 } = build;
  if (facts === undefined) {
    const chatBytes = kvBytesPerToken * contextTokens;
    return { weightsBytes, chatBytes, engineBytes: OVERHEAD_BYTES };
  }
  const { ownBytes, batchTokens } = engineCosts;
  const batch = Math.min(batchTokens, contextTokens);
  const chatBytes = cacheOf(build, facts, { contextTokens, batch });
  const resultBytes = resultsOf(facts, { contextTokens, batch });
  const vocabularyBytes = facts.vocabularySize * TOKEN_BYTES;
  return { weightsBytes, chatBytes, engineBytes: ownBytes + vocabularyBytes + resultBytes };
}

interface Reading {
  contextTokens: number;
  /** Tokens that are computed at once. */
  batch: number;
}

/** A sliding layer keeps its window and the tokens that are being computed, up to the whole context. */
function cacheOf(
  { kvBytesPerToken = 0 }: ModelBuild,
  { slidingKvBytesPerToken, slidingWindowTokens, stateBytes }: MemoryFacts,
  { contextTokens, batch }: Reading,
): number {
  const whole = inSteps(contextTokens);
  const window = Math.min(whole, inSteps(slidingWindowTokens + batch));
  const fullBytes = Math.max(0, kvBytesPerToken - slidingKvBytesPerToken) * whole;
  return fullBytes + slidingKvBytesPerToken * window + stateBytes;
}

/**
 * llama.cpp reserves room for the largest step of its computation: for each token of a batch a number for every token of
 * the vocabulary, or what the widest layer computes, with its mask over the context.
 */
function resultsOf(facts: MemoryFacts, { contextTokens, batch }: Reading): number {
  const { vocabularySize, embeddingLength, feedForwardLength } = facts;
  const atEnd = vocabularySize + 2 * embeddingLength;
  const inLayer = 2 * feedForwardLength + 3 * embeddingLength + 1.5 * contextTokens;
  return batch * Math.max(atEnd, inLayer) * RESULT_BYTES;
}

function inSteps(tokens: number): number {
  return Math.ceil(tokens / CACHE_STEP_TOKENS) * CACHE_STEP_TOKENS;
}
