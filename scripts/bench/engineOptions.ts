/** What `pnpm bench:engine` understands. */
import { parseArgs } from 'node:util';
import { countOf } from './downloadOptions';

export interface EngineBenchOptions {
  runs: number;
  threads: number;
  engines: readonly Engine[];
  /** Nothing was made smaller: what may stand in the document. */
  isWhole: boolean;
}

export const ENGINES = ['node', 'browser'] as const;
export type Engine = (typeof ENGINES)[number];

const RUNS = 5;
const THREADS = 1;

export const USAGE = `Usage: pnpm bench:engine [--runs N] [--threads N] [--only ENGINES]

Compares our layer with the engine alone: wllama in Chromium, node-llama-cpp in Node, with a model
of random weights that it makes. A run in full writes its tables to docs/benchmarks.md.

  --runs N        how often each is asked (${String(RUNS)})
  --threads N     of each engine (${String(THREADS)}: more measure the machine's scheduler as well)
  --only LIST     some of ${ENGINES.join(',')}
  --help          this text

Needs Chromium. Exit codes: 0 measured, 1 something failed, 2 wrong usage.`;

/** Undefined when help was asked for. @throws TypeError with a sentence for the person. */
export function parseOptions(args: readonly string[]): EngineBenchOptions | undefined {
  const { values } = parseArgs({
    args: args.filter((arg) => arg !== '--'),
    options: {
      runs: { type: 'string', default: String(RUNS) },
      threads: { type: 'string', default: String(THREADS) },
      only: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  const runs = countOf('runs', values.runs);
  const threads = countOf('threads', values.threads);
  const engines = values.only === undefined ? ENGINES : values.only.split(',').map(engineOf);
  const isWhole = runs >= RUNS && threads === THREADS && engines.length === ENGINES.length;
  return { runs, threads, engines, isWhole };
}

function engineOf(text: string): Engine {
  const engine = ENGINES.find((name) => name === text);
  if (engine) return engine;
  throw new TypeError(`--only takes some of ${ENGINES.join(',')}, not "${text}".`);
}
