/** Pairs of files for the bench of deltas: a model as it was, and what became of it. Their weights are noise. */
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';

import { gapAfter, writeHeader, type GgufTensorShape, type GgufValue } from '../../demoModel/gguf';
import { noise } from '../../demoModel/noise';
import { CHATML, count, text, tokenizerEntries } from '../../demoModel/parts';

/** A tensor and the seed of its noise: another seed is another content. */
interface Weights extends GgufTensorShape {
  seed: string;
}

export interface MadeFile {
  template: string;
  weights: readonly Weights[];
}

export interface Pair {
  name: string;
  file: MadeFile;
}

const PIECE_BYTES = 4 * 1024 * 1024;
/** As many as a model of today has: the list of its tokens takes megabytes. */
const TOKENS = 128_000;
const LAYERS = 24;
/** The sizes of a layer's matrices, compared with each other. */
const MATRICES = {
  attn_q: 4,
  attn_k: 1,
  attn_v: 1,
  attn_output: 4,
  ffn_gate: 11,
  ffn_up: 11,
  ffn_down: 11,
};
const OF_A_LAYER = Object.values(MATRICES).reduce((sum, share) => sum + share, 0);
/** Of the token embedding, in layers. */
const EMBEDDING_LAYERS = 6;
const NORM_BYTES = 8 * 1024;

/** A model of about `sizeBytes`. */
export function oldFile(sizeBytes: number): MadeFile {
  const layerBytes = sizeBytes / (LAYERS + EMBEDDING_LAYERS);
  const weights = [tensor('token_embd.weight', layerBytes * EMBEDDING_LAYERS)];
  for (let layer = 0; layer < LAYERS; layer += 1) {
    weights.push(tensor(`blk.${String(layer)}.attn_norm.weight`, NORM_BYTES));
    for (const [name, share] of Object.entries(MATRICES)) {
      weights.push(
        tensor(`blk.${String(layer)}.${name}.weight`, (layerBytes * share) / OF_A_LAYER),
      );
    }
  }
  return { template: CHATML, weights };
}

/** What the issue names: each of them shifts everything behind the header, or a part of it. */
export function newFiles(old: MadeFile): Pair[] {
  const { template, weights } = old;
  const total = weights.reduce((sum, { data }) => sum + data.length, 0);
  const one = weights.findIndex(({ name }) => name === 'blk.7.ffn_up.weight');
  let left = total * 0.05;
  const few = weights.map((weight, index) => {
    // Every seventh matrix becomes a little larger, until 5 % of the bytes are other bytes.
    const larger = requantised(weight, 1.24);
    if (index % 7 !== 3 || larger.data.length > left) return weight;
    left -= larger.data.length;
    return larger;
  });
  return [
    { name: 'changed template', file: { template: `{# better #}${template}${template}`, weights } },
    {
      name: 'one tensor changed',
      file: {
        template,
        weights: weights.map((each, at) => (at === one ? { ...each, seed: 'new' } : each)),
      },
    },
    { name: '5 % of the tensors requantised', file: { template, weights: few } },
    {
      name: 'another quantization',
      file: { template, weights: weights.map((each) => requantised(each, 0.53)) },
    },
  ];
}

function tensor(name: string, lengthBytes: number): Weights {
  const length = Math.round(lengthBytes / 34) * 34;
  return { name, shape: [32, length / 34], type: 'Q8_0', data: { length }, seed: name };
}

function requantised(weight: Weights, factor: number): Weights {
  if (weight.data.length <= NORM_BYTES) return weight;
  return {
    ...tensor(weight.name, weight.data.length * factor),
    seed: `${weight.name} ${String(factor)}`,
  };
}

/** Resolves with the size. Holds a few megabytes at a time. */
export async function writeMade(path: string, { template, weights }: MadeFile): Promise<number> {
  const stream = createWriteStream(path);
  let sizeBytes = 0;
  const write = async (bytes: Uint8Array) => {
    sizeBytes += bytes.length;
    if (!stream.write(bytes)) await once(stream, 'drain');
  };
  await write(writeHeader({ metadata: new Map(metadata(template)), tensors: weights }));
  for (const { seed, data } of weights) {
    for (let at = 0; at < data.length; at += PIECE_BYTES) {
      await write(noise(seed, Math.min(PIECE_BYTES, data.length - at), at));
    }
    await write(new Uint8Array(gapAfter(data.length)));
  }
  stream.end();
  await once(stream, 'close');
  return sizeBytes;
}

function metadata(template: string): [string, GgufValue][] {
  const tokens = Array.from({ length: TOKENS }, (_, id) => `piece${String(id)}`);
  const vocabulary = {
    ...{ tokens, kinds: tokens.map(() => 1), pieceIds: [] },
    ...{ startOfTextId: 1, endOfTurnId: 2, spaceId: 0 },
  };
  return [
    ['general.architecture', text('llama')],
    ['llama.context_length', count(4096)],
    ['llama.embedding_length', count(1024)],
    ['llama.block_count', count(LAYERS)],
    ['llama.feed_forward_length', count(2816)],
    ['llama.attention.head_count', count(16)],
    ['llama.attention.layer_norm_rms_epsilon', { type: 'float32', value: 1e-6 }],
    ...tokenizerEntries(vocabulary, template),
    ['general.file_type', count(7)],
  ];
}
