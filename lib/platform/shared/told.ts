/**
 * Checks whether numbers that a host reports can be true. Network file systems, containers and
 * virtual machines report nothing, zero, or numbers that mean "no limit". Pure.
 */

/** A number from `least` to the largest safe integer, rounded down; undefined for anything else. */
export function toldNumber(value: unknown, least = 0): number | undefined {
  const isPossible =
    typeof value === 'number' && value >= least && value <= Number.MAX_SAFE_INTEGER;
  return isPossible ? Math.floor(value) : undefined;
}

/** The smallest of the values that can be true; other values are ignored. Undefined when none can be true. */
export function toldLeast(...values: readonly unknown[]): number | undefined {
  const told = values.flatMap((value) => toldNumber(value, 1) ?? []);
  return told.length === 0 ? undefined : Math.min(...told);
}

/** The result of `ask`, or undefined when it throws. */
export function toldBy<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch {
    // A host that fails to report a fact is treated like a host that doesn't report it.
    return undefined;
  }
}
