/** Binds benchmarks and smoke tests to React. */
import { createContext, use, useMemo, useSyncExternalStore } from 'react';
import type { PropsWithChildren } from 'react';
import type { LlmEngine } from '../../platform/types';
import { benchmarksToCsv, benchmarksToJson } from './benchmarkExport';
import type { Benchmarks, BenchmarksSnapshot } from './benchmarks';
import type { Benchmark } from './runBenchmark';
import { findModel } from '../modelConfig';
import type { LlmModelConfig } from '../modelConfig';
import { useManagerSnapshot, useModel, useModels } from '../ModelProvider';
import type { ManagerSnapshot } from '../modelState';
import { buildOf } from '../runtimes/notation';
import { estimateSpeed, type SpeedEstimate } from './estimateSpeed';
import type { SmokeTests, SmokeTestsSnapshot } from './smokeTests';
import { UNKNOWN_VERDICT, findVerdicts } from './verdicts';
import type { Verdict } from './verdicts';

export interface BenchmarkServices {
  benchmarks: Benchmarks;
  smokeTests: SmokeTests;
  engineOf(config: LlmModelConfig): Pick<LlmEngine, 'engineName' | 'engineVersion'>;
}

export type ExportFormat = 'json' | 'csv';

export interface BenchmarkBinding extends BenchmarksSnapshot {
  smokeTests: SmokeTestsSnapshot;
  /** The same object until the verdict changes. */
  verdictOf(config: LlmModelConfig): Verdict;
  /** How fast the model would write here; undefined where `estimateSpeed` gives none. Never a measurement. */
  estimateOf(config: LlmModelConfig): SpeedEstimate | undefined;
  /** The version that was measured, where another one is installed now; undefined for the installed one. */
  otherVersionOf(result: Pick<Benchmark, 'modelId' | 'version'>): string | undefined;
  /** Never rejects; see `Benchmarks.run`. */
  run(configs: readonly LlmModelConfig[]): Promise<void>;
  cancel(): void;
  /** Rejects with DB_FAILED. */
  remove(benchmarkIds: readonly number[]): Promise<void>;
  /** All measurements as text, the newest first. */
  exportAs(format: ExportFormat): string;
}

const BenchmarkContext = createContext<BenchmarkBinding | undefined>(undefined);

/** @throws Error outside of a BenchmarkProvider: render the component inside of the app's root layout. */
export function useBenchmarks(): BenchmarkBinding {
  const binding = use(BenchmarkContext);
  if (binding === undefined) throw new Error('useBenchmarks needs a BenchmarkProvider above it.');
  return binding;
}

/** Undefined outside of a BenchmarkProvider: for components that also work without an engine. */
export function useOptionalBenchmarks(): BenchmarkBinding | undefined {
  return use(BenchmarkContext);
}

/** The installed versions by model id, as a text that is equal until one changes. */
function versionsIn({ states }: ManagerSnapshot): string {
  const installed = Object.entries(states).flatMap(([modelId, state]) =>
    state.kind === 'installed' && state.files[0] ? [[modelId, state.files[0].sha256]] : [],
  );
  return JSON.stringify(Object.fromEntries(installed));
}

export function BenchmarkProvider({
  services,
  children,
}: PropsWithChildren<{ services: BenchmarkServices }>) {
  const { benchmarks, smokeTests } = services;
  const { models } = useModel();
  const { runtimeOf } = useModels();
  const versions = useManagerSnapshot(versionsIn);
  const measured = useSyncExternalStore(benchmarks.subscribe, benchmarks.getSnapshot);
  const tested = useSyncExternalStore(smokeTests.subscribe, smokeTests.getSnapshot);
  // Kept apart from the values that change often, so that these functions stay the same.
  const requests = useMemo(
    () => ({
      run: (configs: readonly LlmModelConfig[]) => benchmarks.run(configs),
      cancel: () => benchmarks.cancel(),
      remove: (benchmarkIds: readonly number[]) => benchmarks.remove(benchmarkIds),
    }),
    [benchmarks],
  );
  const { results } = measured;
  const { failures } = tested;
  const installed = useMemo(
    () => JSON.parse(versions) as Readonly<Record<string, string>>,
    [versions],
  );
  const verdicts = useMemo(() => {
    const versionOf = ({ modelId }: LlmModelConfig) => installed[modelId];
    return findVerdicts(models, services.engineOf, { results, failures, versionOf });
  }, [models, services, results, failures, installed]);
  const binding = useMemo<BenchmarkBinding>(
    () => ({
      ...measured,
      ...requests,
      smokeTests: tested,
      verdictOf: ({ modelId }) => verdicts.get(modelId) ?? UNKNOWN_VERDICT,
      estimateOf(config) {
        const build = buildOf(config, runtimeOf(config));
        const engine = services.engineOf(config);
        return build && estimateSpeed({ build, engine }, { results: measured.results, models });
      },
      otherVersionOf: ({ modelId, version }) =>
        version === (installed[modelId] ?? version) ? undefined : version,
      exportAs(format) {
        const write = format === 'csv' ? benchmarksToCsv : benchmarksToJson;
        return write(measured.results, (modelId) => findModel(models, modelId)?.displayName);
      },
    }),
    [requests, verdicts, installed, models, measured, tested, runtimeOf, services],
  );
  return <BenchmarkContext value={binding}>{children}</BenchmarkContext>;
}
