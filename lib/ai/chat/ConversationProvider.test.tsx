import { describe, expect, it } from '@jest/globals';
import { act, renderHook } from '@testing-library/react-native';
import type { PropsWithChildren } from 'react';
import { createTestLlm } from '../../../tests/llmFixture';
import { NO_CHATS } from '../../../tests/providersFixture';
import { createManualClock } from '../../platform/memory/manualClock';
import type { LlmEngine, OnText } from '../../platform/types';
import { ConversationProvider, useConversation, useLiveAnswer } from './ConversationProvider';
import { createConversations } from './conversations';
import { LLMProvider } from '../LLMProvider';
import { ALL_MODELS, Qwen3_0_6B, TinyDemo } from '../modelConfig';
import { ModelProvider } from '../ModelProvider';
import type { ModelServices } from '../ModelProvider';
import { createObservable } from '../observable';

/** An engine whose answers say what the test says, until it lets them end. */
function heldEngine() {
  let say: OnText = () => undefined;
  let end: () => void = () => undefined;
  const engine: LlmEngine = {
    engineName: 'held',
    engineVersion: '1',
    honoursTopP: true,
    load: ({ contextTokens }) =>
      Promise.resolve({
        facts: { contextTokens, backend: 'held', memoryBytes: undefined },
        async generate(_request, onText, signal) {
          say = onText;
          await new Promise<void>((resolve, reject) => {
            end = resolve;
            const stop = () => reject(Object.assign(new Error('stopped'), { name: 'AbortError' }));
            signal.addEventListener('abort', stop);
          });
          return {
            promptTokens: 1,
            generatedTokens: 1,
            timeToFirstTokenMs: 1,
            prefillTokensPerSecond: undefined,
            tokensPerSecond: 0,
            finishReason: 'stop' as const,
          };
        },
        unload: () => Promise.resolve(),
      }),
  };
  return { engine, say: (text: string) => say(text, 'answer'), end: () => end() };
}

async function begin() {
  const { engine, say, end } = heldEngine();
  const llm = await createTestLlm({ engine });
  const selected = createObservable(TinyDemo.modelId);
  // Of these two only what is selected matters here.
  const services = {
    models: ALL_MODELS,
    manager: { getSnapshot: () => NOTHING_KNOWN, subscribe: () => () => {} },
    selection: { getSelectedModelId: selected.get, subscribe: selected.subscribe },
  } as unknown as ModelServices;
  const conversations = createConversations(NO_CHATS, createManualClock());
  const wrapper = ({ children }: PropsWithChildren) => (
    <ModelProvider services={services}>
      <LLMProvider services={llm}>
        <ConversationProvider conversations={conversations}>{children}</ConversationProvider>
      </LLMProvider>
    </ModelProvider>
  );
  const useBoth = () => {
    const chat = useConversation();
    return { chat, live: useLiveAnswer(chat.entries.at(-1)?.id ?? 0) };
  };
  const { result } = renderHook(useBoth, { wrapper });
  const select = (modelId: string) =>
    act(async () => {
      selected.set(modelId);
      await conversations.open(modelId);
    });
  await select(TinyDemo.modelId);
  /** How often a reader of one answer was rendered. */
  const countRenders = (answerId: number) => {
    let renders = 0;
    renderHook(
      () => {
        renders += 1;
        return useLiveAnswer(answerId);
      },
      { wrapper },
    );
    return () => renders;
  };
  const texts = () => result.current.chat.entries.map(({ text }) => text);
  return { result, select, say, end, countRenders, texts };
}

const NOTHING_KNOWN = { started: false, states: {} };

describe('the chat of the selected model', () => {
  it('stays the same while an answer is being streamed, which is beside it', async () => {
    const { result, say, end, texts } = await begin();
    await act(async () => void result.current.chat.send('Who are you?'));
    const { chat } = result.current;
    await act(async () => say('I am'));
    expect(result.current.live?.text).toBe('I am');
    expect(result.current.chat).toBe(chat);
    await act(async () => end());
    expect(result.current.live).toBeUndefined();
    expect(texts()).toEqual(['Who are you?', 'I am']);
  });

  it('renders no reader of another answer while one is being streamed', async () => {
    const { result, say, end, countRenders } = await begin();
    await act(async () => void result.current.chat.send('Who are you?'));
    const [question, answer] = result.current.chat.entries;
    const other = countRenders(question?.id ?? 0);
    const own = countRenders(answer?.id ?? 0);
    const before = [other(), own()] as const;
    await act(async () => say('I am'));
    expect(other()).toBe(before[0]);
    expect(own()).toBeGreaterThan(before[1]);
    await act(async () => end());
  });

  it('gives way to that of another, and is there again afterwards', async () => {
    const { result, select, end, texts } = await begin();
    await act(async () => void result.current.chat.send('Who are you?'));
    await act(async () => end());
    await select(Qwen3_0_6B.modelId);
    expect(texts()).toEqual([]);
    await select(TinyDemo.modelId);
    expect(texts()).toEqual(['Who are you?', '']);
  });

  it('ends a running answer when a new one starts', async () => {
    const { result, say, texts } = await begin();
    await act(async () => void result.current.chat.send('Who are you?'));
    await act(async () => say('I am'));
    await act(() => result.current.chat.startNew());
    expect(texts()).toEqual([]);
    expect(result.current.live).toBeUndefined();
  });
});
