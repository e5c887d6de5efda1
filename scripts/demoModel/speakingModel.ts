/**
 * Builds a language model that answers every prompt with one sentence: valid weights for
 * llama.cpp, made by hand instead of by training.
 *
 * Each piece of the sentence is a state, and so is "anything else". A token's embedding
 * is a 1 in its state's place; the output matrix holds a large weight where a state meets
 * the piece that follows it. The norms of the layers between are zero, so whatever their
 * other weights are, they add nothing: they can be noise of any size.
 */
import { writeGguf } from './gguf';
import type { GgufFile, GgufTensor, GgufValue } from './gguf';
import { noise } from './noise';
import { count, norm, text, tokenizerEntries } from './parts';
import { vocabularyFor } from './vocabulary';
import type { Vocabulary } from './vocabulary';

export interface SpeakingModelOptions {
  /** What it says. Every word and mark may come only once; or else every piece, whatever is in it. */
  sentence: string | readonly string[];
  /** Say it again and again instead of ending: for tests of Stop and of the token limit. */
  loop?: boolean;
  /** Its chat template; ChatML by default. */
  chatTemplate?: string;
  /** About how many bytes of weights to add, as noise that differs by sentence, for a longer download. */
  paddingBytes?: number;
  /** About how many bytes of weights it reads for every token, so that it writes slowly. Not together with padding. */
  bytesPerToken?: number;
}

/** Of every speaking model, in tokens. */
export const SPEAKING_CONTEXT_TOKENS = 2048;

// Halves are written as bit patterns: every weight that matters is a power of two.
const HALF_ONE = 0x3c00;
const HALF_THIRTY_TWO = 0x5000;

// llama.cpp reads every expert and runs only the one that its router picks, so a large
// model answers as fast as a small one.
const EXPERT_WIDTH = 2048;
const DENSE_WIDTH = 32;
const MOST_EXPERTS = 256;

interface Shape {
  dimension: number;
  feedForward: number;
  /** 0 for an ordinary layer. */
  experts: number;
}

/** A GGUF file. The same options give the same bytes, on every machine. */
export function buildSpeakingModel(options: SpeakingModelOptions): Uint8Array {
  return writeGguf(describeSpeakingModel(options));
}

/** What the file will hold, for who wants to change something before it is written. */
export function describeSpeakingModel(options: SpeakingModelOptions): GgufFile {
  const vocabulary = vocabularyFor(options.sentence);
  const shape = shapeOf(vocabulary, options);
  const sentence = [options.sentence].flat().join('');
  return {
    metadata: new Map([
      ...architecture(shape, sentence),
      ...tokenizerEntries(vocabulary, options.chatTemplate),
    ]),
    tensors: [
      ...nextTokenTable(vocabulary, options.loop ?? false, shape.dimension),
      ...layer(shape, sentence),
    ],
  };
}

function shapeOf(
  { pieceIds }: Vocabulary,
  { paddingBytes = 0, bytesPerToken = 0 }: SpeakingModelOptions,
): Shape {
  const dimension = roundUp(pieceIds.length + 1, 32);
  if (paddingBytes === 0) {
    const width = roundUp(bytesPerToken / (3 * dimension * 2), 32);
    return { dimension, feedForward: Math.max(DENSE_WIDTH, width), experts: 0 };
  }
  const experts = Math.ceil(paddingBytes / (3 * dimension * EXPERT_WIDTH * 2));
  if (experts > MOST_EXPERTS)
    throw new RangeError(`${String(paddingBytes)} bytes is too much padding`);
  return { dimension, feedForward: EXPERT_WIDTH, experts };
}

function architecture(shape: Shape, sentence: string): [string, GgufValue][] {
  return [
    ['general.architecture', text('llama')],
    ['general.name', text('Speaking model')],
    ['general.description', text(`Says one sentence: ${sentence}`)],
    ['general.license', text('mit')],
    ['general.file_type', count(1)],
    ['llama.context_length', count(SPEAKING_CONTEXT_TOKENS)],
    ['llama.embedding_length', count(shape.dimension)],
    ['llama.block_count', count(1)],
    ['llama.feed_forward_length', count(shape.feedForward)],
    ...(shape.experts > 0 ? expertKeys(shape.experts) : []),
    ['llama.attention.head_count', count(1)],
    ['llama.attention.layer_norm_rms_epsilon', { type: 'float32', value: 1e-6 }],
  ];
}

function expertKeys(experts: number): [string, GgufValue][] {
  return [
    ['llama.expert_count', count(experts)],
    ['llama.expert_used_count', count(1)],
  ];
}

function nextTokenTable(vocabulary: Vocabulary, loop: boolean, dimension: number): GgufTensor[] {
  const { tokens, pieceIds, endOfTurnId, spaceId } = vocabulary;
  const stateOf = (id: number) => pieceIds.indexOf(id) + 1;
  const embeddings = new Uint16Array(tokens.length * dimension);
  for (let id = 0; id < tokens.length; id++) embeddings[id * dimension + stateOf(id)] = HALF_ONE;

  // A space alone is "anything else", which the first piece follows.
  const said = [...pieceIds, loop ? spaceId : endOfTurnId];
  const output = new Uint16Array(tokens.length * dimension);
  said.forEach((id, state) => (output[id * dimension + state] = HALF_THIRTY_TWO));

  const shape = [dimension, tokens.length];
  return [
    { name: 'token_embd.weight', shape, type: 'F16', data: halves(embeddings) },
    norm('output_norm.weight', dimension, 1),
    { name: 'output.weight', shape, type: 'F16', data: halves(output) },
  ];
}

function layer({ dimension, feedForward, experts }: Shape, seed: string): GgufTensor[] {
  const noisy = (name: string, ...shape: number[]): GgufTensor => {
    const elements = shape.reduce((product, size) => product * size, 1);
    const data = finiteHalves(noise(`${seed} ${name}`, elements * 2));
    return { name: `blk.0.${name}.weight`, shape, type: 'F16', data };
  };
  const feed = experts === 0 ? { suffix: '', copies: [] } : { suffix: '_exps', copies: [experts] };
  return [
    norm('blk.0.attn_norm.weight', dimension, 0),
    noisy('attn_q', dimension, dimension),
    noisy('attn_k', dimension, dimension),
    noisy('attn_v', dimension, dimension),
    noisy('attn_output', dimension, dimension),
    norm('blk.0.ffn_norm.weight', dimension, 0),
    ...(experts > 0 ? [noisy('ffn_gate_inp', dimension, experts)] : []),
    noisy(`ffn_gate${feed.suffix}`, dimension, feedForward, ...feed.copies),
    noisy(`ffn_up${feed.suffix}`, dimension, feedForward, ...feed.copies),
    noisy(`ffn_down${feed.suffix}`, feedForward, dimension, ...feed.copies),
  ];
}

function halves(bits: Uint16Array): Uint8Array {
  const bytes = Buffer.alloc(bits.length * 2);
  bits.forEach((value, index) => bytes.writeUInt16LE(value, index * 2));
  return bytes;
}

// Without its top exponent bit a half is below 2: neither infinite nor NaN, which times zero would spread.
function finiteHalves(bytes: Uint8Array): Uint8Array {
  for (let index = 1; index < bytes.length; index += 2) bytes[index] = (bytes[index] ?? 0) & 0xbf;
  return bytes;
}

function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
