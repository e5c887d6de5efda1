/** Mistakes that somebody could make here, each of which the tests have to notice. */

export interface Mutant {
  /** What the mistake is, in a few words. */
  name: string;
  /** What a person would lose by it. */
  why: string;
  /** From the project's root. */
  file: string;
  /** Stands exactly once in the file. */
  find: string;
  replace: string;
  /** Files of tests, as Vitest's filters, of which one at least has to fail. */
  tests: readonly [string, ...string[]];
}

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'ignore Content-Range',
    why: 'A range from another place in the file would be written where it was asked for.',
    file: 'lib/download/readAnswer.ts',
    find: 'range?.first === offsetBytes && range.last >= range.first',
    replace: 'range !== undefined',
    tests: ['lib/download/readAnswer.test.ts', 'tests/fuzz/answerHeads.test.ts'],
  },
  {
    name: 'append on 200',
    why: 'A server that ignores the range sends the whole file, which would follow what is here.',
    file: 'lib/download/readAnswer.ts',
    find: "return { kind: 'body', offsetBytes: 0, endBytes: totalBytes, totalBytes };",
    replace:
      "return { kind: 'body', offsetBytes: request.offsetBytes, endBytes: totalBytes, totalBytes };",
    tests: ['lib/download/readAnswer.test.ts', 'tests/fuzz/answerHeads.test.ts'],
  },
  {
    name: 'accept any digest',
    why: 'A file with other bytes than its publisher states would be installed.',
    file: 'lib/download/bringFiles.ts',
    find: 'if (actual === hex) return undefined;',
    replace: 'if (actual.length === hex.length) return undefined;',
    tests: ['lib/ai/modelManager.test.ts', 'lib/download/resolveSources.test.ts'],
  },
];
