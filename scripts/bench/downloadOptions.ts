/** What `pnpm bench:download` understands. */
import { parseArgs } from 'node:util';

export const PARTS = [
  'http',
  'https',
  'throttled',
  'throttledTls',
  'busy',
  'far',
  'memory',
  'kill',
  'start',
] as const;
export type Part = (typeof PARTS)[number];

export interface DownloadBenchOptions {
  runs: number;
  sizeMib: number;
  parts: readonly Part[];
  /** Words of which a contender's name holds one; undefined for all. */
  peers: readonly string[] | undefined;
  /** Leaves out, where connections are throttled, who has only one: all take the time that one takes. */
  skipsSingle: boolean;
  /** Nothing was left out but what the text then names, and nothing made smaller: what may stand in the document. */
  isWhole: boolean;
}

const RUNS = 5;
const SIZE_MIB = 1024;

export const USAGE = `Usage: pnpm bench:download [--runs N] [--size MIB] [--only PARTS] [--peers NAMES]
                           [--skip-single]

Times whole processes that fetch one file from nginx on this computer, in turn, and compares
medians. A run of everything writes its tables to docs/benchmarks.md; any other prints them.

  --runs N       how often each is timed (${RUNS})
  --size MIB     the size of the file (${SIZE_MIB}; memory takes four times as much, far an eighth)
  --only PARTS   some of ${PARTS.join(',')};
                 busy is throttledTls while two processes compute
  --peers NAMES  only peers whose names hold one of these, such as curl,aria2c
  --skip-single  leave out, at 25 MiB/s a connection, who has only one: each takes 41 s a GiB
  --help         this text

On two quiet cores a run of everything takes about 25 minutes, with --skip-single about 13.
Needs nginx, openssl and GNU time, and room for nine times the size below TMPDIR. The part far
sends packets over a link that delays and loses some: on Linux, for root, with python3 and ip.
Exit codes: 0 measured, 1 something failed, 2 wrong usage.`;

/** Undefined when help was asked for. @throws TypeError with a sentence for the person. */
export function parseOptions(args: readonly string[]): DownloadBenchOptions | undefined {
  const { values } = parseArgs({
    args: args.filter((arg) => arg !== '--'),
    options: {
      runs: { type: 'string', default: String(RUNS) },
      size: { type: 'string', default: String(SIZE_MIB) },
      only: { type: 'string' },
      peers: { type: 'string' },
      'skip-single': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  const runs = countOf('runs', values.runs);
  const sizeMib = countOf('size', values.size);
  const parts = values.only === undefined ? PARTS : values.only.split(',').map(partOf);
  const peers = values.peers?.split(',');
  const skipsSingle = values['skip-single'];
  const isWhole =
    runs >= RUNS && sizeMib === SIZE_MIB && parts.length === PARTS.length && peers === undefined;
  return { runs, sizeMib, parts, peers, skipsSingle, isWhole };
}

export function countOf(name: string, text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) {
    throw new TypeError(`--${name} takes a number from 1 on, not "${text}".`);
  }
  return Number(text);
}

function partOf(text: string): Part {
  const part = PARTS.find((name) => name === text);
  if (part) return part;
  throw new TypeError(`--only takes some of ${PARTS.join(',')}, not "${text}".`);
}
