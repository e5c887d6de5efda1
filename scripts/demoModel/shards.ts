/** Splits a model into several files as llama.cpp's `gguf-split` does: the first has all metadata, each has its tensors. */
import { shardFileName } from '../../lib/platform/gguf/shardNames';
import { writeGguf, type GgufFile, type GgufValue } from './gguf';

export interface ShardFile {
  fileName: string;
  bytes: Uint8Array;
}

/** Files with at most `mostTensors` tensors each, named after `stem`. */
export function splitModel(model: GgufFile, stem: string, mostTensors: number): ShardFile[] {
  return describeShards(model, mostTensors).map((shard, index, all) => ({
    fileName: shardFileName(stem, index, all.length),
    bytes: writeGguf(shard),
  }));
}

/** The content of these files, for a caller that changes something before it is written. */
export function describeShards({ metadata, tensors }: GgufFile, mostTensors: number): GgufFile[] {
  const shards = Math.ceil(tensors.length / mostTensors);
  return Array.from({ length: shards }, (_, index) => ({
    metadata: new Map<string, GgufValue>([
      // The others state no alignment, no architecture and no tokenizer.
      ...(index === 0 ? metadata : []),
      ['split.no', { type: 'uint16', value: index }],
      ['split.tensors.count', { type: 'int32', value: tensors.length }],
      ['split.count', { type: 'uint16', value: shards }],
    ]),
    tensors: tensors.slice(index * mostTensors, (index + 1) * mostTensors),
  }));
}
