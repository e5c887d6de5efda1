/** Builds the parts around the engine: the session, the settings for generation, and the memory that models need. */
import { createGenerationChoiceStore } from '../../db/generationChoices';
import { createLoadRecords } from '../../db/loadRecords';
import { ModelError } from '../../errors';
import type { LlmEngine, Platform } from '../../platform/types';
import { createGenerationChoices } from '../generation/generationChoices';
import type { GenerationChoices } from '../generation/generationChoices';
import { createLlmSession } from './llmSession';
import type { LlmSession } from './llmSession';
import type { ModelPoolParts } from './modelPool';
import { createLoadSentinel } from './loadSentinel';
import type { LoadSentinel } from './loadSentinel';
import type { LlmModelConfig } from '../modelConfig';
import { approximateBytes } from '../registry/modelFiles';
import type { ModelManager } from '../modelManager';
import { createModelMemory } from '../memory/modelMemory';
import type { ModelMemory } from '../memory/modelMemory';

export interface Llm {
  session: LlmSession;
  choices: GenerationChoices;
  memory: ModelMemory;
  sentinel: LoadSentinel;
  /** The engine for the build of a model that is or would be installed here. @throws ModelError UNSUPPORTED */
  engineOf(config: LlmModelConfig): LlmEngine;
  /** Reads the saved choices and measurements. Call once, before anything else. @throws ModelError DB_FAILED */
  start(): Promise<void>;
}

/** Over a database that `migrate` has brought up to date. */
export function createLlm(
  platform: Platform,
  manager: Pick<ModelManager, 'getSnapshot' | 'runtimeOf'>,
  mayLoad?: ModelPoolParts['mayLoad'],
): Llm {
  const { engines, host, clock, peers, database } = platform;
  const { runtimeOf } = manager;
  const records = createLoadRecords(database);
  const choices = createGenerationChoices(createGenerationChoiceStore(database), runtimeOf);

  function weightsBytesOf(config: LlmModelConfig): number | undefined {
    const state = manager.getSnapshot().states[config.modelId];
    if (state?.kind === 'installed') return state.sizeBytes;
    return approximateBytes(config, runtimeOf(config));
  }

  const memory = createModelMemory({ host, runtimeOf, engines, records, weightsBytesOf });
  const sentinel = createLoadSentinel({ records, peers, host });
  const loadChoiceOf = (config: LlmModelConfig) => {
    const { contextTokens, promptFormat } = choices.settingsOf(config);
    const state = manager.getSnapshot().states[config.modelId];
    const installed =
      state?.kind === 'installed' && state.files.length > 0 ? state.files : undefined;
    const format = promptFormat === 'own' ? undefined : promptFormat;
    return { contextTokens, promptFormat: format, installed };
  };
  const engineOf = (config: LlmModelConfig) => {
    const engine = engines[runtimeOf(config)];
    if (!engine) throw new ModelError('UNSUPPORTED', { feature: 'engine', host: host.kind });
    return engine;
  };
  const parts = { engineOf, runtimeOf, clock, sentinel, memory, loadChoiceOf, mayLoad };
  const session = createLlmSession(parts);
  return {
    ...{ session, choices, memory, sentinel, engineOf },
    async start() {
      await Promise.all([choices.start(), memory.start()]);
    },
  };
}
