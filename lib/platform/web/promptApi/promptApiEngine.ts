/** The engine of the browser's own model, through the Prompt API. */
import { ModelError } from '../../../errors';
import { queueAnswers } from '../../shared/queuedModel';
import type { Clock, LlmEngine, LoadedModel } from '../../types';
import { answerPrompt } from './answerPrompt';
import { browserBrand } from './browserBrand';
import { createBrowserModel } from './browserModel';
import { heed, openSession, windowOf, type PromptApi, type PromptSession } from './promptApi';
import { promptFailure } from './promptApiErrors';

export interface PromptApiEngineOptions {
  clock: Clock;
  api: PromptApi;
}

export function createPromptApiEngine({ clock, api }: PromptApiEngineOptions): LlmEngine {
  const systemModel = createBrowserModel(api);

  /** Checked first, because to open a session without the model would make the browser download it, unasked. */
  async function checkPresence(): Promise<void> {
    const availability = await systemModel.availability();
    if (availability === 'available') return;
    const lack = availability === 'unavailable' ? 'unavailable' : 'gone';
    throw new ModelError('SYSTEM_MODEL', { lack, reason: '' });
  }

  async function open(signal: AbortSignal | undefined): Promise<PromptSession> {
    try {
      return await openSession(api, {}, signal);
    } catch (cause) {
      signal?.throwIfAborted();
      throw promptFailure(cause, { kind: 'load' });
    }
  }

  return {
    engineName: 'Prompt API',
    // The browser reports no version of its model, but it chooses the model, so its own version identifies both.
    engineVersion: browserBrand()?.version ?? 'unknown',
    honoursTopP: false,
    ...(api.params === undefined && { ignoresTemperature: true }),
    systemModel,
    async load(request, { signal } = {}) {
      await heed(checkPresence(), signal);
      const session = await open(signal);
      const contextTokens = windowOf(session) ?? request.contextTokens;
      return createLoadedModel(session, { api, clock, contextTokens, checkPresence });
    },
  };
}

interface LoadedTools extends PromptApiEngineOptions {
  contextTokens: number;
  checkPresence(): Promise<void>;
}

/** `session` isn't used for answers: as long as it is open, the browser keeps the model in memory. */
function createLoadedModel(session: PromptSession, tools: LoadedTools): LoadedModel {
  const { contextTokens, checkPresence } = tools;
  return queueAnswers({
    facts: { contextTokens, backend: 'As the browser decides', memoryBytes: undefined },
    async answer(request, onText, signal) {
      try {
        await heed(checkPresence(), signal);
        return await answerPrompt(tools, request, { onText, signal });
      } catch (cause) {
        signal.throwIfAborted();
        throw promptFailure(cause, { kind: 'answer', contextTokens });
      }
    },
    // Each answer has a session of its own.
    isBroken: () => false,
    async end(idle) {
      await idle;
      session.destroy();
    },
  });
}
