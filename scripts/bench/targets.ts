/** What the engine is to reach, as ratios to what else was measured in the same run. */
import { BARE, OURS, withOpenssl } from './contenders';
import type { KillCosts } from './kill';
import type { Cost } from './measure';
import { MIB } from './payload';
import type { Costs } from './race';

export interface Results {
  races: ReadonlyMap<string, Costs>;
  kills: ReadonlyMap<string, ReadonlyMap<string, KillCosts>>;
  /** Of the file that is raced for; four times as much for `memory`. */
  sizeBytes: number;
  /** Seconds, by what was started. */
  starts: ReadonlyMap<string, number>;
}

export interface Target {
  what: string;
  limit: number;
  /** Undefined where it wasn't measured. */
  measure(results: Results): number | undefined;
}

const GIB = 1024 * MIB;

export const TARGETS: readonly Target[] = [
  {
    what: 'https, wall: Modelshelf / (curl, then openssl)',
    limit: 1,
    measure: wallRatio('https', withOpenssl('curl')),
  },
  {
    what: 'https, wall: Modelshelf / @huggingface/hub',
    limit: 0.7,
    measure: wallRatio('https', '@huggingface/hub'),
  },
  {
    what: '25 MB/s a connection, wall: Modelshelf / (aria2c -x16, then openssl)',
    limit: 0.7,
    measure: wallRatio('throttled', withOpenssl('aria2c -x16 -s16')),
  },
  {
    what: '40 ms, 0.1 % loss, wall: Modelshelf / aria2c -x16',
    limit: 1.1,
    measure: wallRatio('far', 'aria2c -x16 -s16 -k1M'),
  },
  cpuTarget('http', 'http'),
  cpuTarget('https', 'https'),
  cpuTarget('throttled', 'http, 25 MB/s a connection'),
  cpuTarget('throttledTls', 'https, 25 MB/s a connection'),
  cpuTarget('busy', 'https, 25 MB/s a connection, while two processes compute'),
  {
    what: 'the last of these / (aria2c -x16, then openssl)',
    limit: 1,
    measure: cpuRatio('busy', withOpenssl('aria2c -x16 -s16')),
  },
  {
    what: `https, 25 MB/s a connection, CPU: Modelshelf / ${BARE}`,
    limit: 1.05,
    measure: cpuRatio('throttledTls', BARE),
  },
  {
    what: `the same while two processes compute`,
    limit: 1.05,
    measure: cpuRatio('busy', BARE),
  },
  {
    what: 'peak memory at four times the size, MB',
    limit: 160,
    measure: ({ races }) =>
      ifThere(races.get('memory')?.get(OURS), ({ peakBytes }) => peakBytes / 1e6),
  },
  {
    what: 'kill -9 at 8 x 25 MB/s: most MiB fetched again',
    limit: 4,
    measure: mostRefetched('throttled'),
  },
  {
    what: 'kill -9 at line speed: most MiB fetched again',
    limit: 16,
    measure: mostRefetched('http'),
  },
  {
    what: 'start-up of the command, seconds to the end of --help',
    limit: 0.4,
    measure: ({ starts }) => starts.get('--help'),
  },
  {
    what: 'start-up of a download, seconds to the end of one of 64 KiB',
    limit: 0.4,
    measure: ({ starts }) => starts.get('download'),
  },
];

function cpuTarget(raceName: string, words: string): Target {
  return {
    what: `${words}, CPU seconds per GiB`,
    limit: 2.6,
    measure: ({ races, sizeBytes }) =>
      ifThere(races.get(raceName)?.get(OURS), (cost) => (cost.cpuSeconds * GIB) / sizeBytes),
  };
}

function wallRatio(raceName: string, peer: string): Target['measure'] {
  return ratio(raceName, peer, ({ wallSeconds }) => wallSeconds);
}

function cpuRatio(raceName: string, peer: string): Target['measure'] {
  return ratio(raceName, peer, ({ cpuSeconds }) => cpuSeconds);
}

function ratio(raceName: string, peer: string, figure: (cost: Cost) => number): Target['measure'] {
  return ({ races }) => {
    const costs = races.get(raceName);
    const ours = costs?.get(OURS);
    return ifThere(costs?.get(peer), (theirs) => ours && figure(ours) / figure(theirs));
  };
}

function mostRefetched(lane: string): Target['measure'] {
  return ({ kills }) =>
    ifThere(kills.get(lane)?.get(OURS), ({ refetchedBytes }) => Math.max(...refetchedBytes) / MIB);
}

function ifThere<T>(value: T | undefined, measure: (value: T) => number | undefined) {
  return value && measure(value);
}
