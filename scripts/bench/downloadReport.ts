/** What a run of the download bench says, in Markdown. */
import { table } from './document';
import type { DownloadBenchOptions } from './downloadOptions';
import type { KillCosts } from './kill';
import { machineWords, today } from './machine';
import { median } from './measure';
import { MIB } from './payload';
import type { Costs } from './race';
import { TARGETS, type Results } from './targets';

export interface DownloadReport extends Results {
  options: DownloadBenchOptions;
  titles: ReadonlyMap<string, string>;
  verified: ReadonlySet<string>;
  /** `curl 7.88.1`. */
  versions: readonly string[];
  /** What was left out, and why. */
  notes: readonly string[];
}

/** Of the file, in sizes of the others. */
const SIZES = new Map([
  ['memory', 4],
  ['far', 1 / 8],
]);

export function reportText(report: DownloadReport): string {
  const { options, versions, notes, races, titles, kills, verified } = report;
  const { runs, sizeMib } = options;
  return [
    `${today()}, ${machineWords()}. ${versions.join(', ')}.`,
    `One file of noise from nginx on the same computer. Whole processes in turn, from start to exit, medians of ${runs}; CPU is user and system, memory that of the largest process. “Verified” includes SHA-256 of the whole file. Compare numbers within a table only: the computer is shared by the server and the client.`,
    ...(notes.length > 0 ? [notes.map((note) => `- ${note}`).join('\n')] : []),
    '### Targets',
    targetTable(report),
    ...[...races].flatMap(([name, costs]) => [
      `### ${titles.get(name) ?? name}, ${sizeMib * (SIZES.get(name) ?? 1)} MiB`,
      costTable(costs, verified),
    ]),
    ...[...kills].flatMap(([name, costs]) => [
      `### What a kill -9 costs: ${titles.get(name) ?? name}, ${sizeMib} MiB`,
      'Killed once at a random moment past 30 %, then the same command again. Fetched again: what lay on the disk and was asked for once more. Sent again: what the server sent beyond the file, which includes what was on its way to the process when it died.',
      killTable(costs),
    ]),
  ].join('\n\n');
}

function targetTable(results: Results): string {
  const rows = TARGETS.map(({ what, limit, measure }) => {
    const measured = measure(results);
    if (measured === undefined) return [what, `≤ ${limit}`, '', 'not measured'];
    return [what, `≤ ${limit}`, measured.toFixed(2), measured <= limit ? 'yes' : '**no**'];
  });
  return table(['what', 'target', 'measured', 'met'], rows);
}

function costTable(costs: Costs, verified: ReadonlySet<string>): string {
  const rows = [...costs].map(([name, { wallSeconds, cpuSeconds, peakBytes }]) => [
    name,
    verified.has(name) ? 'yes' : 'no',
    wallSeconds.toFixed(2),
    cpuSeconds.toFixed(2),
    (peakBytes / 1e6).toFixed(0),
  ]);
  return table(['', 'verified', 'wall s', 'CPU s', 'peak MB'], rows);
}

function killTable(costs: ReadonlyMap<string, KillCosts>): string {
  const middleAndMost = (bytes: readonly number[]) =>
    [median(bytes), Math.max(...bytes)].map((value) => (value / MIB).toFixed(1));
  const rows = [...costs].map(([name, { refetchedBytes, sentAgainBytes, wrongFiles }]) => [
    name,
    ...middleAndMost(refetchedBytes),
    ...middleAndMost(sentAgainBytes),
    String(wrongFiles),
  ]);
  const head = ['MiB', 'fetched again', 'most', 'sent again', 'most', 'wrong files'];
  return table(head, rows);
}
