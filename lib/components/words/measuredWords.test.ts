import { describe, expect, it } from 'vitest';
import { BENCHMARK } from '../../../tests/benchmarkFixture';
import {
  describeFit,
  describeProgress,
  describeSpeed,
  describeWhere,
  speedWords,
} from './measuredWords';

describe('the words of a measurement', () => {
  it.each([
    ['load', 1, 'Loading the model'],
    ['warm-up', 2, 'Warming up'],
    ['run', 3, 'Run 1 of 3'],
    ['run', 5, 'Run 3 of 3'],
  ] as const)('tell of %s, step %i: %s', (phase, step, words) => {
    expect(describeProgress({ phase, step, steps: 5 })).toBe(words);
  });

  it('claim no speed that is not known', () => {
    expect(describeSpeed(24.25)).toBe('Works here · 24 tokens/s');
    expect(describeSpeed(undefined)).toBe('Works here');
  });

  it.each([
    [12.34, 'About 12 tokens/s here, estimated from Tiny demo’s 127 tokens/s'],
    [4.27, 'About 4.3 tokens/s here, estimated from Tiny demo’s 127 tokens/s'],
    [348.2, 'About 350 tokens/s here, estimated from Tiny demo’s 127 tokens/s'],
  ])('tell of an estimate of %d what it comes from', (tokensPerSecond, words) => {
    const from = { displayName: 'Tiny\u202edemo', tokensPerSecond: 127.4 };
    expect(speedWords({ tokensPerSecond, from })).toBe(words);
  });

  it('say what it was measured with', () => {
    expect(describeWhere(BENCHMARK)).toBe(
      'CPU, 2 threads · wllama 3.13.0 · context of 2,048 tokens',
    );
  });

  it('tell what a need depends on', () => {
    expect(describeFit('tight', 2e9, { chatTokens: 9_000 })).toBe(
      'Tight: needs about 2.0 GB of memory, with 9,000 tokens of a chat; close other apps first',
    );
  });

  it('make nothing up of a need that nobody knows', () => {
    expect(describeFit('unknown', undefined)).toBeUndefined();
  });
});
