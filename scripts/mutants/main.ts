/** `pnpm mutants`: shows that the tests notice the mistakes that they are there for. */
import type { Mutant } from './mutant';
import { parseOptions, USAGE } from './options';
import { findBrokenTests, tryMutant, type Verdict } from './tryMutant';
import { makeWorkCopy } from './workCopy';

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    const { task, mutants } = parseOptions(args);
    if (task === 'run') return await run(mutants);
    if (task === 'help') console.log(USAGE);
    else for (const { name, file, why } of mutants) console.log(`${name} (${file}): ${why}`);
    return 0;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    console.error(`${error.message}\n\n${USAGE}`);
    return 2;
  }
}

async function run(mutants: readonly Mutant[]): Promise<number> {
  const copy = await makeWorkCopy();
  try {
    // Tests that fail anyway would kill everything.
    const broken = await findBrokenTests(copy.folder, mutants);
    if (broken !== undefined) {
      console.log(`The tests fail without any mutant:\n\n${broken}`);
      return 1;
    }
    let killed = 0;
    for (const mutant of mutants) {
      const startedMs = performance.now();
      const verdict = await tryMutant(copy.folder, mutant);
      if (verdict.kind === 'killed') killed += 1;
      report(mutant, verdict, (performance.now() - startedMs) / 1000);
    }
    console.log(`\n${String(killed)}/${String(mutants.length)} killed`);
    return killed === mutants.length ? 0 : 1;
  } finally {
    await copy.remove();
  }
}

function report({ name, why }: Mutant, verdict: Verdict, seconds: number): void {
  const columns = [verdict.kind.padEnd(8), `${seconds.toFixed(1)} s`.padStart(7), name];
  console.log(columns.join('  '));
  if (verdict.kind === 'survived') console.log(`          ${why}`);
  if (verdict.kind === 'invalid') console.log(`          ${verdict.reason}`);
}
