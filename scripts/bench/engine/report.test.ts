import { expect, test } from 'vitest';
import type { EngineResults } from './cost';
import { engineReport } from './report';

const pair = (ours: number, raw: number) => ({
  ours: { tokensPerSecond: ours, firstTokenMs: 1000 / ours },
  raw: { tokensPerSecond: raw, firstTokenMs: 1000 / raw },
});
const obedience = {
  ...{ switchSpeakingMs: 12, switchIdleMs: 0, stopSpeakingMs: 150, stopReadingMs: 90 },
  ...{ batchMs: 100, frameGapMs: undefined },
};
const results: EngineResults = {
  pairs: [pair(96, 100), pair(50, 100), pair(97, 100)],
  obedience: [obedience],
  backend: 'CPU, 1 thread',
};

const rows = () =>
  engineReport({
    runs: 3,
    threads: 1,
    load: 0.5,
    versions: ['Node 20'],
    results: { node: results },
  })
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').map((cell) => cell.trim()));

const rowOf = (what: string) =>
  rows()
    .find((cells) => cells[1] === what)
    ?.slice(2, -1);

test('compares within each pair, and takes the middle of them', () => {
  expect(rowOf('overhead on generation, %')).toEqual(['≤ 5.00', '4.00', 'yes']);
  expect(rowOf('the same, between the best runs, %')).toEqual(['≤ 5.00', '3.00', 'yes']);
  expect(rowOf('first token, ours / raw')).toEqual(['≤ 1.05', '1.04', 'yes']);
});

test('says which target was missed, and leaves out what wasn’t measured', () => {
  expect(rowOf('stop while speaking, ms')).toEqual(['≤ 100', '150', '**no**']);
  expect(rowOf('stop while reading a prompt, ms (one batch)')).toEqual(['≤ 100', '90', 'yes']);
  expect(rowOf('longest gap between frames, ms')).toBeUndefined();
});
