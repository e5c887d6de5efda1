/** Binds the engine's session and the generation settings to React. */
import { createContext, use, useEffect, useMemo, useSyncExternalStore } from 'react';
import type { PropsWithChildren } from 'react';
import type { ChatMessage, GenerationStats, LlmEngine, OnText } from '../platform/types';
import type { GenerationChoices } from './generation/generationChoices';
import type {
  GenerationChoice,
  GenerationSettings,
  SettingLimits,
} from './generation/generationSettings';
import { requestFor } from './generation/requestFor';
import type { LlmSession } from './engine/llmSession';
import type { LlmStatus } from './engine/llmSnapshot';
import type { Fit } from './memory/memoryFit';
import type { LlmModelConfig } from './modelConfig';
import type { ModelMemory } from './memory/modelMemory';
import type { WarmModel } from './engine/modelPool';
import { useManagerSnapshot, useModel } from './ModelProvider';
import type { MemoryParts } from './runtimes/runtimeTraits';
import type { ManagerSnapshot } from './modelState';

export interface LlmServices {
  engineOf(config: LlmModelConfig): Pick<LlmEngine, 'honoursTopP' | 'ignoresTemperature'>;
  session: LlmSession;
  choices: GenerationChoices;
  memory: ModelMemory;
}

export interface LlmBinding {
  status: LlmStatus;
  /** Statistics of the last answer of the model in memory. */
  lastStats: GenerationStats | undefined;
  /** Every model in memory; the most recently used one comes first. */
  loaded: readonly WarmModel[];
  preloadingId: string | undefined;
  /** The model whose load was running when the app was killed; undefined again once it loads. */
  interruptedId: string | undefined;
  engineOf: LlmServices['engineOf'];
  /**
   * Loads the selected model ahead of the first message; the same function until another model is selected. Rejects as
   * `LlmSession.load` does.
   */
  prepare(): Promise<void>;
  /** Streams the selected model's answer with the settings for that model, and loads the model first if needed. */
  generate(messages: readonly ChatMessage[], onText: OnText): Promise<GenerationStats>;
  stop(): Promise<void>;
  /** Loads a model into memory beside the selected one. Rejects as `LlmSession.preload` does. */
  preload(config: LlmModelConfig): Promise<void>;
  unload(config: LlmModelConfig): Promise<void>;
  /** The settings in force for a model. */
  settingsOf(config: LlmModelConfig): GenerationSettings;
  /** The settings without a person's choice. */
  recommendedOf(config: LlmModelConfig): GenerationSettings;
  /** The limits of each number. */
  limitsOf(config: LlmModelConfig): SettingLimits;
  /** The settings that the person chose. */
  choiceOf(config: LlmModelConfig): GenerationChoice;
  /**
   * Changes a model's settings; a new context length takes effect with its next load. Rejects as
   * `GenerationChoices.choose` does.
   */
  choose(config: LlmModelConfig, choice: GenerationChoice): Promise<void>;
  /**
   * Bytes of memory that a model takes, with the settings in force or with another context; undefined if too little is
   * known.
   */
  memoryNeedOf(config: LlmModelConfig, contextTokens?: number): number | undefined;
  /** These bytes in their parts, with the settings in force; undefined where only the whole is known. */
  memoryPartsOf(config: LlmModelConfig): MemoryParts | undefined;
  fitOf(config: LlmModelConfig, contextTokens?: number): Fit;
}

const LlmContext = createContext<LlmBinding | undefined>(undefined);

/** @throws Error outside of an LLMProvider: render the component inside of the app's root layout. */
export function useLLM(): LlmBinding {
  const binding = use(LlmContext);
  if (binding === undefined) throw new Error('useLLM needs an LLMProvider above it.');
  return binding;
}

/** Undefined outside of an LLMProvider: for components that also work without an engine. */
export function useOptionalLLM(): LlmBinding | undefined {
  return use(LlmContext);
}

export function LLMProvider({ services, children }: PropsWithChildren<{ services: LlmServices }>) {
  const { session, choices, memory } = services;
  const { currentConfig } = useModel();
  const llm = useSyncExternalStore(session.subscribe, session.getSnapshot);
  const chosen = useSyncExternalStore(choices.subscribe, choices.getSnapshot);
  const known = useSyncExternalStore(memory.subscribe, memory.getSnapshot);

  // Another tab can remove the files of models that this tab has in memory.
  const gone = useManagerSnapshot(
    (snapshot) => llm.loaded.find(({ modelId }) => isAbsent(snapshot, modelId))?.modelId,
  );
  useEffect(() => {
    // If the engine can't unload, the next request for a model reports that.
    if (gone !== undefined) session.unload(gone).catch(() => undefined);
  }, [gone, session]);

  // Kept apart from the values that change often, so that these functions stay the same.
  const requests = useMemo(() => bindRequests(services, currentConfig), [services, currentConfig]);
  const advice = useMemo(
    () => bindAdvice(services),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- new functions tell React of new choices and measurements
    [services, chosen, known],
  );
  const binding = useMemo<LlmBinding>(
    () => ({ ...llm, ...requests, ...advice, engineOf: services.engineOf }),
    [llm, requests, advice, services],
  );
  return <LlmContext value={binding}>{children}</LlmContext>;
}

function isAbsent({ started, states }: ManagerSnapshot, modelId: string): boolean {
  return started && states[modelId]?.kind === 'absent';
}

function bindRequests({ session, choices }: LlmServices, selected: LlmModelConfig) {
  return {
    prepare: () => session.load(selected),
    generate(messages: readonly ChatMessage[], onText: OnText) {
      const request = requestFor(choices.settingsOf(selected), messages);
      return session.generate(selected, request, onText);
    },
    stop: () => session.stop(),
    preload: (config: LlmModelConfig) => session.preload(config),
    unload: (config: LlmModelConfig) => session.unload(config.modelId),
    choose: (config: LlmModelConfig, choice: GenerationChoice) => choices.choose(config, choice),
  };
}

function bindAdvice({ choices, memory }: LlmServices) {
  const contextOf = (config: LlmModelConfig) => choices.settingsOf(config).contextTokens;
  return {
    settingsOf: (config: LlmModelConfig) => choices.settingsOf(config),
    recommendedOf: (config: LlmModelConfig) => choices.recommendedOf(config),
    limitsOf: (config: LlmModelConfig) => choices.limitsOf(config),
    choiceOf: (config: LlmModelConfig) => choices.choiceOf(config),
    memoryNeedOf: (config: LlmModelConfig, contextTokens = contextOf(config)) =>
      memory.needOf(config, contextTokens),
    memoryPartsOf: (config: LlmModelConfig) => memory.partsOf(config, contextOf(config)),
    fitOf: (config: LlmModelConfig, contextTokens = contextOf(config)) =>
      memory.fitOf(config, contextTokens),
  };
}
