/** A session over any engine, with a device around it whose memory the test decides. */
import { createGenerationChoices } from '../lib/ai/generation/generationChoices';
import { createLlmSession } from '../lib/ai/engine/llmSession';
import type { LoadSentinel } from '../lib/ai/engine/loadSentinel';
import type { LlmModelConfig } from '../lib/ai/modelConfig';
import { createModelMemory } from '../lib/ai/memory/modelMemory';
import type { LoadMeasurement, LoadRecords } from '../lib/db/loadRecords';
import { createManualClock } from '../lib/platform/memory/manualClock';
import type { Clock, LlmEngine, Platform } from '../lib/platform/types';

/** Guards nothing: for tests of what is loaded, not of what is written down about it. */
export const noSentinel: LoadSentinel = {
  guard: (_modelId, load) => load(),
  takeInterrupted: () => Promise.resolve(undefined),
};

export function llamaCppOf({ engines }: Pick<Platform, 'engines'>): LlmEngine {
  const engine = engines['llama.cpp'];
  if (!engine) throw new RangeError('This platform runs no GGUF builds.');
  return engine;
}

const runtimeOf = () => 'llama.cpp' as const;

function recordsInMemory(measurements: LoadMeasurement[] = []): LoadRecords {
  return {
    begin: () => Promise.resolve(),
    end: () => Promise.resolve(),
    findBegun: () => Promise.resolve(undefined),
    addMeasurement: () => Promise.resolve(),
    getMeasurements: () => Promise.resolve(measurements),
  };
}

export interface SessionOptions {
  engine: LlmEngine;
  /** Bytes of the device's memory, half of which models may take; undefined for a host that doesn't tell. */
  totalBytes?: number;
  /** Of each model's weights. */
  weightsBytesOf?: (config: LlmModelConfig) => number | undefined;
  contextTokens?: (config: LlmModelConfig) => number;
  sentinel?: LoadSentinel;
  clock?: Clock;
}

export async function createTestSession(options: SessionOptions) {
  const { engine, totalBytes, weightsBytesOf = () => undefined } = options;
  const { contextTokens = () => 2_048, sentinel = noSentinel } = options;
  const clock = options.clock ?? createManualClock();
  const memory = () => Promise.resolve({ totalBytes, availableBytes: undefined });
  const host = { maxModelBytes: undefined, memory };
  const records = recordsInMemory();
  const modelMemory = createModelMemory({ host, runtimeOf, records, weightsBytesOf });
  await modelMemory.start();
  const session = createLlmSession({
    ...{ engineOf: () => engine, runtimeOf, clock, sentinel, memory: modelMemory },
    loadChoiceOf: (config) => ({ contextTokens: contextTokens(config) }),
  });
  return { session, memory: modelMemory };
}

/** The same with how models are asked, kept as long as the test runs: what `LLMProvider` binds. */
export async function createTestLlm(options: SessionOptions) {
  const store = {
    getChoices: () => Promise.resolve(new Map()),
    enterVersion: () => Promise.resolve({}),
    setChoice: () => Promise.resolve(),
  };
  const choices = createGenerationChoices(store, runtimeOf);
  const contextTokens = (config: LlmModelConfig) => choices.settingsOf(config).contextTokens;
  const llm = await createTestSession({ contextTokens, ...options });
  return { ...llm, choices, engineOf: () => options.engine };
}
