/** What `pnpm bench:browser` understands. */
import { parseArgs } from 'node:util';
import { countOf } from './downloadOptions';

export interface BrowserBenchOptions {
  runs: number;
  sizeMib: number;
  /** Nothing was made smaller: what may stand in the document. */
  isWhole: boolean;
}

const RUNS = 3;
const SIZE_MIB = 512;

export const USAGE = `Usage: pnpm bench:browser [--runs N] [--size MIB]

Downloads one file into the storage of Chromium: with ours, verified, and with plain fetch, not
verified. A run in full writes its tables to docs/benchmarks.md; any other prints them.

  --runs N      how often each way is timed (${RUNS})
  --size MIB    the size of the file (${SIZE_MIB}; half of it at 25 MB/s a connection)
  --help        this text

Needs nginx, openssl and Chromium, and room for three times the size below TMPDIR.
Exit codes: 0 measured, 1 something failed, 2 wrong usage.`;

/** Undefined when help was asked for. @throws TypeError with a sentence for the person. */
export function parseOptions(args: readonly string[]): BrowserBenchOptions | undefined {
  const { values } = parseArgs({
    args: args.filter((arg) => arg !== '--'),
    options: {
      runs: { type: 'string', default: String(RUNS) },
      size: { type: 'string', default: String(SIZE_MIB) },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  const runs = countOf('runs', values.runs);
  const sizeMib = countOf('size', values.size);
  return { runs, sizeMib, isWhole: runs >= RUNS && sizeMib === SIZE_MIB };
}
