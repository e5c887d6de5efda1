import { describe, expect, it } from 'vitest';
import { BENCHMARK } from '../../../tests/benchmarkFixture';
import type { Benchmark } from '../../ai/measure/runBenchmark';
import { metrics, newestOfEach, toBars } from './benchmarkMetrics';
import type { MetricKey } from './benchmarkMetrics';

const row = (modelId: string, change: Partial<Benchmark> = {}) => ({
  ...BENCHMARK,
  modelId,
  ...change,
});
const metric = (key: MetricKey) => metrics().find((each) => each.key === key) ?? metrics()[0];

describe('what is compared', () => {
  it('is the newest whole benchmark of each model', () => {
    const rows = [
      row('a', { kind: 'smoke' }),
      row('a', { measuredAt: 3 }),
      row('b', { measuredAt: 2 }),
      row('a', { measuredAt: 1 }),
      row('c', { kind: 'smoke' }),
    ];
    expect(newestOfEach(rows)).toEqual([rows[1], rows[2]]);
  });
});

describe('bars', () => {
  it('have the best first, its length in proportion, and the value in words', () => {
    const rows = [row('slow', { tokensPerSecond: 10 }), row('fast', { tokensPerSecond: 40 })];
    expect(toBars(rows, metric('generation'))).toEqual([
      { row: rows[1], value: '40 tokens/s', percent: 100 },
      { row: rows[0], value: '10 tokens/s', percent: 25 },
    ]);
  });

  it('have the shortest first where less is better', () => {
    const rows = [row('slow', { loadMs: 4_000 }), row('fast', { loadMs: 1_000 })];
    expect(toBars(rows, metric('load')).map(({ value, percent }) => [value, percent])).toEqual([
      ['1 s', 25],
      ['4 s', 100],
    ]);
  });

  it.each(['generation', 'memory'] as const)('put last what was not measured of %s', (key) => {
    const unknown = { tokensPerSecond: undefined, memoryBytes: undefined };
    const rows = [row('unknown', unknown), row('known'), row('unknown too', unknown)];
    const bars = toBars(rows, metric(key));
    expect(bars.map((bar) => bar.row.modelId)).toEqual(['known', 'unknown', 'unknown too']);
    expect(bars[1]).toMatchObject({ value: 'not measured', percent: 0 });
  });

  it('claim nothing of what is zero everywhere', () => {
    expect(toBars([row('a', { loadMs: 0 })], metric('load'))).toMatchObject([{ percent: 0 }]);
  });
});
