import { describe, expect, it } from 'vitest';

import { createTestSession } from '../../../tests/llmFixture';
import { createChatStore } from '../../db/chats';
import { migrate } from '../../db/migrations';
import { ModelError, abortError } from '../../errors';
import { createInMemoryDatabase } from '../../platform/shared/inMemoryDatabase';
import { createManualClock } from '../../platform/memory/manualClock';
import type { GenerateRequest, GenerationStats, LlmEngine, OnText } from '../../platform/types';
import { recommendedSettings } from '../generation/generationSettings';
import { Qwen3_0_6B, TinyDemo } from '../modelConfig';
import { createComparison } from './comparison';

const STATS: GenerationStats = {
  promptTokens: 1,
  generatedTokens: 3,
  timeToFirstTokenMs: 7,
  prefillTokensPerSecond: undefined,
  tokensPerSecond: 42,
  finishReason: 'stop',
};
const [A, B] = [TinyDemo, Qwen3_0_6B];
const MODELS = [A, B];
const GIGABYTE = 1e9;

type Speak = (request: GenerateRequest, onText: OnText, signal: AbortSignal) => Promise<void>;

/** An engine that notes what it does, and whose models say what the test says, by their folder. */
function noting(speak: Partial<Record<string, Speak>> = {}) {
  const events: string[] = [];
  let speaking = 0;
  const engine: LlmEngine = {
    engineName: 'noting',
    engineVersion: '1',
    honoursTopP: true,
    load({ ptePath, contextTokens }) {
      const name = ptePath.startsWith(A.folderName) ? 'A' : 'B';
      events.push(`load ${name}`);
      return Promise.resolve({
        facts: { contextTokens, backend: 'noting', memoryBytes: GIGABYTE },
        async generate(request, onText, signal) {
          events.push(`ask ${name}`);
          speaking += 1;
          expect(speaking, 'answers at once').toBe(1);
          try {
            await (speak[name] ?? saying(`I am ${name}`))(request, onText, signal);
          } finally {
            speaking -= 1;
          }
          return STATS;
        },
        unload() {
          events.push(`unload ${name}`);
          return Promise.resolve();
        },
      });
    },
  };
  return { engine, events };
}

const saying =
  (text: string): Speak =>
  (_request, onText) => {
    onText(text, 'answer');
    return Promise.resolve();
  };

const endless: Speak = (_request, onText, signal) => {
  onText('Round it goes', 'answer');
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(abortError()));
  });
};

async function begin(speak: Partial<Record<string, Speak>> = {}, totalBytes = 16 * GIGABYTE) {
  const { engine, events } = noting(speak);
  const { session } = await createTestSession({
    ...{ engine, totalBytes, weightsBytesOf: () => GIGABYTE },
  });
  const database = await createInMemoryDatabase();
  await migrate(database);
  const store = createChatStore(database);
  const clock = createManualClock();
  const comparison = createComparison({
    session,
    settingsOf: (config) => recommendedSettings(config, 'llama.cpp'),
    save: (change) => store.save(change),
    clock,
  });
  const answers = () => comparison.getSnapshot().answers;
  const kinds = () => answers().map(({ outcome }) => outcome.kind);
  const texts = () => answers().map(({ text }) => text);
  /** Resolves when the model in this place writes. */
  const untilWriting = (place: number) =>
    new Promise<void>((resolve) => {
      const isWriting = () => answers()[place]?.outcome.kind === 'streaming';
      if (isWriting()) resolve();
      const end = comparison.subscribe(() => {
        if (!isWriting()) return;
        end();
        resolve();
      });
    });
  return { session, store, clock, comparison, events, answers, kinds, texts, untilWriting };
}

describe('a comparison', () => {
  it('asks each model after the other, with what each needed', async () => {
    const { comparison, events, answers } = await begin();
    await comparison.ask('Who are you?', MODELS);
    expect(answers()).toMatchObject([
      { modelId: A.modelId, text: 'I am A', outcome: { kind: 'done', stats: STATS } },
      { modelId: B.modelId, text: 'I am B', outcome: { kind: 'done', stats: STATS } },
    ]);
    expect(answers().map(({ memoryBytes }) => memoryBytes)).toEqual([GIGABYTE, GIGABYTE]);
    expect(events).toEqual(['load A', 'ask A', 'load B', 'ask B']);
  });

  it('loads nothing that is in memory, and states no load for it', async () => {
    const { session, comparison, events, answers } = await begin();
    await session.load(A);
    await comparison.ask('Who are you?', MODELS);
    expect(events).toEqual(['load A', 'ask A', 'load B', 'ask B']);
    expect(answers()[0]?.loadMs).toBeUndefined();
    expect(answers()[1]?.loadMs).toEqual(expect.any(Number));
  });

  it('has one model in memory at a time where both don’t fit, and brings back the one that answers', async () => {
    const { session, comparison, events, texts } = await begin({}, 3 * GIGABYTE);
    await session.load(A);
    await comparison.ask('Who are you?', MODELS);
    expect(texts()).toEqual(['I am A', 'I am B']);
    expect(events).toEqual([
      ...['load A', 'ask A', 'unload A', 'load B', 'ask B'],
      ...['unload B', 'load A'],
    ]);
  });

  it('asks with the settings of each model, and nothing that was said before', async () => {
    const asked: GenerateRequest[] = [];
    const listen: Speak = (request) => {
      asked.push(request);
      return Promise.resolve();
    };
    const { comparison } = await begin({ A: listen, B: listen });
    await comparison.ask('One', MODELS);
    await comparison.ask('Two', MODELS);
    expect(asked.map(({ messages }) => messages.map(({ content }) => content))).toEqual([
      ...[['One'], ['One'], ['Two'], ['Two']],
    ]);
    const { temperature, topP } = recommendedSettings(B, 'llama.cpp');
    expect(asked[1]).toMatchObject({ temperature, topP });
  });

  it('keeps what was said when it is stopped, and asks no other model', async () => {
    const { comparison, events, kinds, texts, untilWriting } = await begin({ A: endless });
    const asking = comparison.ask('Talk', MODELS);
    await untilWriting(0);
    comparison.stop();
    await asking;
    expect(kinds()).toEqual(['stopped', 'stopped']);
    expect(texts()).toEqual(['Round it goes', '']);
    expect(events).not.toContain('load B');
  });

  it('can be stopped while other work has the engine', async () => {
    const { session, comparison, kinds, events } = await begin({ A: endless });
    const request = { messages: [], maxTokens: 1, temperature: 0, topP: 1, thinking: false };
    const chatting = session.generate(A, request, () => undefined);
    void comparison.ask('Who?', [B]);
    expect(kinds()).toEqual(['waiting']);
    comparison.stop();
    expect(kinds()).toEqual(['stopped']);
    await session.stop();
    await expect(chatting).rejects.toMatchObject({ name: 'AbortError' });
    expect(events).not.toContain('ask B');
  });

  it('shows the failure of one, and the answer of the other', async () => {
    const failing: Speak = () =>
      Promise.reject(new ModelError('GENERATION_FAILED', { reason: 'broken' }));
    const { comparison, answers, texts } = await begin({ A: failing });
    await comparison.ask('Who are you?', MODELS);
    expect(answers()[0]?.outcome).toMatchObject({
      kind: 'failed',
      failure: { code: 'GENERATION_FAILED' },
    });
    expect(texts()[1]).toBe('I am B');
  });

  it('ends when the chat needs the engine', async () => {
    const { session, comparison, kinds, events, untilWriting } = await begin({ A: endless });
    const asking = comparison.ask('Talk', MODELS);
    await untilWriting(0);
    await session.load(B);
    await asking;
    expect(kinds()).toEqual(['stopped', 'stopped']);
    expect(events).not.toContain('ask B');
  });

  it('is replaced by a later one, of which nothing mixes with it', async () => {
    let spoke = false;
    const once: Speak = (...asked) => {
      const speak = spoke ? saying('I am A') : endless;
      spoke = true;
      return speak(...asked);
    };
    const { comparison, answers, untilWriting } = await begin({ A: once });
    const first = comparison.ask('Talk', MODELS);
    await untilWriting(0);
    const second = comparison.ask('Who?', [A]);
    const seen: string[] = [];
    comparison.subscribe(() => seen.push(...answers().map(({ outcome }) => outcome.kind)));
    await Promise.all([first, second]);
    expect(comparison.getSnapshot().question).toBe('Who?');
    expect(answers()).toMatchObject([{ modelId: A.modelId, text: 'I am A' }]);
    expect(seen).not.toContain('stopped');
  });
});

describe('what was compared', () => {
  it('is not saved unless it is asked for, and then once, each answer as a chat with its model', async () => {
    const { store, clock, comparison } = await begin();
    await comparison.ask('Who are you?', MODELS);
    expect(await store.listChats()).toEqual([]);
    await comparison.keep();
    clock.advance(5_000);
    await comparison.keep();
    const chats = await store.listChats();
    expect(chats.map(({ modelId, opening }) => [modelId, opening])).toEqual([
      [B.modelId, 'Who are you?'],
      [A.modelId, 'Who are you?'],
    ]);
    const [, ofA] = chats;
    expect(await store.getEntries(ofA?.chatId ?? 0)).toMatchObject([
      { role: 'user', text: 'Who are you?' },
      { role: 'assistant', text: 'I am A', outcome: { kind: 'done', stats: STATS } },
    ]);
    expect(comparison.getSnapshot().isKept).toBe(true);
  });

  it('leaves out a model that said nothing', async () => {
    const failing: Speak = () => Promise.reject(new ModelError('INTERNAL', { reason: 'broken' }));
    const { store, comparison } = await begin({ A: failing });
    await comparison.ask('Who are you?', MODELS);
    await comparison.keep();
    expect((await store.listChats()).map(({ modelId }) => modelId)).toEqual([B.modelId]);
  });
});
