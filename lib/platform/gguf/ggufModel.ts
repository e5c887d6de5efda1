/** The facts about a model that its header states: read by their keys, each one checked. Pure. */
import { GgufDefect } from './ggufBytes';
import { refuseProjector, shardFacts, type GgufShard } from './ggufParts';
import type { GgufEntry, GgufStart, GgufTensorEntry } from './ggufTable';

/** One value for each layer. */
export type PerLayer<T> = readonly T[];

export interface GgufAttention {
  heads: PerLayer<number>;
  /** The number of key/value heads; 0 for a layer without attention. */
  kvHeads: PerLayer<number>;
  /** Numbers in a key and in a value of one head. */
  keyLength: number;
  valueLength: number;
  /** The same for the layers that slide; equal to the above where the header states no others. */
  slidingKeyLength: number;
  slidingValueLength: number;
  /** The tokens that a sliding layer can look back on; undefined where no layer slides. */
  slidingWindowTokens: number | undefined;
  slides: PerLayer<boolean>;
}

/** The header of a model that can be loaded. Undefined: the header doesn't state it, or states it after the read part. */
export interface GgufModel {
  architecture: string;
  name: string | undefined;
  /** Such as `135M`. */
  sizeLabel: string | undefined;
  license: string | undefined;
  /** The license's name in words, where `license` is only `other`. */
  licenseName: string | undefined;
  /** The address of a page about it, as the file states it. */
  pageUrl: string | undefined;
  /** Addresses or names of the models that it was made from. */
  baseModels: readonly string[];
  /** The quantization's number in llama.cpp (`general.file_type`). */
  fileType: number | undefined;
  contextTokens: number;
  layers: number;
  embeddingLength: number;
  /** Of the widest layer. */
  feedForwardLength: number | undefined;
  attention: GgufAttention | undefined;
  /** Numbers of 32 bits that each layer without attention keeps, however long the conversation is. */
  stateLength: number;
  /** The experts of a layer, of which each token uses some; 0 for a dense model. */
  expertCount: number;
  usedExpertCount: number | undefined;
  vocabularySize: number | undefined;
  chatTemplate: string | undefined;
  /** The number of tensors in this file. */
  tensorCount: number;
  /** Undefined where the list of tensors isn't complete. */
  parameters: number | undefined;
  shard: GgufShard | undefined;
}

/** The keys whose texts are kept although they are long. */
export const isLongText = (key: string): boolean => key === 'tokenizer.chat_template';

/** llama.cpp's own limit of layers. Of the others, far more than any model has: their products stay exact. */
const MOST_TOKENS = 100_000_000;
const MOST = { layers: 512, length: 2 ** 20, heads: 2 ** 14, states: 2 ** 16, steps: 2 ** 8 };
const MOST_EXPERTS = 2 ** 16;

/** @throws GgufDefect where the header lacks what every model needs */
export function describeGguf({ metadata, tensors, tensorCount, endBytes }: GgufStart): GgufModel {
  refuseProjector(metadata);
  const architecture = textOf(metadata.get('general.architecture'));
  if (architecture === undefined) throw new GgufDefect('its header states no architecture');
  const own = (name: string) => metadata.get(`${architecture}.${name}`);
  const general = (name: string) => textOf(metadata.get(`general.${name}`));
  const need = (name: string, most: number): number => {
    const count = countOf(own(name));
    if (count !== undefined && count > 0 && count <= most) return count;
    throw new GgufDefect(`its header states no usable ${name}`);
  };
  const layers = need('block_count', MOST.layers);
  const embeddingLength = need('embedding_length', MOST.length);
  const tokens = metadata.get('tokenizer.ggml.tokens');
  return {
    architecture,
    name: general('name'),
    sizeLabel: general('size_label'),
    license: general('license'),
    licenseName: general('license.name'),
    pageUrl: general('repo_url') ?? general('url'),
    baseModels: baseModelsOf(metadata),
    fileType: countOf(metadata.get('general.file_type')),
    ...{ contextTokens: need('context_length', MOST_TOKENS), layers, embeddingLength },
    feedForwardLength: widest(own('feed_forward_length'), MOST.length),
    attention: attentionOf(own, { layers, embeddingLength, architecture }),
    stateLength: stateLengthOf(own, embeddingLength),
    expertCount: boundedCount(own, 'expert_count', MOST_EXPERTS) ?? 0,
    usedExpertCount: boundedCount(own, 'expert_used_count', MOST_EXPERTS),
    vocabularySize: typeof tokens === 'object' ? tokens.length : countOf(own('vocab_size')),
    chatTemplate: textOf(metadata.get('tokenizer.chat_template')),
    tensorCount,
    parameters: endBytes === undefined ? undefined : parametersOf(tensors),
    shard: shardFacts(metadata),
  };
}

type Lookup = (name: string) => GgufEntry | undefined;

interface Shape {
  layers: number;
  embeddingLength: number;
  architecture: string;
}

function attentionOf(own: Lookup, shape: Shape): GgufAttention | undefined {
  const { layers, architecture } = shape;
  const heads = perLayer(own('attention.head_count'), layers);
  if (heads === undefined || heads.every((count) => count === 0)) return undefined;
  const windowTokens = boundedCount(own, 'attention.sliding_window', MOST_TOKENS) ?? 0;
  const slides = windowTokens > 0 ? slidesOf(own, architecture, layers) : undefined;
  return {
    heads,
    kvHeads: kvHeadsOf(own, architecture, heads),
    ...lengthsOf(own, Math.floor(shape.embeddingLength / Math.max(...heads))),
    slidingWindowTokens: slides && windowTokens,
    slides: slides ?? heads.map(() => false),
  };
}

/** The interval in llama.cpp where a header of these architectures states none. */
const INTERVALS: Readonly<Record<string, number>> = { qwen35: 4, qwen35moe: 4, qwen3next: 4 };

/** Where full layers come at an interval, the layers between have states in place of keys and values. */
function kvHeadsOf(own: Lookup, architecture: string, heads: PerLayer<number>): number[] {
  const counts = perLayer(own('attention.head_count_kv'), heads.length) ?? [...heads];
  const interval = countOf(own('full_attention_interval')) ?? INTERVALS[architecture] ?? 1;
  return counts.map((count, layer) => (interval > 1 && (layer + 1) % interval !== 0 ? 0 : count));
}

function lengthsOf(own: Lookup, usual: number) {
  const length = (name: string) => boundedCount(own, `attention.${name}`, MOST.length);
  const keyLength = length('key_length') ?? usual;
  const valueLength = length('value_length') ?? usual;
  return {
    ...{ keyLength, valueLength },
    slidingKeyLength: length('key_length_swa') ?? keyLength,
    slidingValueLength: length('value_length_swa') ?? valueLength,
  };
}

/** @throws GgufDefect for a number that no model has */
function boundedCount(own: Lookup, name: string, most: number): number | undefined {
  const count = countOf(own(name));
  if (count !== undefined && count > most) {
    throw new GgufDefect(`its header states no usable ${name}`);
  }
  return count;
}

interface Pattern {
  /** One of so many layers keeps the whole conversation. */
  every: number;
  /** Whether the first of them is that one, instead of the last. */
  isFirst?: true;
}

/**
 * How the layers of an architecture slide, if its headers state a number or nothing, as llama.cpp reads them
 * (`set_swa_pattern` in its `src/models`). llama.cpp ignores a window that an architecture outside of this table states
 * without a list, so that all layers keep the whole conversation.
 */
const PATTERNS: Readonly<Record<string, Pattern>> = {
  ...{ afmoe: { every: 4 }, cohere2: { every: 4 }, cohere2moe: { every: 4, isFirst: true } },
  ...{ exaone4: { every: 4 }, 'exaone-moe': { every: 4 }, 'gpt-oss': { every: 2 } },
  ...{ gemma2: { every: 2 }, gemma3: { every: 6 }, gemma3n: { every: 5 } },
  ...{ 'gemma-embedding': { every: 6 }, laguna: { every: 4, isFirst: true } },
  ...{ llama4: { every: 4 }, mellum: { every: 4 }, 'modern-bert': { every: 3, isFirst: true } },
  ...{ 'muse-glimmer': { every: 4 }, olmo2: { every: 4 }, plamo3: { every: 8 } },
  ...{ smallthinker: { every: 4, isFirst: true } },
};

/** The architectures whose headers state a list, one value for each layer. */
const LISTED = new Set([
  ...['cohere2moe', 'dots3note', 'gemma4', 'gemma4-assistant', 'granite_swa', 'mellum'],
  ...['mimo2', 'muse-glimmer', 'step35'],
]);

function slidesOf(own: Lookup, architecture: string, layers: number): boolean[] | undefined {
  const stated = own('attention.sliding_window_pattern');
  if (typeof stated === 'object') {
    const { numbers } = stated;
    if (!LISTED.has(architecture) || numbers.length < layers) return undefined;
    return numbers.slice(0, layers).map((value) => value !== 0);
  }
  const pattern = PATTERNS[architecture];
  const every = countOf(stated) ?? pattern?.every;
  if (pattern === undefined || every === undefined || every === 1) return undefined;
  const full = pattern.isFirst ? 0 : every - 1;
  return Array.from({ length: layers }, (_, layer) => every === 0 || layer % every !== full);
}

/** For each layer without attention, the numbers of 32 bits that it keeps: its state and the inputs of its convolution. */
function stateLengthOf(own: Lookup, embeddingLength: number): number {
  const count = (name: string, most: number) => boundedCount(own, name, most) ?? 0;
  const inner = count('ssm.inner_size', MOST.length);
  const state = count('ssm.state_size', MOST.states);
  const inputs = inner + 2 * count('ssm.group_count', MOST.steps) * state;
  const recurrent = inner * state + Math.max(0, count('ssm.conv_kernel', MOST.steps) - 1) * inputs;
  const shortConvolution =
    Math.max(0, count('shortconv.l_cache', MOST.steps) - 1) * embeddingLength;
  const headSize = count('wkv.head_size', MOST.states);
  const receptance = headSize > 0 ? (headSize + 2) * embeddingLength : 0;
  return recurrent + shortConvolution + receptance;
}

function parametersOf(tensors: readonly GgufTensorEntry[]): number {
  const sizes = tensors.map(({ shape }) => shape.reduce((size, length) => size * length, 1));
  return sizes.reduce((sum, size) => sum + size, 0);
}

function baseModelsOf(metadata: GgufStart['metadata']): string[] {
  const count = Math.min(20, countOf(metadata.get('general.base_model.count')) ?? 0);
  return Array.from({ length: count }, (_, index) => {
    const key = `general.base_model.${String(index)}`;
    return textOf(metadata.get(`${key}.repo_url`)) ?? textOf(metadata.get(`${key}.name`));
  }).filter((name) => name !== undefined);
}

function textOf(entry: GgufEntry | undefined): string | undefined {
  return typeof entry === 'string' && entry !== '' ? entry : undefined;
}

// llama.cpp stores counts in 32 bits.
function countOf(entry: GgufEntry | undefined): number | undefined {
  const isCount =
    typeof entry === 'number' && Number.isInteger(entry) && entry >= 0 && entry < 2 ** 32;
  return isCount ? entry : undefined;
}

function perLayer(entry: GgufEntry | undefined, layers: number): number[] | undefined {
  const numbers =
    typeof entry === 'object' ? entry.numbers : Array.from({ length: layers }, () => entry ?? -1);
  const counts = numbers.slice(0, layers).map((value) => countOf(value) ?? Infinity);
  return counts.length === layers && counts.every((count) => count <= MOST.heads)
    ? counts
    : undefined;
}

function widest(entry: GgufEntry | undefined, most: number): number | undefined {
  const numbers = typeof entry === 'object' ? entry.numbers : [entry];
  const counts = numbers.map((value) => countOf(value) ?? 0);
  const count = Math.max(0, ...counts);
  return count === 0 || count > most ? undefined : count;
}
