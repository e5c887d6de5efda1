/** The size of a model as people write it. Pure. */

/** By its number of parameters: `1.7B`, `135M`; `unknown` for an unknown number. */
export function parameterWords(parameters: number | undefined): string {
  if (parameters === undefined) return 'unknown';
  const [unit, letter] =
    parameters >= 1e9 ? [1e9, 'B'] : parameters >= 1e6 ? [1e6, 'M'] : [1e3, 'K'];
  const value = parameters / unit;
  return `${value < 9.95 ? value.toFixed(1).replace(/\.0$/, '') : value.toFixed(0)}${letter}`;
}
