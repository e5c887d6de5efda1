import { describe, expect, it } from 'vitest';
import { BENCHMARK } from '../../../tests/benchmarkFixture';
import { describeFit, describeProgress, describeSpeed, describeWhere } from './measuredWords';

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

  it('say what it was measured with', () => {
    expect(describeWhere(BENCHMARK)).toBe(
      'CPU, 2 threads · wllama 3.8.1 · context of 2,048 tokens',
    );
  });

  it('make nothing up of a need that nobody knows', () => {
    expect(describeFit('unknown', undefined)).toBeUndefined();
  });
});
