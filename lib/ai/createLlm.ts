/** Puts together what stands around the engine: the session, how models are asked, and what they need of memory. */
import { createGenerationChoiceStore } from '../db/generationChoices';
import { createLoadRecords } from '../db/loadRecords';
import type { Platform } from '../platform/types';
import { createGenerationChoices } from './generationChoices';
import type { GenerationChoices } from './generationChoices';
import { createLlmSession } from './llmSession';
import type { LlmSession } from './llmSession';
import { createLoadSentinel } from './loadSentinel';
import type { LoadSentinel } from './loadSentinel';
import type { LlmModelConfig } from './modelConfig';
import { statedBytes } from './modelFiles';
import type { ModelManager } from './modelManager';
import { createModelMemory } from './modelMemory';
import type { ModelMemory } from './modelMemory';

export interface Llm {
  session: LlmSession;
  choices: GenerationChoices;
  memory: ModelMemory;
  sentinel: LoadSentinel;
  /** Reads what was chosen and measured. Call once, before anything else. @throws ModelError DB_FAILED */
  start(): Promise<void>;
}

/** Over a database that `migrate` has brought up to date. */
export function createLlm(platform: Platform, manager: Pick<ModelManager, 'getSnapshot'>): Llm {
  const { engine, host, clock, peers, database } = platform;
  const { runtime } = host;
  const records = createLoadRecords(database);
  const choices = createGenerationChoices(createGenerationChoiceStore(database), runtime);

  function weightsBytesOf(config: LlmModelConfig): number | undefined {
    const state = manager.getSnapshot().states[config.modelId];
    if (state?.kind === 'installed') return state.sizeBytes;
    return statedBytes(config, runtime) ?? config.approximateBytes;
  }

  const memory = createModelMemory({ host, records, weightsBytesOf });
  const sentinel = createLoadSentinel({ records, peers, host });
  const loadChoiceOf = (config: LlmModelConfig) => {
    const { contextTokens, promptFormat } = choices.settingsOf(config);
    return { contextTokens, promptFormat: promptFormat === 'own' ? undefined : promptFormat };
  };
  const session = createLlmSession({ engine, runtime, clock, sentinel, memory, loadChoiceOf });
  return {
    ...{ session, choices, memory, sentinel },
    async start() {
      await Promise.all([choices.start(), memory.start()]);
    },
  };
}
