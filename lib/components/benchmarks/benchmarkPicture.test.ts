import { expect, it } from 'vitest';

import { BENCHMARK } from '../../../tests/benchmarkFixture';
import type { Benchmark } from '../../ai/measure/runBenchmark';
import { drawBenchmarks, pictureSize, type Pen } from './benchmarkPicture';

const WHERE = `CPU, 2 threads · wllama ${BENCHMARK.engineVersion} · context of 2,048 tokens`;

const row = (modelId: string, change: Partial<Benchmark> = {}) => ({
  ...{ ...BENCHMARK, modelId, benchmarkId: 1 },
  ...change,
});

function draw(rows: ReturnType<typeof row>[], isRightToLeft = false) {
  const texts: { text: string; x: number; y: number; room: number; at: string }[] = [];
  const pen: Pen = {
    ...{ fillStyle: '', font: '', textAlign: '', direction: '' },
    scale: () => undefined,
    fillRect: () => undefined,
    fillText: (text, x, y, room) =>
      texts.push({ text, x, y, room, at: `${pen.direction} ${pen.textAlign}` }),
  };
  const nameOf = (id: string) => `Model ${id}`;
  const facts = { rows, nameOf, deviceName: 'Linux, Chromium', isRightToLeft };
  drawBenchmarks(pen, facts);
  return { texts, size: pictureSize(facts), words: texts.map(({ text }) => text) };
}

it('a picture has every number of every model, the device and the day', () => {
  const { words } = draw([row('a'), row('b', { tokensPerSecond: 99, memoryBytes: undefined })]);
  expect(words).toEqual([
    ...['Benchmarks', 'Linux, Chromium'],
    ...['Writing', 'Reading', 'First token', 'Load time', 'Memory'],
    ...['Model a', WHERE],
    ...['24 tokens/s', '581 tokens/s', '412 ms', '851 ms', '1.3 GB'],
    ...['Model b', WHERE],
    ...['99 tokens/s', '581 tokens/s', '412 ms', '851 ms', '–'],
    'Modelshelf · 1 Jan 2026',
  ]);
});

it('a picture grows with its rows, and nothing is written outside of it', () => {
  const one = draw([row('a')]);
  const three = draw([row('a'), row('b'), row('c')]);
  expect(three.size.width).toBe(one.size.width);
  expect(three.size.height - one.size.height).toBe(2 * 120);
  for (const { texts, size } of [one, three]) {
    for (const { x, y, room } of texts) {
      expect(x).toBeLessThanOrEqual(size.width / 2 - 16);
      expect(y).toBeLessThan(size.height / 2);
      expect(room).toBeGreaterThan(0);
    }
  }
});

it('a picture is mirrored where lines begin at the right', () => {
  const { texts, size } = draw([row('a')]);
  const mirrored = draw([row('a')], true);
  expect(mirrored.size).toEqual(size);
  expect(mirrored.texts).toEqual(
    texts.map((each) => ({
      ...each,
      x: size.width / 2 - each.x,
      at: each.at.replace('ltr', 'rtl'),
    })),
  );
  expect(texts[0]?.at).toBe('ltr start');
});
