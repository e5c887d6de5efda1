/** Owns the generation settings of each model: a person's saved choices override its recommendations. No React. */
import type { GenerationChoiceStore } from '../../db/generationChoices';
import { effectiveSettings, settingLimits } from './generationSettings';
import type { GenerationChoice, GenerationSettings, SettingLimits } from './generationSettings';
import type { LlmModelConfig } from '../modelConfig';
import type { RuntimeOf } from '../registry/modelFiles';
import { createObservable } from '../observable';

export interface GenerationChoices {
  /** Reads the saved choices. Call once. @throws ModelError DB_FAILED */
  start(): Promise<void>;
  settingsOf(config: LlmModelConfig): GenerationSettings;
  /** The settings without a person's choice. */
  recommendedOf(config: LlmModelConfig): GenerationSettings;
  limitsOf(config: LlmModelConfig): SettingLimits;
  /** The settings that the person chose. */
  choiceOf(config: LlmModelConfig): GenerationChoice;
  /**
   * Replaces the model's choice, at once and for the next start. @throws ModelError DB_FAILED, having changed nothing
   */
  choose(config: LlmModelConfig, choice: GenerationChoice): Promise<void>;
  /** Tells which version of the model is installed: each has choices of its own. @throws ModelError DB_FAILED */
  enterVersion(config: LlmModelConfig, version: string): Promise<void>;
  /** The same map until a choice changes. */
  getSnapshot(): ReadonlyMap<string, GenerationChoice>;
  subscribe(listener: () => void): () => void;
}

export function createGenerationChoices(
  store: GenerationChoiceStore,
  runtimeOf: RuntimeOf,
): GenerationChoices {
  const choices = createObservable<ReadonlyMap<string, GenerationChoice>>(new Map());
  const choiceOf = ({ modelId }: LlmModelConfig) => choices.get().get(modelId) ?? {};

  return {
    async start() {
      choices.set(await store.getChoices());
    },
    choiceOf,
    recommendedOf: (config) => effectiveSettings(config, runtimeOf(config), {}),
    limitsOf: (config) => settingLimits(config, runtimeOf(config)),
    settingsOf: (config) => effectiveSettings(config, runtimeOf(config), choiceOf(config)),
    async choose(config, choice) {
      await store.setChoice(config.modelId, choice);
      choices.set(new Map([...choices.get(), [config.modelId, choice]]));
    },
    async enterVersion({ modelId }, version) {
      const choice = await store.enterVersion(modelId, version);
      if (JSON.stringify(choice) === JSON.stringify(choices.get().get(modelId) ?? {})) return;
      choices.set(new Map([...choices.get(), [modelId, choice]]));
    },
    getSnapshot: choices.get,
    subscribe: choices.subscribe,
  };
}
