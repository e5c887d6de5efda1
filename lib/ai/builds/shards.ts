/** The files of a repository that are parts of one model. Pure. */
import { shardName, type ShardName } from '../../platform/gguf/shardNames';

/** A catalog's build has at most so many files. */
export const MOST_SHARDS = 199;

/** Its stem is a path, too. Undefined for a file that isn't a part of several. */
export function shardOf(path: string): ShardName | undefined {
  const name = shardName(path);
  return name && name.count > 1 && name.count <= MOST_SHARDS ? name : undefined;
}
