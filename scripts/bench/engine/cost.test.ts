import { expect, test } from 'vitest';
import { takeTurns, timeAnswer } from './cost';

test('both are asked the same, each first as often, after one to warm up', async () => {
  const asked: string[] = [];
  const ask = (side: string) => (run: number) => {
    asked.push(`${side} ${String(run)}`);
    return Promise.resolve({ firstTokenMs: run, tokensPerSecond: 1 });
  };
  const pairs = await takeTurns(2, { ours: ask('ours'), raw: ask('raw') });
  expect(asked).toEqual(['ours 0', 'raw 0', 'raw 1', 'ours 1', 'ours 2', 'raw 2']);
  expect(pairs.map(({ raw }) => raw.firstTokenMs)).toEqual([1, 2]);
});

test('an answer’s rate is that of the tokens after the first', async () => {
  const { firstTokenMs, tokensPerSecond } = await timeAnswer(async (onText) => {
    for (let piece = 0; piece < 3; piece += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      onText();
    }
  }, 3);
  expect(firstTokenMs).toBeGreaterThan(0);
  expect(tokensPerSecond).toBeGreaterThan(0);
});
