/** Makes one mistake, runs the tests that should see it, and takes it back. */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Edit, Mutant } from './mutant';

export type Verdict =
  | { kind: 'killed' }
  | { kind: 'survived' }
  /** Says nothing about the tests: the mutant has to be looked at. */
  | { kind: 'invalid'; reason: string };

const TIMEOUT_MS = 5 * 60_000;

export async function tryMutant(folder: string, mutant: Mutant): Promise<Verdict> {
  const edits = mutant.also ? [mutant, mutant.also] : [mutant];
  const takeBacks: (() => Promise<void>)[] = [];
  try {
    for (const edit of edits) {
      const made = await make(folder, edit);
      if (typeof made === 'string') return { kind: 'invalid', reason: made };
      takeBacks.push(made);
    }
    return verdictOf(await runTests(folder, mutant.tests));
  } finally {
    for (const takeBack of takeBacks) await takeBack();
  }
}

/** Resolves with the way to take it back, or with why it can't be made. */
async function make(folder: string, { file, find, replace }: Edit) {
  const path = join(folder, file);
  const right = await readFile(path, 'utf8').catch(() => undefined);
  const places = right === undefined ? 0 : right.split(find).length - 1;
  if (right === undefined || places !== 1) {
    return `stale: what it replaces stands ${String(places)} times in ${file}`;
  }
  // A function, because `$` in a text that replaces has a meaning of its own.
  await writeFile(
    path,
    right.replace(find, () => replace),
  );
  return () => writeFile(path, right);
}

/** Why the tests can't judge mutants, or undefined when all of them pass on the code as it is. */
export async function findBrokenTests(
  folder: string,
  mutants: readonly Mutant[],
): Promise<string | undefined> {
  const tests = [...new Set(mutants.flatMap((mutant) => mutant.tests))];
  const { exitCode, output } = await runTests(folder, tests);
  return exitCode === 0 ? undefined : output;
}

interface TestRun {
  exitCode: number;
  output: string;
}

function verdictOf({ exitCode, output }: TestRun): Verdict {
  if (exitCode === 0) return { kind: 'survived' };
  // Only a test that ran and failed has noticed; a file that doesn't load has looked at nothing.
  if (/Tests\s+\d+ failed/.test(output)) return { kind: 'killed' };
  return { kind: 'invalid', reason: `no test of it failed, and yet the run did\n${output}` };
}

function runTests(folder: string, tests: readonly string[]): Promise<TestRun> {
  const vitest = join(folder, 'node_modules', 'vitest', 'vitest.mjs');
  const args = [vitest, 'run', '--project', 'node', '--bail', '1', ...tests];
  const env = { ...process.env, NO_COLOR: '1' };
  return new Promise((resolve) => {
    const options = { cwd: folder, env, timeout: TIMEOUT_MS, maxBuffer: Infinity };
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      resolve({ exitCode: error === null ? 0 : 1, output: `${stdout}${stderr}` });
    });
  });
}
