/**
 * What a host says of itself, as far as it can be true. File systems over a network, containers and
 * virtual machines answer with nothing, with zero, or with numbers that mean "no limit". Pure.
 */

/** A number from `least` up to the largest that can be counted, rounded down; undefined for anything else. */
export function toldNumber(value: unknown, least = 0): number | undefined {
  const isPossible =
    typeof value === 'number' && value >= least && value <= Number.MAX_SAFE_INTEGER;
  return isPossible ? Math.floor(value) : undefined;
}

/** The smallest of those that can be true; a limit that isn't one counts for nothing. */
export function toldLeast(...values: readonly unknown[]): number | undefined {
  const told = values.flatMap((value) => toldNumber(value, 1) ?? []);
  return told.length === 0 ? undefined : Math.min(...told);
}

/** What `ask` answers, or undefined where the host refuses to. */
export function toldBy<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch {
    // A host that can't say is a host that doesn't tell.
    return undefined;
  }
}
