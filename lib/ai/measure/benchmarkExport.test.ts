import { describe, expect, it } from 'vitest';
import { BENCHMARK } from '../../../tests/benchmarkFixture';
import { benchmarksToCsv, benchmarksToJson } from './benchmarkExport';

const nameOf = (modelId: string) => (modelId === 'tiny-demo' ? 'Tiny demo' : undefined);
const UNKNOWN = {
  ...BENCHMARK,
  modelId: 'gone',
  prefillTokensPerSecond: undefined,
  tokensPerSecond: undefined,
  memoryBytes: undefined,
};

describe('benchmarks as JSON', () => {
  it('have every number, the time as text, and null for what is not known', () => {
    const rows = JSON.parse(benchmarksToJson([BENCHMARK, UNKNOWN], nameOf)) as unknown;
    expect(rows).toMatchObject([
      {
        modelId: 'tiny-demo',
        model: 'Tiny demo',
        measuredAt: '2026-01-01T12:00:00.000Z',
        tokensPerSecond: 24.25,
        memoryBytes: 1_300_000_000,
      },
      { modelId: 'gone', model: 'gone', tokensPerSecond: null, memoryBytes: null },
    ]);
  });
});

describe('benchmarks as CSV', () => {
  it('have a line of names and one of values for each', () => {
    const lines = benchmarksToCsv([BENCHMARK, UNKNOWN], nameOf).split('\r\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]?.split(',').slice(0, 4)).toEqual(['modelId', 'model', 'kind', 'measuredAt']);
    expect(lines[1]).toBe(
      'tiny-demo,Tiny demo,full,2026-01-01T12:00:00.000Z,"Linux, Chromium 156, 2 threads",' +
        '"CPU, 2 threads",wllama,3.13.0,2048,3,240,64,850.5,412.25,580.5,24.25,1300000000',
    );
    expect(lines[2]).toMatch(/,412\.25,,,$/);
    expect(lines[3]).toBe('');
  });

  it('are empty when there are none', () => {
    expect(benchmarksToCsv([], nameOf)).toBe('');
  });

  it.each([
    ['a "name"', '"a ""name"""'],
    ['two\nlines', '"two\nlines"'],
    ['=1+1', "'=1+1"],
    ['=HYPERLINK("x","y")', `"'=HYPERLINK(""x"",""y"")"`],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@sum', "'@sum"],
    ['\tx', "'\tx"],
    ['fine-1', 'fine-1'],
  ])('keep %j from meaning anything else to a spreadsheet', (name, cell) => {
    expect(benchmarksToCsv([BENCHMARK], () => name)).toContain(`tiny-demo,${cell},full`);
  });
});
