import { describe, expect, it } from 'vitest';
import { BENCHMARK } from '../../../tests/benchmarkFixture';
import type { SavedBenchmark } from '../../db/benchmarks';
import type { ModelFailure } from '../../errors';
import { Qwen3_0_6B, TinyDemo } from '../modelConfig';
import { findVerdicts } from './verdicts';

const ENGINE = { engineName: 'wllama', engineVersion: '3.13.0' };
const saved = (change: Partial<SavedBenchmark>): SavedBenchmark => ({
  ...{ ...BENCHMARK, benchmarkId: 1, modelId: TinyDemo.modelId },
  ...change,
});
const verdict = (results: SavedBenchmark[], failures: Record<string, ModelFailure> = {}) =>
  findVerdicts([TinyDemo, Qwen3_0_6B], () => ENGINE, { results, failures }).get(TinyDemo.modelId);

describe('the verdict on a model', () => {
  it('is unknown before anything was measured of it', () => {
    expect(verdict([])).toEqual({ kind: 'unknown' });
    expect(verdict([saved({ modelId: Qwen3_0_6B.modelId })])).toEqual({ kind: 'unknown' });
  });

  it('is that it works, by its newest measurement of whatever kind', () => {
    const [newest, older] = [saved({ kind: 'smoke' }), saved({ benchmarkId: 2 })];
    expect(verdict([newest, older])).toEqual({ kind: 'works', newest });
  });

  it.each([{ engineName: 'another' }, { engineVersion: '3.8.2' }])(
    'is not taken from an engine with %j',
    (change) => {
      const ofThis = saved({ benchmarkId: 2 });
      expect(verdict([saved(change)])).toEqual({ kind: 'unknown' });
      expect(verdict([saved(change), ofThis])).toEqual({ kind: 'works', newest: ofThis });
    },
  );

  it('is not taken from another version of the model', () => {
    const versionOf = () => 'second';
    const find = (results: SavedBenchmark[]) =>
      findVerdicts([TinyDemo], () => ENGINE, { results, failures: {}, versionOf }).get(
        TinyDemo.modelId,
      );
    const ofThis = saved({ benchmarkId: 2, version: 'second' });
    expect(find([saved({ version: 'first' })])).toEqual({ kind: 'unknown' });
    expect(find([saved({ version: 'first' }), ofThis])).toEqual({ kind: 'works', newest: ofThis });
  });

  it('is why the last try failed, whatever was measured before', () => {
    const failure: ModelFailure = { code: 'LOAD_FAILED', details: { path: 'x', reason: 'y' } };
    const failures = { [TinyDemo.modelId]: failure };
    expect(verdict([saved({})], failures)).toEqual({ kind: 'broken', failure });
  });
});
