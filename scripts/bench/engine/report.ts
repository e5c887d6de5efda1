/** What a run of the engine's bench says, in Markdown. */
import { table } from '../document';
import { machineWords, today } from '../machine';
import { median } from '../measure';
import type { EngineResults, Obedience, Pair } from './cost';

export interface EngineReport {
  runs: number;
  threads: number;
  /** What else the machine did: processes that wanted to run, when the bench began. */
  load: number;
  versions: readonly string[];
  /** By engine. */
  results: Readonly<Record<string, EngineResults>>;
}

type Row = [what: string, target: string, measured: string, met: string];

const MOST_OVERHEAD_PERCENT = 5;
const MOST_FIRST_TOKEN = 1.05;
const LONGEST_ANSWER_MS = 100;

export function engineReport({ runs, threads, load, versions, results }: EngineReport): string {
  return [
    `${today()}, ${machineWords()}, a load of ${load.toFixed(1)} at the start. ${versions.join(', ')}.`,
    `A model of 25 million random weights in Q8_0, ${threads === 1 ? 'one thread' : `${String(threads)} threads`}, medians of ${String(runs)} alternating runs after one to warm up. “Raw” is the package’s own loop without ours, measured where its tokens come; ours is measured where the app gets them. The model speaks 128 tokens in the page and 512 in Node. The best runs say more where other work got in between.`,
    ...Object.entries(results).flatMap(([name, result]) => [
      `### ${name}, ${result.backend}`,
      table(['what', 'target', 'measured', 'met'], rowsOf(result)),
    ]),
  ].join('\n\n');
}

function rowsOf({ pairs, obedience }: EngineResults): Row[] {
  const of = (side: keyof Pair, key: keyof Pair['ours']) =>
    median(pairs.map((pair) => pair[side][key]));
  const each = (read: (pair: Pair) => number) => median(pairs.map(read));
  const overhead = each(({ ours, raw }) => (1 - ours.tokensPerSecond / raw.tokensPerSecond) * 100);
  const firstToken = each(({ ours, raw }) => ours.firstTokenMs / raw.firstTokenMs);
  const obeyed = (key: keyof Obedience) => median(obedience.map((each) => each[key] ?? NaN));
  const best = (side: keyof Pair) => Math.max(...pairs.map((pair) => pair[side].tokensPerSecond));
  const soonest = (side: keyof Pair) => Math.min(...pairs.map((pair) => pair[side].firstTokenMs));
  const bestOverhead = (1 - best('ours') / best('raw')) * 100;
  const batchMs = obeyed('batchMs');
  const gapMs = obeyed('frameGapMs');
  return [
    told('tokens a second, raw', of('raw', 'tokensPerSecond').toFixed(1)),
    told('tokens a second, ours', of('ours', 'tokensPerSecond').toFixed(1)),
    limited('overhead on generation, %', overhead, MOST_OVERHEAD_PERCENT),
    limited('the same, between the best runs, %', bestOverhead, MOST_OVERHEAD_PERCENT),
    told('first token, raw, ms', of('raw', 'firstTokenMs').toFixed(1)),
    told('first token, ours, ms', of('ours', 'firstTokenMs').toFixed(1)),
    limited('first token, ours / raw', firstToken, MOST_FIRST_TOKEN),
    limited('the same, between the best runs', soonest('ours') / soonest('raw'), MOST_FIRST_TOKEN),
    limited('switch while the other speaks, ms', obeyed('switchSpeakingMs'), LONGEST_ANSWER_MS),
    limited('switch while nothing speaks, ms', obeyed('switchIdleMs'), LONGEST_ANSWER_MS),
    limited('stop while speaking, ms', obeyed('stopSpeakingMs'), LONGEST_ANSWER_MS),
    limited('stop while reading a prompt, ms (one batch)', obeyed('stopReadingMs'), batchMs),
    ...(Number.isNaN(gapMs) ? [] : [told('longest gap between frames, ms', gapMs.toFixed(0))]),
  ];
}

function told(what: string, measured: string): Row {
  return [what, '', measured, ''];
}

function limited(what: string, measured: number, limit: number): Row {
  const digits = limit < 10 ? 2 : 0;
  const isMet = measured <= limit;
  return [what, `≤ ${limit.toFixed(digits)}`, measured.toFixed(digits), isMet ? 'yes' : '**no**'];
}
