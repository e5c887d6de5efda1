/** The command-line options of `pnpm hub`. */
import { parseArgs } from 'node:util';

export interface MainOptions {
  port: number;
  /** The rate of each connection; undefined for no limit. */
  bytesPerSecond: number | undefined;
  help: boolean;
}

export const USAGE = `Usage: pnpm hub [--port N] [--rate RATE]

Serves small models from this computer the way Hugging Face would, so that downloads
can be tried without a network.

  --port N      listen there (default 8090; 0 takes a free one)
  --rate RATE   bytes a second for each connection, such as 500K or 2M, or "max"
                (default 2M, slow enough to watch)
  --help        show this`;

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1e3, M: 1e6, G: 1e9 };

/** @throws TypeError or RangeError with a message for the person who typed the command. */
export function parseOptions(args: readonly string[]): MainOptions {
  const { values } = parseArgs({
    args: [...args].filter((arg) => arg !== '--'),
    options: {
      port: { type: 'string', default: '8090' },
      rate: { type: 'string', default: '2M' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  return {
    port: parsePort(values.port),
    bytesPerSecond: parseRate(values.rate),
    help: values.help,
  };
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) {
    throw new RangeError(`--port takes a number from 0 to 65535, not "${text}".`);
  }
  return port;
}

function parseRate(text: string): number | undefined {
  if (text === 'max') return undefined;
  const match = /^(\d+(?:\.\d+)?)([KMG]?)$/i.exec(text);
  const rate = Number(match?.[1] ?? 0) * (UNITS[match?.[2]?.toUpperCase() ?? ''] ?? 1);
  if (rate < 1)
    throw new RangeError(`--rate takes bytes a second, such as 500K or 2M, not "${text}".`);
  return Math.floor(rate);
}
