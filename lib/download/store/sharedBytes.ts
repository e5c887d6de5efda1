/** Counts bytes of files that may have several names. Pure. */
import type { FileEntry } from '../../platform/types';
import { sum } from '../plan/plan';

/** What the files occupy: each counts once, however many of its names are among `entries`. */
export function occupiedBytes(entries: readonly FileEntry[]): number {
  const seen = new Set<string>();
  return sum(
    entries.map(({ usedBytes, shared }) => {
      if (shared === undefined) return usedBytes;
      if (seen.has(shared.id)) return 0;
      seen.add(shared.id);
      return usedBytes;
    }),
  );
}

/** What the removal of these names frees: a file that has a name elsewhere stays. */
export function freedBytes(entries: readonly FileEntry[]): number {
  const names = new Map<string, number>();
  for (const { shared } of entries) {
    if (shared) names.set(shared.id, (names.get(shared.id) ?? 0) + 1);
  }
  const goes = ({ shared }: FileEntry) => !shared || names.get(shared.id) === shared.names;
  return occupiedBytes(entries.filter(goes));
}
