/** Owns which model of the pool answers, and what happens when it changes. The caller serialises. */
import { isAbortError, toFailure } from '../../errors';
import type { LoadedModel } from '../../platform/types';
import type { LlmSnapshot, LlmStatus } from './llmSnapshot';
import type { LlmModelConfig } from '../modelConfig';
import type { ModelPool } from './modelPool';

export interface CurrentModel {
  get(): LlmModelConfig | undefined;
  /**
   * Makes a model the one that answers, loading it where it isn't in memory. After a failure the
   * one that answered before does so again. @throws as `ModelPool.load` does
   */
  become(config: LlmModelConfig, signal: AbortSignal): Promise<void>;
  /** Loads a model for everybody to see, without making it the one that answers. */
  loadInView(config: LlmModelConfig, signal: AbortSignal): Promise<LoadedModel>;
  /** Publishes what is there when nothing is being done. */
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

  /** `failed` is shown where there is no model to go back to. */
  async function goBack(
    previous: LlmModelConfig | undefined,
    failed: LlmStatus & { kind: 'failed' },
  ): Promise<void> {
    current = undefined;
    try {
      if (previous && previous.modelId !== failed.modelId) {
        // Nothing calls this off: whoever comes next waits for it, and finds the pool in order.
        const { signal } = new AbortController();
        if (pool.find(previous) === undefined) await loadInView(previous, signal);
        current = previous;
      }
    } catch {
      // The failure that is told is that of the model which the person asked for.
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
