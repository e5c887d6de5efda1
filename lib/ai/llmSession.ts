/** Owns what is in the engine: one model at a time, one request at a time, the last request wins. Knows no React. */
import { abortError, isAbortError, toFailure } from '../errors';
import type { ModelFailure } from '../errors';
import type { GenerateRequest, GenerationStats, LlmEngine, Runtime } from '../platform/types';
import type { LlmModelConfig } from './modelConfig';
import { installedPaths } from './modelFiles';
import { createObservable } from './observable';
import { createTurns } from './turns';

export type LlmStatus =
  | { kind: 'empty' }
  | { kind: 'loading'; modelId: string }
  | { kind: 'ready'; modelId: string }
  | { kind: 'generating'; modelId: string }
  /** The load failed and nothing is in memory. A failed answer isn't this: the model is still `ready`. */
  | { kind: 'failed'; modelId: string; failure: ModelFailure };

export interface LlmSnapshot {
  status: LlmStatus;
  /** Of the last answer that came to its end. */
  lastStats: GenerationStats | undefined;
}

export interface LlmSession {
  /**
   * Brings an installed model into memory in place of the one that is there. Already there, or
   * on its way, is fine. A request that a later one overtakes rejects with AbortError.
   * @throws ModelError LOAD_FAILED, UNSUPPORTED
   */
  load(config: LlmModelConfig): Promise<void>;
  /** Loads the model where it isn't, then streams its answer. @throws as `load` and `LlmEngine.generate` do */
  generate(
    config: LlmModelConfig,
    request: GenerateRequest,
    onText: (text: string) => void,
  ): Promise<GenerationStats>;
  /** Ends the answer that is running or about to; it rejects with AbortError. The model stays. */
  stop(): Promise<void>;
  unload(): Promise<void>;
  /** The context that a model is loaded with here. */
  contextTokensOf(config: LlmModelConfig): number;
  getSnapshot(): LlmSnapshot;
  subscribe(listener: () => void): () => void;
}

/** More would rarely fit a phone's memory together with the weights. */
const MAX_CONTEXT_TOKENS = 4096;

function contextTokensOn(runtime: Runtime, { contextTokens }: LlmModelConfig): number {
  const longest = contextTokens?.[runtime === 'llama.cpp' ? 'llamaCpp' : 'executorch'];
  return Math.min(MAX_CONTEXT_TOKENS, longest ?? MAX_CONTEXT_TOKENS);
}

export function createLlmSession(engine: LlmEngine, runtime: Runtime): LlmSession {
  const turns = createTurns();
  const snapshot = createObservable<LlmSnapshot>({
    status: { kind: 'empty' },
    lastStats: undefined,
  });
  let loadedId: string | undefined;
  let pending: { modelId: string; done: Promise<void> } | undefined;

  const publish = (change: Partial<LlmSnapshot>) => snapshot.set({ ...snapshot.get(), ...change });

  async function bringIn(config: LlmModelConfig, signal: AbortSignal): Promise<void> {
    const { modelId } = config;
    if (loadedId === modelId) return;
    loadedId = undefined;
    publish({ status: { kind: 'loading', modelId }, lastStats: undefined });
    try {
      // Both models at once can be more than the device has, so the old one goes first.
      await engine.unload();
      const contextTokens = contextTokensOn(runtime, config);
      await engine.load({ ...installedPaths(config, runtime), contextTokens }, signal);
      loadedId = modelId;
      publish({ status: { kind: 'ready', modelId } });
    } catch (error) {
      const status: LlmStatus = isAbortError(error)
        ? { kind: 'empty' }
        : { kind: 'failed', modelId, failure: toFailure(error) };
      publish({ status });
      throw error;
    }
  }

  function load(config: LlmModelConfig): Promise<void> {
    if (pending?.modelId === config.modelId) return pending.done;
    if (pending === undefined && loadedId === config.modelId) return Promise.resolve();
    const done = turns.take((signal) => bringIn(config, signal));
    const mine = { modelId: config.modelId, done };
    pending = mine;
    const settled = () => {
      if (pending === mine) pending = undefined;
    };
    done.then(settled, settled);
    return done;
  }

  async function generate(
    config: LlmModelConfig,
    request: GenerateRequest,
    onText: (text: string) => void,
  ): Promise<GenerationStats> {
    const { modelId } = config;
    const loading = load(config);
    const stillMine = turns.mark();
    await loading;
    // A stop or another model came while this one was loading.
    if (!stillMine()) throw abortError();
    return turns.take(async (signal) => {
      publish({ status: { kind: 'generating', modelId } });
      try {
        const lastStats = await engine.generate(request, onText, signal);
        publish({ lastStats });
        return lastStats;
      } finally {
        publish({ status: { kind: 'ready', modelId } });
      }
    });
  }

  async function unload(): Promise<void> {
    pending = undefined;
    await turns.take(async () => {
      loadedId = undefined;
      await engine.unload();
      publish({ status: { kind: 'empty' }, lastStats: undefined });
    });
  }

  return {
    load,
    generate,
    stop: () => turns.stop(snapshot.get().status.kind === 'generating'),
    unload,
    contextTokensOf: (config) => contextTokensOn(runtime, config),
    getSnapshot: snapshot.get,
    subscribe: snapshot.subscribe,
  };
}
