import { describe, expect, it } from '@jest/globals';
import { act, render, screen, within } from '@testing-library/react-native';
import { PaperProvider } from 'react-native-paper';

import { BENCHMARK } from '../../../tests/benchmarkFixture';
import { begin, INSTALLED } from '../../../tests/providersFixture';
import { BenchmarkProvider, type BenchmarkServices } from '../../ai/measure/BenchmarkProvider';
import type { BenchmarksSnapshot } from '../../ai/measure/benchmarks';
import { Qwen3_0_6B, TinyDemo } from '../../ai/modelConfig';
import type { ModelState } from '../../ai/modelState';
import { createObservable } from '../../ai/observable';
import type { SavedBenchmark } from '../../db/benchmarks';
import { BenchmarkTable } from './BenchmarkTable';
import { VersionNote } from './VersionNote';

const [OLD, NEW] = ['0ld4e5f60718'.padEnd(64, '0'), '9e3779b97f4a'.padEnd(64, '0')];
const NOTE = 'Measured with another version (0ld4e5f6) than the installed one';

const installed = (sha256: string): ModelState => ({
  ...INSTALLED,
  kind: 'installed',
  sizeBytes: 1,
  installedAt: 0,
  files: [
    { fileName: 'a.gguf', role: 'weights', sizeBytes: 1, sha256, checkedAgainst: 'registry' },
  ],
});

function servicesWith(results: readonly SavedBenchmark[]): BenchmarkServices {
  const nothing = () => Promise.resolve();
  const measured = createObservable<BenchmarksSnapshot>({
    results,
    ...{ running: undefined, missing: {} },
  });
  const tested = createObservable({ testingId: undefined, failures: {} });
  return {
    benchmarks: {
      ...{ start: nothing, run: nothing, cancel: () => undefined, add: nothing },
      ...{ remove: nothing, refresh: nothing },
      getSnapshot: measured.get,
      subscribe: measured.subscribe,
    },
    smokeTests: { getSnapshot: tested.get, subscribe: tested.subscribe, close: () => undefined },
    engineOf: () => ({ engineName: 'fake', engineVersion: '1' }),
  };
}

async function show(results: readonly SavedBenchmark[], state: ModelState) {
  const { wrapper: Providers, put } = await begin();
  act(() => put(TinyDemo, state));
  render(
    <PaperProvider settings={{ icon: () => null }}>
      <Providers>
        <BenchmarkProvider services={servicesWith(results)}>
          {results.map((result) => (
            <VersionNote key={result.benchmarkId} result={result} />
          ))}
          <BenchmarkTable rows={results} nameOf={(modelId) => modelId} />
        </BenchmarkProvider>
      </Providers>
    </PaperProvider>,
  );
  return { put };
}

const measured = (version?: string, modelId: string = TinyDemo.modelId): SavedBenchmark => ({
  ...BENCHMARK,
  ...{ benchmarkId: 1, modelId },
  ...(version !== undefined && { version }),
});

describe('a measurement', () => {
  it('tells the version that was measured, once another one is installed, and not before', async () => {
    const { put } = await show([measured(OLD)], installed(OLD));
    expect(screen.queryByText(NOTE)).toBeNull();
    act(() => put(TinyDemo, installed(NEW)));
    expect(screen.getAllByText(NOTE)).toHaveLength(2);
    const list = within(screen.getByLabelText('Every number'));
    expect(list.getAllByText(NOTE)).toHaveLength(1);
    act(() => put(TinyDemo, installed(OLD)));
    expect(screen.queryByText(NOTE)).toBeNull();
  });

  it.each<[string, SavedBenchmark, ModelState]>([
    ['whose version wasn’t recorded', measured(), installed(NEW)],
    ['of a model that isn’t installed', measured(OLD), { kind: 'absent' }],
    ['of another model', measured(OLD, Qwen3_0_6B.modelId), installed(NEW)],
  ])('%s says nothing about versions', async (_, result, state) => {
    await show([result], state);
    expect(screen.queryByText(/another version/)).toBeNull();
  });
});
