/** Which blocks a newer file shares with files whose published indexes are known: no file is read. Pure. */
import type { Copy } from './copies';
import { blocksOf, type FileIndex } from './fileIndex';
import { copiesFrom, keyOf, type Place } from './findBlocks';

export interface IndexedFile {
  /** In the store. */
  path: string;
  index: FileIndex;
}

/** As `findBlocks` finds them in these files; undefined where an index has blocks of another length. */
export function compareIndexes(index: FileIndex, old: readonly IndexedFile[]): Copy[] | undefined {
  const wanted = new Set(index.parts);
  const places = new Map<string, Place>();
  for (const { path: from, index: had } of old) {
    if (had.blockBytes !== index.blockBytes) return undefined;
    let block = 0;
    for (const { part, ...range } of blocksOf(had.parts, had.blockBytes)) {
      const name = had.names[block] ?? '';
      block += 1;
      if (!wanted.has(had.parts[part] ?? 0)) continue;
      places.set(keyOf(range, name), { from, startBytes: range.startBytes });
    }
  }
  return copiesFrom(places, index);
}
