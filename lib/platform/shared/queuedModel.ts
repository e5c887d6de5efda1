/** Wraps a model of an engine that answers one question at a time: queues questions, and lets unloading go first. */
import { abortable } from '../../download/flow/abortable';
import { ModelError } from '../../errors';
import type { GenerateRequest, GenerationStats, LoadedModel, ModelFacts, OnText } from '../types';

/** A model as its engine provides it; the queue never asks two questions at once. */
export interface RunningModel {
  facts: ModelFacts;
  /** @throws ModelError GENERATION_FAILED, CONTEXT_FULL, or the signal's reason */
  answer(request: GenerateRequest, onText: OnText, signal: AbortSignal): Promise<GenerationStats>;
  /** Whether the model is unusable after this failure, so that its memory is freed. */
  isBroken(failure: unknown): boolean;
  /** Frees its memory. Called once; `idle` resolves when the answer under way, which is being aborted, has ended. */
  end(idle: Promise<unknown>): Promise<void>;
}

export function queueAnswers({ facts, answer, isBroken, end }: RunningModel): LoadedModel {
  const unloading = new AbortController();
  let ended: Promise<void> | undefined;
  let last: Promise<unknown> = Promise.resolve();

  return {
    facts,
    generate(request, onText, signal) {
      const isTooLate = ended !== undefined;
      const answered = last.then(() => {
        // Questions from before the unloading are aborted by `unload` instead.
        if (isTooLate || (ended && !unloading.signal.aborted)) {
          throw new ModelError('GENERATION_FAILED', { reason: 'the model is not loaded' });
        }
        const { controller, release } = abortable(signal, unloading.signal);
        return answer(request, onText, controller.signal).finally(release);
      });
      last = answered.catch((failure: unknown) => {
        if (isBroken(failure)) ended ??= end(Promise.resolve());
      });
      return answered;
    },
    async unload() {
      unloading.abort();
      await (ended ??= end(last));
    },
  };
}
