/** Models that are split into several files, by llama.cpp's convention for their names. Pure. */

export interface Shard {
  /** The path without its number: the same for all parts of one model. */
  stem: string;
  /** From 1. */
  index: number;
  count: number;
}

const SHARD = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/i;
/** A catalog's build has at most so many files. */
const MOST_SHARDS = 199;

/** Undefined for a file that isn't a part of several. */
export function shardOf(path: string): Shard | undefined {
  const [, stem = '', index = '', count = ''] = SHARD.exec(path) ?? [];
  const shard = { stem, index: Number(index), count: Number(count) };
  const isPart = shard.count > 1 && shard.index >= 1 && shard.index <= shard.count;
  return isPart && shard.count <= MOST_SHARDS ? shard : undefined;
}
