/** The numbers that models are compared by, and the measurements that are compared. Pure. */
import type { Benchmark } from '../../ai/measure/runBenchmark';
import { t } from '../words/language';
import { formatBytes, formatMilliseconds, formatTokenRate } from '../words/words';

export type MetricKey = 'generation' | 'prefill' | 'firstToken' | 'load' | 'memory';

export interface Metric {
  key: MetricKey;
  /** For a choice, and for the header of a column. */
  label: string;
  /** What the number means, and whether more or less is better. */
  meaning: string;
  better: 'more' | 'less';
  /** Undefined if it couldn't be measured. */
  read(benchmark: Benchmark): number | undefined;
  format(value: number): string;
}

/** A function, because labels are in the current language. */
export const metrics = (): readonly [Metric, ...Metric[]] => [
  {
    key: 'generation',
    label: t('Writing'),
    meaning: t('How fast the model writes. More is better.'),
    better: 'more',
    read: ({ tokensPerSecond }) => tokensPerSecond,
    format: formatTokenRate,
  },
  {
    key: 'prefill',
    label: t('Reading'),
    meaning: t('How fast it reads what it is asked. More is better.'),
    better: 'more',
    read: ({ prefillTokensPerSecond }) => prefillTokensPerSecond,
    format: formatTokenRate,
  },
  {
    key: 'firstToken',
    label: t('First token'),
    meaning: t('The time until the answer begins. Less is better.'),
    better: 'less',
    read: ({ timeToFirstTokenMs }) => timeToFirstTokenMs,
    format: formatMilliseconds,
  },
  {
    key: 'load',
    label: t('Load time'),
    meaning: t('The time until the model is in memory. Less is better.'),
    better: 'less',
    read: ({ loadMs }) => loadMs,
    format: formatMilliseconds,
  },
  {
    key: 'memory',
    label: t('Memory'),
    meaning: t('What it takes of the device’s memory, as the engine counts. Less is better.'),
    better: 'less',
    read: ({ memoryBytes }) => memoryBytes,
    format: formatBytes,
  },
];

/** For a number that couldn't be measured. */
export const notMeasured = (): string => t('not measured');

/** The newest full benchmark of each model, in the order of `results`: the newest first. */
export function newestOfEach<Row extends Benchmark>(results: readonly Row[]): Row[] {
  const newest = new Map<string, Row>();
  for (const row of results) {
    if (row.kind === 'full' && !newest.has(row.modelId)) newest.set(row.modelId, row);
  }
  return [...newest.values()];
}

export interface Bar<Row> {
  row: Row;
  /** The value in words. */
  value: string;
  /** Per cent of the longest bar; 0 if nothing was measured. */
  percent: number;
}

/** The best comes first, rows without a value last. */
export function toBars<Row extends Benchmark>(rows: readonly Row[], metric: Metric): Bar<Row>[] {
  const { read, better, format } = metric;
  const most = Math.max(0, ...rows.map((row) => read(row) ?? 0));
  const worst = better === 'more' ? -Infinity : Infinity;
  const rank = (row: Row) => (read(row) ?? worst) * (better === 'more' ? -1 : 1);
  return [...rows]
    .sort((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)))
    .map((row) => {
      const value = read(row);
      if (value === undefined) return { row, value: notMeasured(), percent: 0 };
      return { row, value: format(value), percent: most > 0 ? (value / most) * 100 : 0 };
    });
}
