/**
 * Builds a language model of 25 million weights that are noise: it computes as a real one of that
 * size does and says nonsense without end, which is all that measuring an engine needs.
 */
import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeGguf } from './gguf';
import type { GgufTensor, GgufValue } from './gguf';
import { noise } from './noise';
import { count, norm, text, tokenizerEntries } from './parts';
import { vocabularyFor } from './vocabulary';
import type { Vocabulary } from './vocabulary';

const DIMENSION = 384;
const FEED_FORWARD = 1024;
const LAYERS = 12;
const HEADS = 6;
const WORDS = 5_370;

/** Of the noise model, in tokens. */
export const NOISE_CONTEXT_TOKENS = 4096;

/** In GGUF's Q8_0 so many weights share one scale, and take so many bytes with it. */
const BLOCK_WEIGHTS = 32;
const BLOCK_BYTES = 34;

// 2 to the power of -11 as a half: the weights then keep the size of what they are multiplied with.
const SCALE = 0x1000;

/** Written to `path` where it isn't yet. The same bytes on every machine. */
export async function ensureNoiseModel(path: string): Promise<void> {
  if (existsSync(path)) return;
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${String(process.pid)}`;
  await writeFile(draft, buildNoiseModel());
  await rename(draft, path);
}

export function buildNoiseModel(): Uint8Array {
  const words = Array.from({ length: WORDS }, (_, index) => `w${String(index)}`);
  const vocabulary = vocabularyFor(words.join(' '));
  return writeGguf({
    metadata: new Map([...architecture(), ...tokenizerEntries(vocabulary)]),
    tensors: [
      noisy('token_embd.weight', DIMENSION, vocabulary.tokens.length),
      norm('output_norm.weight', DIMENSION, 1),
      outputOf(vocabulary),
      ...Array.from({ length: LAYERS }, (_, index) => layer(`blk.${String(index)}`)).flat(),
    ],
  });
}

function architecture(): [string, GgufValue][] {
  return [
    ['general.architecture', text('llama')],
    ['general.name', text('Noise')],
    ['general.license', text('mit')],
    ['general.file_type', count(7)],
    ['llama.context_length', count(NOISE_CONTEXT_TOKENS)],
    ['llama.embedding_length', count(DIMENSION)],
    ['llama.block_count', count(LAYERS)],
    ['llama.feed_forward_length', count(FEED_FORWARD)],
    ['llama.attention.head_count', count(HEADS)],
    ['llama.attention.layer_norm_rms_epsilon', { type: 'float32', value: 1e-6 }],
  ];
}

function layer(prefix: string): GgufTensor[] {
  return [
    norm(`${prefix}.attn_norm.weight`, DIMENSION, 1),
    ...['attn_q', 'attn_k', 'attn_v', 'attn_output'].map((name) =>
      noisy(`${prefix}.${name}.weight`, DIMENSION, DIMENSION),
    ),
    norm(`${prefix}.ffn_norm.weight`, DIMENSION, 1),
    noisy(`${prefix}.ffn_gate.weight`, DIMENSION, FEED_FORWARD),
    noisy(`${prefix}.ffn_up.weight`, DIMENSION, FEED_FORWARD),
    noisy(`${prefix}.ffn_down.weight`, FEED_FORWARD, DIMENSION),
  ];
}

function noisy(name: string, columns: number, rows: number): GgufTensor {
  const blocks = (columns * rows) / BLOCK_WEIGHTS;
  const data = Buffer.from(noise(name, blocks * BLOCK_BYTES));
  for (let block = 0; block < blocks; block++) data.writeUInt16LE(SCALE, block * BLOCK_BYTES);
  return { name, shape: [columns, rows], type: 'Q8_0', data };
}

/** Only words are ever the likeliest: an answer then ends at its limit, and each piece is text. */
function outputOf({ tokens, pieceIds }: Vocabulary): GgufTensor {
  const tensor = noisy('output.weight', DIMENSION, tokens.length);
  const rowBytes = (DIMENSION / BLOCK_WEIGHTS) * BLOCK_BYTES;
  const spoken = new Set(pieceIds);
  tokens.forEach((_, id) => {
    if (!spoken.has(id)) tensor.data.fill(0, id * rowBytes, (id + 1) * rowBytes);
  });
  return tensor;
}
