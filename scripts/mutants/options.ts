/** What `pnpm mutants` understands. */
import { parseArgs } from 'node:util';
import type { Mutant } from './mutant';
import { MUTANTS } from './mutants';

export interface MutantsOptions {
  task: 'run' | 'list' | 'help';
  mutants: readonly Mutant[];
}

export const USAGE = `Usage: pnpm mutants [--only NAME]... [--list]

Makes one mistake at a time in a copy of the project, and runs the tests that have to notice.

  --only NAME  the mutants whose name begins so
  --list       show them, run nothing
  --help       this text

Exit codes: 0 every mutant was killed; 1 one survived, or no longer fits the code; 2 wrong usage.`;

/** @throws TypeError with a sentence for the person. */
export function parseOptions(args: readonly string[]): MutantsOptions {
  const { values } = parseArgs({
    args: args.filter((arg) => arg !== '--'),
    options: {
      only: { type: 'string', multiple: true, default: [''] },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const mutants = MUTANTS.filter(({ name }) => values.only.some((start) => name.startsWith(start)));
  if (mutants.length === 0) throw new TypeError(`No mutant is called ${values.only.join(', ')}.`);
  if (values.help) return { task: 'help', mutants };
  return { task: values.list ? 'list' : 'run', mutants };
}
