import { describe, expect, it, vi } from 'vitest';

import { Llama32_1B_Instruct, Qwen3_0_6B, Qwen3_1_7B, TinyDemo } from '../modelConfig';
import type { LlmModelConfig } from '../modelConfig';
import type { ManagerSnapshot, ModelState } from '../modelState';
import { createObservable } from '../observable';
import type { LlmStatus } from './llmSnapshot';
import { selectFirst } from './selectFirst';

const INSTALLED: ModelState = { kind: 'installed', sizeBytes: 1, installedAt: 0, files: [] };
const COMING: ModelState = {
  ...{ kind: 'downloading', receivedBytes: 1, totalBytes: 2 },
  ...{ bytesPerSecond: undefined, secondsLeft: undefined },
};
const MODELS = [Llama32_1B_Instruct, Qwen3_0_6B, Qwen3_1_7B, TinyDemo];

function statusOf(isAnswering: boolean): LlmStatus {
  return { kind: isAnswering ? 'generating' : 'ready', modelId: TinyDemo.modelId };
}

/** With the default selected, which isn't installed. */
function watch(
  states: Record<string, ModelState> = {},
  { isWorthLoading = (): boolean => true, isAnswering = (): boolean => false } = {},
) {
  const snapshot = createObservable({ states } as unknown as ManagerSnapshot);
  let selectedId: string = Llama32_1B_Instruct.modelId;
  const select = vi.fn(({ modelId }: LlmModelConfig) => {
    selectedId = modelId;
    return Promise.resolve();
  });
  const stop = selectFirst({
    manager: { getSnapshot: snapshot.get, subscribe: snapshot.subscribe },
    registry: { find: (modelId) => MODELS.find((model) => model.modelId === modelId) },
    selection: { getSelectedModelId: () => selectedId, select },
    isWorthLoading,
    session: { getSnapshot: () => ({ status: statusOf(isAnswering()) }) },
  });
  const put = ({ modelId }: LlmModelConfig, state: ModelState) => {
    const before = snapshot.get();
    snapshot.set({ ...before, states: { ...before.states, [modelId]: state } });
  };
  const install = (config: LlmModelConfig) => {
    put(config, COMING);
    put(config, INSTALLED);
  };
  return { install, put, select, stop };
}

describe('the first model', () => {
  it('becomes the selected one as soon as it is installed, and the second doesn’t', () => {
    const { install, select } = watch();
    install(Qwen3_0_6B);
    expect(select.mock.calls).toEqual([[Qwen3_0_6B]]);
    install(TinyDemo);
    expect(select).toHaveBeenCalledTimes(1);
  });

  it('is selected beside others where none of them is selected', () => {
    const { install, select } = watch({ [TinyDemo.modelId]: INSTALLED });
    install(Qwen3_0_6B);
    expect(select.mock.calls).toEqual([[Qwen3_0_6B]]);
  });

  it('isn’t selected in place of one that a person selected', () => {
    const { install, select } = watch({ [Llama32_1B_Instruct.modelId]: INSTALLED });
    install(Qwen3_0_6B);
    expect(select).not.toHaveBeenCalled();
  });

  it('takes the place of a demo, unless that is writing an answer', () => {
    let answers = true;
    const { install, select } = watch({}, { isAnswering: () => answers });
    answers = false;
    install(TinyDemo);
    answers = true;
    install(Qwen3_0_6B);
    expect(select.mock.calls).toEqual([[TinyDemo]]);
    answers = false;
    install(Qwen3_1_7B);
    expect(select.mock.calls).toEqual([[TinyDemo], [Qwen3_1_7B]]);
  });

  it('isn’t selected when it was found on the disk, or wasn’t completed', () => {
    const { put, select } = watch();
    put(TinyDemo, INSTALLED);
    put(Qwen3_0_6B, COMING);
    put(Qwen3_0_6B, { kind: 'paused', receivedBytes: 1, totalBytes: 2 });
    put(Qwen3_0_6B, INSTALLED);
    expect(select).not.toHaveBeenCalled();
  });

  it('isn’t loaded unasked where it probably doesn’t fit', () => {
    const { install, select } = watch({}, { isWorthLoading: () => false });
    install(Qwen3_0_6B);
    expect(select).not.toHaveBeenCalled();
  });

  it('isn’t selected after the end', () => {
    const { install, select, stop } = watch();
    stop();
    install(Qwen3_0_6B);
    expect(select).not.toHaveBeenCalled();
  });
});
