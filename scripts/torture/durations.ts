/** Learns how long each kind of run takes on this machine, so that kills land in all of it. */
import type { Durations, Intent } from './round';

export function createDurations(bootMs: number): Durations {
  const seen = new Map<Intent, number[]>();
  return {
    bootMs,
    // Twice the start, until one has been seen.
    medianMs: (intent) => median(seen.get(intent) ?? []) ?? 2 * bootMs,
    add(intent, milliseconds) {
      seen.set(intent, [...(seen.get(intent) ?? []), milliseconds]);
    },
  };
}

/** Undefined of nothing. */
export function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)];
}
