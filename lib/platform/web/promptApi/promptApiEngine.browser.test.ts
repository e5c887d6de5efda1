import { afterEach, describe, expect, it } from 'vitest';

import { expectAbort, expectCode, rejectionOf } from '../../../../tests/conformance/expectFailure';
import { describeLlmEngine } from '../../../../tests/conformance/llmEngine';
import { SPOKEN_SENTENCE } from '../../../../tests/conformance/spokenSentence';
import { createPromptApiStandIn, type StandInOptions } from '../../../../tests/promptApiStandIn';
import { isModelError } from '../../../errors';
import { systemClock } from '../../shared/systemClock';
import type { ChatMessage, GenerateRequest, LoadedModel } from '../../types';
import { findPromptApi, type PromptApi } from './promptApi';
import { createPromptApiEngine } from './promptApiEngine';
import { createWebHost } from '../webHost';

const clock = systemClock;
const never = new AbortController().signal;
const request = { ptePath: '', contextTokens: 4_096 };

function begin(options: Partial<StandInOptions> = {}) {
  const standIn = createPromptApiStandIn({
    availability: 'available',
    answer: SPOKEN_SENTENCE,
    ...options,
  });
  const api = standIn.api as unknown as PromptApi;
  const engine = createPromptApiEngine({ clock, api });
  const { systemModel } = engine;
  if (!systemModel) throw new Error('It has the browser’s model.');
  return { ...standIn, engine, systemModel };
}

async function ask(model: LoadedModel, changes: Partial<GenerateRequest> = {}, signal = never) {
  let text = '';
  const question: GenerateRequest = {
    ...{ messages: [{ role: 'user', content: 'Who are you?' }], maxTokens: 100 },
    ...{ temperature: 0.7, topP: 0.9, thinking: false, ...changes },
  };
  const stats = await model.generate(question, (piece) => (text += piece), signal);
  return { text: text.trim(), stats };
}

async function lackOf(attempt: Promise<unknown>): Promise<string> {
  const error = await rejectionOf(attempt);
  if (!isModelError(error) || error.code !== 'SYSTEM_MODEL') return String(error);
  return (error.details as { lack: string }).lack;
}

describeLlmEngine(
  'the browser’s own model',
  () => {
    const speaking = begin();
    const looping = begin({ isEndless: true });
    return Promise.resolve({
      engine: {
        ...speaking.engine,
        // Its own model takes no notice of paths: two browsers stand for two models.
        load: (given, options) =>
          (given.ptePath === 'looping' ? looping : speaking).engine.load(given, options),
      },
      ...{ speaking: { ptePath: 'speaking' }, looping: { ptePath: 'looping' } },
      ...{ templated: undefined, longestContext: 512 },
      dispose: () => Promise.resolve(),
    });
  },
  { hasFiles: false },
);

describe('what the browser says of its model', () => {
  it.each(['unavailable', 'downloadable', 'downloading', 'available'] as const)(
    'is passed on: %s',
    async (availability) => {
      expect(await begin({ availability }).systemModel.availability()).toBe(availability);
    },
  );

  it('counts for nothing where it is a word that nobody knows, as of earlier versions', async () => {
    const { systemModel, control } = begin();
    control.availability = 'readily';
    expect(await systemModel.availability()).toBe('unavailable');
  });

  it('holds until it says otherwise, also where it can’t tell for a moment', async () => {
    const { systemModel, control } = begin();
    const heard: string[] = [];
    const stop = systemModel.subscribe((availability) => heard.push(availability));
    await systemModel.availability();
    control.availability = 'failing';
    expect(await systemModel.availability()).toBe('available');
    control.availability = 'downloadable';
    await systemModel.availability();
    await systemModel.availability();
    stop();
    control.availability = 'available';
    await systemModel.availability();
    expect(heard).toEqual(['downloadable']);
  });

  it('is never asked on a page that isn’t secure, where the browser hides it', () => {
    const name = 'LanguageModel';
    const before = Object.getOwnPropertyDescriptor(globalThis, name);
    Reflect.deleteProperty(globalThis, name);
    try {
      expect(findPromptApi()).toBeUndefined();
      expect(createWebHost().runtimes).toEqual(['llama.cpp']);
      Object.defineProperty(globalThis, name, { value: begin().api, configurable: true });
      expect(createWebHost().runtimes).toEqual(['llama.cpp', 'system']);
    } finally {
      Reflect.deleteProperty(globalThis, name);
      if (before) Object.defineProperty(globalThis, name, before);
    }
  });
});

describe('the browser’s download', () => {
  /** Somebody else began it, so that no press is needed. */
  const under = () => begin({ availability: 'downloading' });

  it('tells how far it is, never going back, and ends with the model', async () => {
    const { systemModel, control } = under();
    const heard: number[] = [];
    const bringing = systemModel.bring((fraction) => heard.push(fraction), never);
    for (const loaded of [0, 0.4, 0.2, 0.4, 0.9]) control.progress(loaded);
    control.progress(1);
    await bringing;
    expect(heard).toEqual([0, 0.4, 0.9, 1]);
    expect(await systemModel.availability()).toBe('available');
    // A session only for the download would keep the model in memory.
    expect(control.living).toBe(0);
  });

  it('is a fraction also where the browser counts bytes', async () => {
    const { systemModel, control } = under();
    const heard: number[] = [];
    const bringing = systemModel.bring((fraction) => heard.push(fraction), never);
    control.progress(500, 2_000);
    control.progress(2_000, 2_000);
    await bringing;
    expect(heard).toEqual([0.25, 1]);
  });

  it('is left at once when it is called off, whatever the browser tells afterwards', async () => {
    const { systemModel, control } = under();
    const heard: number[] = [];
    const stopping = new AbortController();
    const bringing = systemModel.bring((fraction) => heard.push(fraction), stopping.signal);
    control.progress(0.5);
    stopping.abort();
    await expectAbort(bringing);
    control.progress(0.75);
    control.progress(1);
    expect(heard).toEqual([0.5]);
    await expect.poll(() => control.living).toBe(0);
  });

  it('needs a press, and says so', async () => {
    expect(navigator.userActivation.isActive).toBe(false);
    const { systemModel } = begin({ availability: 'downloadable' });
    expect(await lackOf(systemModel.bring(() => undefined, never))).toBe('press');
  });

  it.each([
    ['NetworkError', 'network'],
    ['NotSupportedError', 'unavailable'],
    ['OperationError', 'failed'],
    ['InvalidStateError', 'failed'],
    ['UnknownError', 'failed'],
  ])('fails with a reason: %s', async (name, lack) => {
    const { systemModel, control } = begin({ availability: 'downloading' });
    control.failCreate = name;
    expect(await lackOf(systemModel.bring(() => undefined, never))).toBe(lack);
  });
});

describe('a load', () => {
  it.each([
    ['downloadable', 'gone'],
    ['downloading', 'gone'],
    ['unavailable', 'unavailable'],
  ] as const)('never makes the browser download: %s', async (availability, lack) => {
    const { engine, control } = begin();
    control.availability = availability;
    expect(await lackOf(engine.load(request))).toBe(lack);
    expect(control.created).toEqual([]);
  });

  it('ends when it is called off, also where the browser never answers', async () => {
    const { engine, control } = begin();
    control.availability = 'silent';
    const stopping = new AbortController();
    const loading = engine.load(request, { signal: stopping.signal });
    stopping.abort();
    await expectAbort(loading);
  });

  it('stays when its signal is aborted after it has ended', async () => {
    const { engine, control } = begin();
    const stopping = new AbortController();
    const model = await engine.load(request, { signal: stopping.signal });
    stopping.abort();
    expect(control.living).toBe(1);
    expect((await ask(model)).text).toBe(SPOKEN_SENTENCE);
    await model.unload();
    expect(control.living).toBe(0);
  });

  it.each([
    ['NotAllowedError', 'denied'],
    ['InvalidStateError', 'failed'],
  ])('that the browser refuses says what to do: %s', async (name, lack) => {
    const { engine, control } = begin();
    control.failCreate = name;
    expect(await lackOf(engine.load(request))).toBe(lack);
  });

  it('takes the context that was asked for where the browser has no limit', async () => {
    const { engine } = begin({ contextWindow: Infinity });
    const model = await engine.load(request);
    expect(model.facts.contextTokens).toBe(4_096);
    await model.unload();
  });
});

describe('an answer', () => {
  let loaded: LoadedModel | undefined;
  afterEach(() => loaded?.unload());
  const load = async (options: Partial<StandInOptions> = {}) => {
    const standIn = begin(options);
    loaded = await standIn.engine.load(request);
    return { ...standIn, model: loaded };
  };

  it.each(['today', 'first'] as const)(
    'is counted by the browser, by the names of %s',
    async (names) => {
      const { model } = await load({ names });
      const { stats } = await ask(model);
      // Three words and the marks of a turn; twelve words.
      expect([stats.promptTokens, stats.generatedTokens]).toEqual([7, 12]);
      expect(stats.prefillTokensPerSecond).toBeUndefined();
    },
  );

  it('claims no tokens where the browser tells none', async () => {
    const { model } = await load({ names: 'none' });
    const { text, stats } = await ask(model);
    expect(text).toBe(SPOKEN_SENTENCE);
    expect(stats).toMatchObject({ promptTokens: 0, generatedTokens: 0, tokensPerSecond: 0 });
  });

  it('leaves no session behind, however it ends', async () => {
    const { model, control } = await load();
    const stopping = new AbortController();
    const stop = () => stopping.abort();
    const question = { messages: [{ role: 'user', content: 'Hi' }] as const, maxTokens: 100 };
    const settings = { temperature: 1, topP: 1, thinking: false };
    await ask(model);
    await expectAbort(model.generate({ ...question, ...settings }, stop, stopping.signal));
    control.failAnswer = 'UnknownError';
    await expectCode(ask(model), 'GENERATION_FAILED');
    expect(control.living).toBe(1);
  });

  it('has the system prompt and earlier turns given where the browser never drops them', async () => {
    const { model, control } = await load();
    const messages: ChatMessage[] = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: 'Hello.' },
    ];
    await ask(model, { messages: [...messages, { role: 'user', content: 'Again' }] });
    expect(control.created.at(-1)?.['initialPrompts']).toEqual(messages);
  });

  it('says that earlier turns don’t fit any more', async () => {
    const { model } = await load();
    const long = { role: 'user', content: 'word '.repeat(600) } as const;
    const messages = [long, { role: 'assistant', content: 'Yes.' }, long] as const;
    await expectCode(ask(model, { messages }), 'CONTEXT_FULL');
  });

  it('is cut off where it meets the end of the context', async () => {
    const { model } = await load({ isEndless: true, contextWindow: 40 });
    const { text, stats } = await ask(model, { maxTokens: 1_000 });
    expect(stats.finishReason).toBe('length');
    expect(text.split(' ')).toHaveLength(40 - 7);
    expect(stats.generatedTokens).toBe(40 - 7);
  });

  it('that has as many pieces as may be isn’t called cut off', async () => {
    const { model } = await load();
    expect((await ask(model, { maxTokens: 12 })).stats.finishReason).toBe('stop');
    expect((await ask(model, { maxTokens: 11 })).stats.finishReason).toBe('length');
  });

  it.each([
    ['NotSupportedError', 'language'],
    ['NotReadableError', 'filtered'],
    ['NotAllowedError', 'denied'],
  ])('that the browser stops says why: %s', async (name, lack) => {
    const { model, control } = await load();
    control.failAnswer = name;
    expect(await lackOf(ask(model))).toBe(lack);
    expect((await ask(model)).text).toBe(SPOKEN_SENTENCE);
  });

  it('that the browser ends is a failure, and none that a person asked for', async () => {
    const { model, control } = await load({ isEndless: true });
    const question = { messages: [{ role: 'user', content: 'Hi' }] as const, maxTokens: 100 };
    const settings = { temperature: 1, topP: 1, thinking: false };
    const answer = model.generate({ ...question, ...settings }, () => control.destroyAll(), never);
    await expectCode(answer, 'GENERATION_FAILED');
  });

  it('isn’t begun when the browser has removed its model, and tells whoever listens', async () => {
    const { model, control, systemModel } = await load();
    await systemModel.availability();
    const heard: string[] = [];
    const stop = systemModel.subscribe((availability) => heard.push(availability));
    control.availability = 'downloadable';
    expect(await lackOf(ask(model))).toBe('gone');
    expect(heard).toEqual(['downloadable']);
    stop();
  });

  it('has a temperature where the browser lets a page choose one, no higher than it goes', async () => {
    const { model, control, engine } = await load({ maxTemperature: 1.5 });
    expect(engine.ignoresTemperature).toBeUndefined();
    await ask(model, { temperature: 2 });
    expect(control.created.at(-1)).toMatchObject({ temperature: 1.5, topK: 3 });
  });

  it('has none where it doesn’t', async () => {
    const { model, control, engine } = await load();
    expect(engine.ignoresTemperature).toBe(true);
    await ask(model, { temperature: 2 });
    expect(control.created.at(-1)).not.toHaveProperty('temperature');
  });
});
