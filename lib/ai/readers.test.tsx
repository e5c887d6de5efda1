import { describe, expect, it } from '@jest/globals';
import { act, renderHook } from '@testing-library/react-native';
import { begin } from '../../tests/providersFixture';
import type { Wrapper } from '../../tests/providersFixture';
import { useConversation } from './chat/ConversationProvider';
import { useLLM } from './LLMProvider';
import { DEFAULT_MODEL, TinyDemo } from './modelConfig';
import { useInstalledModels, useManagerSnapshot, useModel, useModelState } from './ModelProvider';

describe('a report about a download', () => {
  /** How often a component was rendered that reads nothing but `useValue`. */
  function countRenders(useValue: () => unknown, wrapper: Wrapper) {
    let renders = 0;
    renderHook(
      () => {
        renders += 1;
        return useValue();
      },
      { wrapper },
    );
    return () => renders;
  }

  it('renders what shows that model, and no other reader', async () => {
    const { put, wrapper } = await begin();
    const own = countRenders(() => useModelState(DEFAULT_MODEL.modelId), wrapper);
    const others = [
      () => useModelState(TinyDemo.modelId),
      useInstalledModels,
      useModel,
      useLLM,
      useConversation,
      () => useManagerSnapshot(({ storage }) => storage),
    ].map((useValue) => countRenders(useValue, wrapper));
    const [ownBefore, othersBefore] = [own(), others.map((renders) => renders())];
    for (let receivedBytes = 1; receivedBytes <= 10; receivedBytes += 1) {
      act(() => {
        put(DEFAULT_MODEL, { kind: 'paused', receivedBytes, totalBytes: 10 });
      });
    }
    expect(own() - ownBefore).toBe(10);
    expect(others.map((renders) => renders())).toEqual(othersBefore);
  });
});
