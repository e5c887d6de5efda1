/** Watches the states of models, including changes by another tab: that tab can finish what this one shows. */
import { useCallback, useRef } from 'react';
import type { LlmModelConfig } from '../../ai/modelConfig';
import { useManagerListener, useModels } from '../../ai/ModelProvider';
import type { ManagerSnapshot, ModelState } from '../../ai/modelState';

export type OnSettled = (config: LlmModelConfig, before: ModelState, after: ModelState) => void;

/**
 * Calls back when a model's state changes to another kind, but not for the states found at the start. `before` is the
 * last state that wasn't `verifying`, because both an install and a later check pass through it. Pass the same function
 * in every render.
 */
export function useSettledChanges(onSettled: OnSettled): void {
  const { models } = useModels();
  const settled = useRef<Record<string, ModelState>>({});
  const look = useCallback(
    ({ started, states }: ManagerSnapshot) => {
      if (!started) return;
      for (const config of models) {
        const after = states[config.modelId];
        if (after === undefined || after.kind === 'verifying') continue;
        const before = settled.current[config.modelId];
        settled.current[config.modelId] = after;
        if (before !== undefined && before.kind !== after.kind) onSettled(config, before, after);
      }
    },
    [models, onSettled],
  );
  useManagerListener(look);
}
