/** Which of the files that were given together are one model, as their names show. Pure. */
import { shardOf } from '../builds/shards';

/**
 * The files of each import: the parts of a split model are one, every other file is one alone. In the order of the first
 * file of each. `nameOf` may give a path: then only parts in one folder belong together.
 */
export function groupParts<T>(files: readonly T[], nameOf: (file: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const [index, file] of files.entries()) {
    const shard = shardOf(nameOf(file));
    const key = shard ? `${String(shard.count)} ${shard.stem}` : `alone ${String(index)}`;
    groups.set(key, [...(groups.get(key) ?? []), file]);
  }
  return [...groups.values()];
}
