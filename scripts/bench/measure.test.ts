import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { measure, median } from './measure';

let scratch: string;

beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'modelshelf-measure-'));
});

afterEach(() => rm(scratch, { recursive: true }));

const node = (script: string) => ({ program: process.execPath, args: ['-e', script] });

test('adds up the time of all commands, with that of their children, and takes the largest peak', async () => {
  const spin = 'for (const end = performance.now() + 300; performance.now() < end; );';
  const child = `require('child_process').execFileSync(process.execPath, ['-e', ${JSON.stringify(spin)}])`;
  const fill = 'Buffer.alloc(300 * 1024 * 1024, 1)';
  const cost = await measure([node(child), node(fill), node('')], scratch);
  expect(cost.cpuSeconds).toBeGreaterThan(0.25);
  expect(cost.wallSeconds).toBeGreaterThan(0.3);
  expect(cost.peakBytes).toBeGreaterThan(300 * 1024 * 1024);
  expect(cost.peakBytes).toBeLessThan(600 * 1024 * 1024);
});

test('fails with what the command said when it fails', async () => {
  const failing = node("console.error('no such thing'); process.exit(3)");
  await expect(measure([failing], scratch)).rejects.toThrow(/ended with 3:\nno such thing/);
});

test.each([
  [[3, 1, 2], 2],
  [[4, 1, 2, 3], 2.5],
  [[7], 7],
])('the median of %j is %d', (values, expected) => {
  expect(median(values)).toBe(expected);
});
