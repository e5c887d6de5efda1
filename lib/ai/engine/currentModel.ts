/** Owns which model of the pool answers, and how it is replaced. The caller runs one operation at a time. */
import { isAbortError, toFailure } from '../../errors';
import type { LoadedModel } from '../../platform/types';
import type { LlmSnapshot, LlmStatus } from './llmSnapshot';
import type { LlmModelConfig } from '../modelConfig';
import type { ModelPool } from './modelPool';

export interface CurrentModel {
  get(): LlmModelConfig | undefined;
  /**
   * Makes a model the one that answers, and loads it if it isn't in memory. After a failure the previous model answers
   * again. @throws as `ModelPool.load` does
   */
  become(config: LlmModelConfig, signal: AbortSignal): Promise<void>;
  /** Loads a model and publishes the progress, without making it the one that answers. */
  loadInView(config: LlmModelConfig, signal: AbortSignal): Promise<LoadedModel>;
  /** Publishes the status for a session in which nothing runs. */
  rest(): void;
}

export function createCurrentModel(
  pool: ModelPool,
  publish: (change: Partial<LlmSnapshot>) => void,
): CurrentModel {
  let current: LlmModelConfig | undefined;

  function rest(): void {
    if (current !== undefined && pool.find(current) === undefined) current = undefined;
    publish({
      status: current ? { kind: 'ready', modelId: current.modelId } : { kind: 'empty' },
    });
  }

  async function loadInView(config: LlmModelConfig, signal: AbortSignal): Promise<LoadedModel> {
    const { modelId } = config;
    const show = (fraction?: number) => publish({ status: { kind: 'loading', modelId, fraction } });
    show();
    return pool.load(config, { signal, onProgress: show });
  }

  /** Publishes `failed` if there is no previous model to go back to. */
  async function goBack(
    previous: LlmModelConfig | undefined,
    failed: LlmStatus & { kind: 'failed' },
  ): Promise<void> {
    current = undefined;
    try {
      if (previous && previous.modelId !== failed.modelId) {
        // No signal cancels this load: the next request waits for it, and then finds the pool in a consistent state.
        const { signal } = new AbortController();
        if (pool.find(previous) === undefined) await loadInView(previous, signal);
        current = previous;
      }
    } catch {
      // The caller reports the failure of the model that the person asked for, not this one.
    }
    if (current === undefined) publish({ status: failed });
    else rest();
  }

  return {
    get: () => current,
    loadInView,
    rest,
    async become(config, signal) {
      const previous = current;
      const { modelId } = config;
      try {
        if (pool.find(config) === undefined) await loadInView(config, signal);
      } catch (error) {
        if (isAbortError(error)) rest();
        else await goBack(previous, { kind: 'failed', modelId, failure: toFailure(error) });
        throw error;
      }
      if (previous?.modelId !== modelId) publish({ lastStats: undefined });
      pool.touch(modelId);
      current = config;
      rest();
    },
  };
}
