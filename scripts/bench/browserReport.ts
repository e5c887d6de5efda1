/** What a run of the browser bench says, in Markdown. */
import { table } from './document';
import { machineWords, today } from './machine';
import { MIB } from './payload';
import type { Hash, PageCost, Way } from './page/cost';

export interface WayCost extends PageCost {
  /** Of the page's process, workers included; undefined where the system doesn't tell. */
  peakBytes: number | undefined;
}

export interface BrowserRace {
  title: string;
  sizeBytes: number;
  /** Medians, and the worst of what a person feels. */
  costs: Readonly<Record<Way, WayCost>>;
}

export interface BrowserReport {
  runs: number;
  versions: readonly string[];
  /** Without a throttle, and at 25 MB/s a connection. */
  races: Readonly<Record<'free' | 'throttled', BrowserRace>>;
  /** Seconds for the bytes of the file of `free`. */
  hashes: Readonly<Record<Hash, number>>;
}

const NAMES: Record<Way, string> = {
  modelshelf: 'Modelshelf, verified',
  pipeTo: 'page: `fetch`, `pipeTo(createWritable())`, not verified',
  plainWorker: 'worker: `fetch`, synchronous handle, not verified',
};

export function reportText(report: BrowserReport): string {
  const { runs, versions, races } = report;
  return [
    `${today()}, ${machineWords()}. ${versions.join(', ')}.`,
    `One file of noise from nginx on the same computer over HTTP/1.1, into the storage of a fresh profile, from the click to the end; medians of ${runs}, but the worst frame gap and long task. The heap is the page’s own; memory is the peak of its process, workers included. A long task is what kept the page’s main thread for 50 ms or more.`,
    '### Targets',
    targetTable(report),
    ...Object.values(races).flatMap((race) => [
      `### ${race.title}, ${race.sizeBytes / MIB} MiB`,
      costTable(race),
    ]),
    '### SHA-256 alone',
    hashTable(report),
  ].join('\n\n');
}

function targetTable({ races, hashes }: BrowserReport): string {
  const { free, throttled } = races;
  const rate = (race: BrowserRace, way: Way) => 1 / race.costs[way].seconds;
  const ours = Object.values(races).map(({ costs }) => costs.modelshelf);
  const frameGapMs = Math.max(...ours.map((cost) => cost.frameGapMs));
  const longTaskMs = Math.max(...ours.map((cost) => cost.longTaskMs));
  const ratio = (race: BrowserRace, way: Way) => rate(race, 'modelshelf') / rate(race, way);
  const rows: [what: string, target: string, measured: number, isMet: boolean][] = [
    atLeast(
      '25 MB/s a connection, rate: Modelshelf / fetch in the page',
      3.5,
      ratio(throttled, 'pipeTo'),
    ),
    atLeast('the same / fetch in a worker', 3.5, ratio(throttled, 'plainWorker')),
    atLeast('no throttle, rate: Modelshelf / fetch in the page', 0.75, ratio(free, 'pipeTo')),
    atLeast('the same / fetch in a worker', 0.9, ratio(free, 'plainWorker')),
    atLeast('SHA-256, rate: ours / hash-wasm', 1.3, hashes.hashWasm / hashes.simdSha256),
    atMost('longest frame gap, ms', 50, frameGapMs),
    atMost('longest task of the main thread, ms', 50, longTaskMs),
  ];
  const cells = rows.map(([what, target, measured, isMet]) => [
    what,
    target,
    measured.toFixed(2),
    isMet ? 'yes' : '**no**',
  ]);
  return table(['what', 'target', 'measured', 'met'], cells);
}

function atLeast(what: string, limit: number, measured: number): [string, string, number, boolean] {
  return [what, `≥ ${limit}`, measured, measured >= limit];
}

function atMost(what: string, limit: number, measured: number): [string, string, number, boolean] {
  return [what, `≤ ${limit}`, measured, measured <= limit];
}

function costTable({ costs, sizeBytes }: BrowserRace): string {
  const rows = (Object.keys(NAMES) as Way[]).map((way) => {
    const { seconds, peakHeapBytes, peakBytes, frameGapMs, longTaskMs } = costs[way];
    return [
      NAMES[way],
      (sizeBytes / MIB / seconds).toFixed(0),
      (peakHeapBytes / 1e6).toFixed(1),
      peakBytes === undefined ? '' : (peakBytes / 1e6).toFixed(0),
      frameGapMs.toFixed(0),
      longTaskMs === 0 ? 'none' : longTaskMs.toFixed(0),
    ];
  });
  const head = ['', 'MiB/s', 'heap MB', 'memory MB', 'frame gap ms', 'long task ms'];
  return table(head, rows);
}

function hashTable({ hashes, races }: BrowserReport): string {
  const rate = (seconds: number) => (races.free.sizeBytes / MIB / seconds).toFixed(0);
  return table(
    ['', 'MiB/s'],
    [
      ['Modelshelf: WebAssembly with SIMD', rate(hashes.simdSha256)],
      ['hash-wasm', rate(hashes.hashWasm)],
    ],
  );
}
