/** How much of this device's memory models need: estimated from the registry, corrected by measurements here. */
import type { LoadMeasurement, LoadRecords } from '../../db/loadRecords';
import type { Engines, Host, HostMemory } from '../../platform/types';
import { fitOf, memoryBudget, memoryNeed, memoryPartsOf } from './memoryFit';
import type { Fit, MemoryQuestion } from './memoryFit';
import type { LlmModelConfig } from '../modelConfig';
import type { MemoryParts } from '../runtimes/runtimeTraits';
import type { RuntimeOf } from '../registry/modelFiles';
import { createObservable } from '../observable';

/** Read by React: a new object with every change. */
export interface MemorySnapshot {
  memory: HostMemory;
  /** By model id. */
  measurements: Readonly<Record<string, LoadMeasurement>>;
}

export interface ModelMemory {
  /** Reads the saved measurements. Call once; before that nothing is known. @throws ModelError DB_FAILED */
  start(): Promise<void>;
  /** Bytes that a model takes with a context of that many tokens; undefined if too little is known. */
  needOf(config: LlmModelConfig, contextTokens: number): number | undefined;
  /** These bytes in their parts; undefined where only the whole is known. */
  partsOf(config: LlmModelConfig, contextTokens: number): MemoryParts | undefined;
  fitOf(config: LlmModelConfig, contextTokens: number): Fit;
  /** The largest measured memory of one model here; 0 when there is no measurement. */
  provenBytes(): number;
  /** Bytes that all models together may take; undefined if the host doesn't tell. */
  budgetBytes(): number | undefined;
  /** Records a load that succeeded. A measurement that can't be saved is used until the app ends. */
  learn(measurement: LoadMeasurement): void;
  getSnapshot(): MemorySnapshot;
  subscribe(listener: () => void): () => void;
}

export interface ModelMemoryParts {
  host: Pick<Host, 'maxModelBytes' | 'memory'>;
  runtimeOf: RuntimeOf;
  /** Of this host; by default none, so that usual costs of an engine are assumed. */
  engines?: Engines;
  records: Pick<LoadRecords, 'getMeasurements' | 'addMeasurement'>;
  /** Bytes of the weights, on disk or as stated; undefined if neither is known. */
  weightsBytesOf(config: LlmModelConfig): number | undefined;
}

export function createModelMemory({
  host,
  runtimeOf,
  engines = {},
  records,
  weightsBytesOf,
}: ModelMemoryParts): ModelMemory {
  const snapshot = createObservable<MemorySnapshot>({
    memory: { totalBytes: undefined, availableBytes: undefined },
    measurements: {},
  });

  function questionOf(config: LlmModelConfig, contextTokens: number): MemoryQuestion {
    const runtime = runtimeOf(config);
    return {
      config,
      runtime,
      engineCosts: engines[runtime]?.costs,
      contextTokens,
      weightsBytes: weightsBytesOf(config),
      measured: snapshot.get().measurements[config.modelId],
    };
  }

  const needOf = (config: LlmModelConfig, contextTokens: number) =>
    memoryNeed(questionOf(config, contextTokens));

  function provenBytes(): number {
    const known = Object.values(snapshot.get().measurements);
    return Math.max(0, ...known.map(({ memoryBytes }) => memoryBytes ?? 0));
  }

  return {
    needOf,

    partsOf: (config, contextTokens) => memoryPartsOf(questionOf(config, contextTokens)),

    async start() {
      const [memory, rows] = await Promise.all([host.memory(), records.getMeasurements()]);
      const measurements = Object.fromEntries(rows.map((row) => [row.modelId, row]));
      snapshot.set({ memory, measurements });
    },

    fitOf(config, contextTokens) {
      const { memory } = snapshot.get();
      const needBytes = needOf(config, contextTokens);
      return fitOf({ needBytes, memory, host, provenBytes: provenBytes() });
    },

    provenBytes,

    budgetBytes: () => memoryBudget(snapshot.get().memory),

    learn(measurement) {
      const { memory, measurements } = snapshot.get();
      snapshot.set({
        memory,
        measurements: { ...measurements, [measurement.modelId]: measurement },
      });
      records.addMeasurement(measurement).catch(() => undefined);
    },

    getSnapshot: snapshot.get,
    subscribe: snapshot.subscribe,
  };
}
