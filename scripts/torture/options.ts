/** What `pnpm torture` understands. */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';

export interface TortureOptions {
  rounds: number;
  /** Decides everything but the moments at which the machine does what it was asked. */
  seed: string;
  /** Play only the life that this round, counted from 1, belongs to, up to it. */
  round: number | undefined;
  /** Lives at a time. */
  jobs: number;
  json: boolean;
}

export const USAGE = `Usage: pnpm torture [--rounds N] [--seed S] [--jobs N] [--round R] [--json]

Downloads, verifies and removes models with the real command against a hub on this machine,
kills it at random, and looks at what is left on the disk.

  --rounds N   how many processes, or pairs of them, to start (200)
  --seed S     makes the same choices again (a new one each time)
  --jobs N     models folders at a time (2)
  --round R    only the life that round R belongs to, up to R
  --json       one object instead of a table
  --help       this text

Exit codes: 0 nothing corrupt, lost or stuck; 1 something was; 2 wrong usage.`;

/** Undefined when help was asked for. @throws TypeError with a sentence for the person. */
export function parseOptions(args: readonly string[]): TortureOptions | undefined {
  const { values } = parseArgs({
    args: args.filter((arg) => arg !== '--'),
    options: {
      rounds: { type: 'string', default: '200' },
      seed: { type: 'string' },
      jobs: { type: 'string', default: '2' },
      round: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  return {
    rounds: countOf('rounds', values.rounds),
    seed: values.seed ?? randomBytes(4).toString('hex'),
    round: values.round === undefined ? undefined : countOf('round', values.round),
    jobs: countOf('jobs', values.jobs),
    json: values.json,
  };
}

function countOf(name: string, text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) {
    throw new TypeError(`--${name} takes a number from 1 on, not "${text}".`);
  }
  return Number(text);
}
