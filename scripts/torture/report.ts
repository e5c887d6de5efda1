/** What a run of the torture amounts to, for people and for programs. */
import { summaryLine } from '../checks/tally';
import { median } from './durations';
import { slowestOf, type FoundProblem, type LifeResult, type SlowEnd } from './life';
import type { TortureOptions } from './options';
import type { ProblemKind } from './round';

export interface TortureReport {
  seed: string;
  rounds: number;
  kills: number;
  /** How many kills landed where. */
  killPhases: Readonly<Record<string, number>>;
  corruptInstalls: number;
  lostInstalls: number;
  stuckStates: number;
  /** Of the processes that ended by themselves, faults and all. */
  slowest: SlowEnd | undefined;
  refetched: { paced: RefetchedBytes; lineSpeed: RefetchedBytes };
  sentBytes: number;
  seconds: number;
  problems: readonly FoundProblem[];
}

/** After the kills in the middle of a transfer that was brought to its end. */
interface RefetchedBytes {
  kills: number;
  medianBytes: number;
  maxBytes: number;
}

export function summarize(
  { seed }: Pick<TortureOptions, 'seed'>,
  lives: readonly LifeResult[],
  seconds: number,
): TortureReport {
  const kills = lives.flatMap((life) => life.kills);
  const costs = lives.flatMap((life) => life.costs);
  const problems = lives.flatMap((life) => life.problems);
  const count = (kind: ProblemKind) => problems.filter((problem) => problem.kind === kind).length;
  const refetched = (isPaced: boolean): RefetchedBytes => {
    const bytes = costs
      .filter((cost) => cost.isPaced === isPaced)
      .map(({ refetchedBytes }) => refetchedBytes);
    return {
      kills: bytes.length,
      medianBytes: median(bytes) ?? 0,
      maxBytes: Math.max(0, ...bytes),
    };
  };
  const killPhases: Record<string, number> = {};
  for (const phase of kills) killPhases[phase] = (killPhases[phase] ?? 0) + 1;
  return {
    seed,
    rounds: lives.reduce((sum, { rounds }) => sum + rounds, 0),
    kills: kills.length,
    killPhases,
    corruptInstalls: count('corrupt'),
    lostInstalls: count('lost'),
    stuckStates: count('stuck'),
    slowest: slowestOf(lives.map((life) => life.slowest)),
    refetched: { paced: refetched(true), lineSpeed: refetched(false) },
    sentBytes: lives.reduce((sum, life) => sum + life.sentBytes, 0),
    seconds,
    problems,
  };
}

/** A table, then each problem with the way back to it, then the line that everything ends with. */
export function reportLines(report: TortureReport): string[] {
  const { problems, rounds } = report;
  const badRounds = new Set(problems.map(({ round }) => round)).size;
  return [
    ...tableLines(report),
    ...problems.flatMap((problem) => problemLines(report, problem)),
    '',
    summaryLine({ passed: rounds - badRounds, failed: badRounds, skipped: 0 }),
  ];
}

function tableLines(report: TortureReport): string[] {
  const { killPhases, refetched, sentBytes, seconds } = report;
  const phases = Object.entries(killPhases).map(([phase, count]) => `${String(count)} ${phase}`);
  const rows: [string, string][] = [
    ['rounds', String(report.rounds)],
    ['kills', `${String(report.kills)} (${phases.join(', ')})`],
    ['corrupt installs', String(report.corruptInstalls)],
    ['lost installs', String(report.lostInstalls)],
    ['stuck states', String(report.stuckStates)],
    ['slowest that ended', slowestWords(report.slowest)],
    ['refetched per kill, up to 200 MiB/s', refetchedWords(refetched.paced)],
    ['refetched per kill, line speed', refetchedWords(refetched.lineSpeed)],
    ['sent', `${mebibytes(sentBytes)} MiB`],
    ['time', `${seconds.toFixed(1)} s`],
    ['seed', report.seed],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
}

function slowestWords(slowest: SlowEnd | undefined): string {
  if (slowest === undefined) return 'none measured';
  return `${(slowest.milliseconds / 1000).toFixed(1)} s (${slowest.description})`;
}

function refetchedWords({ kills, medianBytes, maxBytes }: RefetchedBytes): string {
  if (kills === 0) return 'none measured';
  const bytes = `median ${mebibytes(medianBytes)} MiB, max ${mebibytes(maxBytes)} MiB`;
  return `${bytes} (of ${String(kills)} in mid-transfer)`;
}

function mebibytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(2);
}

function problemLines({ seed }: TortureReport, problem: FoundProblem): string[] {
  const { kind, reason, round, story, folder } = problem;
  return [
    '',
    `${kind.toUpperCase()} in round ${String(round)}: ${reason.trim()}`,
    ...story.map((line) => `    ${line}`),
    `  left as it is in ${folder}`,
    `  again: pnpm torture --seed ${seed} --round ${String(round)}`,
  ];
}
