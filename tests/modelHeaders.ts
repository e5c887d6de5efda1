/** Headers of models with large vocabularies, without their weights: for code that reads only the beginning of a file. */
import { createHash } from 'node:crypto';

import { writeGguf, type GgufTensor, type GgufValue } from '../scripts/demoModel/gguf';
import type { Content } from './hub/content';

const count = (value: number): GgufValue => ({ type: 'uint32', value });
const text = (value: string): GgufValue => ({ type: 'string', value });

export interface HeaderOptions {
  tokens?: number;
  /** What each token begins with. */
  word?: string;
  /** A vocabulary of byte pairs has a list of merges, too, as long as itself. */
  merges?: boolean;
  changes?: Readonly<Record<string, GgufValue>>;
}

export const TEMPLATE = '{% for message in messages %}{{ message.content }}{% endfor %}';

/** In the order in which llama.cpp's converter writes them; with the shape of Gemma 3 4B. */
export function headerOf(options: HeaderOptions = {}): Uint8Array {
  const { tokens = 262_144, word = 'word', merges = false, changes = {} } = options;
  const words = Array.from({ length: tokens }, (_, id) => `${word}${String(id)}`);
  const metadata = new Map<string, GgufValue>([
    ['general.architecture', text('gemma3')],
    ['general.name', text('Großes Modell')],
    ['general.size_label', text('4B')],
    ['general.license', text('gemma')],
    ['general.base_model.count', count(1)],
    ['general.base_model.0.name', text('Gemma 3 4b Pt')],
    ['general.base_model.0.repo_url', text('https://huggingface.co/google/gemma-3-4b-pt')],
    ['gemma3.context_length', count(131_072)],
    ['gemma3.embedding_length', count(2_560)],
    ['gemma3.block_count', count(34)],
    ['gemma3.feed_forward_length', count(10_240)],
    ['gemma3.attention.head_count', count(8)],
    ['gemma3.attention.head_count_kv', count(4)],
    ['gemma3.attention.key_length', count(256)],
    ['gemma3.attention.value_length', count(256)],
    ['gemma3.attention.sliding_window', count(1_024)],
    ['tokenizer.ggml.model', text(merges ? 'gpt2' : 'llama')],
    ['tokenizer.ggml.tokens', { type: 'array', of: 'string', value: words }],
    ['tokenizer.ggml.scores', { type: 'array', of: 'float32', value: words.map(() => 0) }],
    ['tokenizer.ggml.token_type', { type: 'array', of: 'int32', value: words.map(() => 1) }],
    ...(merges ? [mergesOf(words)] : []),
    ['tokenizer.chat_template', text(TEMPLATE)],
    ['general.quantization_version', count(2)],
    ['general.file_type', count(15)],
    ...Object.entries(changes),
  ]);
  const tensors = Array.from({ length: 34 }, (_, layer): GgufTensor[] =>
    ['attn_q', 'attn_k', 'attn_v', 'ffn_up', 'ffn_gate', 'ffn_down'].map((name) => ({
      name: `blk.${String(layer)}.${name}.weight`,
      shape: [2_560, 2_048],
      type: 'F16',
      data: new Uint8Array(),
    })),
  ).flat();
  return writeGguf({ metadata, tensors });
}

function mergesOf(words: readonly string[]): [string, GgufValue] {
  const value = words.map((word) => `${word.slice(0, 5)} ${word.slice(5)}`);
  return ['tokenizer.ggml.merges', { type: 'array', of: 'string', value }];
}

/** A file that begins with these bytes, and continues with zeros up to its size. */
export function beginningWith(header: Uint8Array, sizeBytes: number): Content {
  // Not the file's own, for which gigabytes would have to be read: the hub only distinguishes files by it.
  const hex = createHash('sha256').update(header).digest('hex');
  return {
    sizeBytes,
    read(offset, lengthBytes) {
      const bytes = new Uint8Array(Math.max(0, Math.min(lengthBytes, sizeBytes - offset)));
      bytes.set(header.subarray(offset, offset + bytes.byteLength));
      return bytes;
    },
    digest: () => hex,
  };
}
