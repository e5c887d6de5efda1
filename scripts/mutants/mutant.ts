/** Mistakes that somebody could make here, each of which the tests have to notice. */

export interface Edit {
  /** From the project's root. */
  file: string;
  /** Stands exactly once in the file. */
  find: string;
  replace: string;
}

export interface Mutant extends Edit {
  /** What the mistake is, in a few words. */
  name: string;
  /** What a person would lose by it. */
  why: string;
  /** In another file: where one guard stands behind the other, both have to go. */
  also?: Edit;
  /** Files of tests, as Vitest's filters, of which one at least has to fail. */
  tests: readonly [string, ...string[]];
}
