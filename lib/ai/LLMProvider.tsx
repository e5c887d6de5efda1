/** Binds the engine's session to React, for the model that is selected. */
import { createContext, use, useEffect, useMemo, useSyncExternalStore } from 'react';
import type { PropsWithChildren } from 'react';
import type { ChatMessage, GenerationStats } from '../platform/types';
import type { LlmSession, LlmStatus } from './llmSession';
import type { LlmModelConfig } from './modelConfig';
import { useModel } from './ModelProvider';

export interface LlmBinding {
  status: LlmStatus;
  /** Of the last answer of the model in memory. */
  lastStats: GenerationStats | undefined;
  /** Loads the selected model ahead of the first message; the same function until another is selected. Rejects as `LlmSession.load` does. */
  prepare(): Promise<void>;
  /** Streams the selected model's answer, loading it first where needed. */
  generate(
    messages: readonly ChatMessage[],
    onText: (text: string) => void,
  ): Promise<GenerationStats>;
  stop(): Promise<void>;
  /** The context that a model is loaded with here. */
  contextTokensOf(config: LlmModelConfig): number;
}

/** Long enough for a page of text, short enough that a model that repeats itself comes to an end. */
const MAX_ANSWER_TOKENS = 1024;
const TEMPERATURE = 0.7;

const LlmContext = createContext<LlmBinding | undefined>(undefined);

/** @throws Error outside of an LLMProvider: render the component inside of the app's root layout. */
export function useLLM(): LlmBinding {
  const binding = use(LlmContext);
  if (binding === undefined) throw new Error('useLLM needs an LLMProvider above it.');
  return binding;
}

export function LLMProvider({ session, children }: PropsWithChildren<{ session: LlmSession }>) {
  const { currentConfig, snapshot } = useModel();
  const { status, lastStats } = useSyncExternalStore(session.subscribe, session.getSnapshot);

  // Another tab can remove the files under a model that is in this tab's memory.
  const wentAway =
    status.kind !== 'empty' &&
    snapshot.started &&
    snapshot.states[status.modelId]?.kind === 'absent';
  useEffect(() => {
    // Whoever asks for a model next hears of an engine that can't even unload.
    if (wentAway) session.unload().catch(() => undefined);
  }, [wentAway, session]);

  // Apart from the status, so that they stay the same while it changes.
  const requests = useMemo(
    () => ({
      prepare: () => session.load(currentConfig),
      generate: (messages: readonly ChatMessage[], onText: (text: string) => void) =>
        session.generate(
          currentConfig,
          { messages, maxTokens: MAX_ANSWER_TOKENS, temperature: TEMPERATURE },
          onText,
        ),
      stop: () => session.stop(),
      contextTokensOf: (config: LlmModelConfig) => session.contextTokensOf(config),
    }),
    [session, currentConfig],
  );
  const binding = useMemo<LlmBinding>(
    () => ({ status, lastStats, ...requests }),
    [status, lastStats, requests],
  );
  return <LlmContext value={binding}>{children}</LlmContext>;
}
