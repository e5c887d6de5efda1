/** What every engine has to do with a model that always says the same sentence. Runs in Node and in a browser. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import type {
  Channel,
  GenerateRequest,
  GenerationStats,
  LlmEngine,
  LoadedModel,
  LoadRequest,
} from '../../lib/platform/types';
import { expectAbort, expectCode } from './expectFailure';
import { SPOKEN_SENTENCE } from './spokenSentence';
import type { TemplatedName } from './templatedModels';

type ModelPaths = Omit<LoadRequest, 'contextTokens'>;

export interface LlmEngineSubject {
  engine: LlmEngine;
  /** Says `SPOKEN_SENTENCE` to everything, and ends. */
  speaking: ModelPaths;
  /** Says it again and again. */
  looping: ModelPaths;
  /** Files that are no models, or were once: all of them have to be refused. Missing of an engine whose models are no files. */
  damaged?: Readonly<Record<string, ModelPaths>>;
  absent?: ModelPaths;
  /** The speaking model in several files, and sets of files that are no model. Missing of an engine that can't load such. */
  split?: { whole: ModelPaths; wrong: Readonly<Record<string, ModelPaths>> };
  /** By what their chat templates ask of an engine; undefined where the engine knows no templates. */
  templated: Partial<Record<TemplatedName, ModelPaths>> | undefined;
  /** In tokens, of the speaking model; undefined where the engine's models have no limit. */
  longestContext: number | undefined;
  dispose(): Promise<void>;
}

const CONTEXT_TOKENS = 512;
const TIMEOUT_MS = 60_000;
const never = new AbortController().signal;
const question: GenerateRequest = {
  messages: [{ role: 'user', content: 'Hi' }],
  maxTokens: 100,
  temperature: 0.7,
  topP: 0.95,
  thinking: false,
};

interface Answer {
  text: string;
  stats: GenerationStats;
}

async function ask(
  model: LoadedModel,
  { signal = never, ...changes }: Partial<GenerateRequest> & { signal?: AbortSignal } = {},
): Promise<Answer> {
  const { thought, text, stats } = await hear(model, { signal, ...changes });
  expect(thought).toBe('');
  return { text, stats };
}

async function hear(
  model: LoadedModel,
  { signal = never, ...changes }: Partial<GenerateRequest> & { signal?: AbortSignal } = {},
) {
  const said: Record<Channel, string> = { thought: '', answer: '' };
  const onText = (piece: string, channel: Channel) => (said[channel] += piece);
  const stats = await model.generate({ ...question, ...changes }, onText, signal);
  return { thought: said.thought, text: said.answer.trim(), stats };
}

const conversation = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'Hi' },
  { role: 'assistant', content: SPOKEN_SENTENCE },
  { role: 'user', content: 'Again' },
] as const;

/** `hasFiles` is false for an engine whose models the system has; `hasSplits` is true for one that loads split models. */
export function describeLlmEngine(
  name: string,
  create: () => Promise<LlmEngineSubject>,
  { hasFiles = true, hasSplits = false } = {},
): void {
  describe(`LlmEngine: ${name}`, { timeout: TIMEOUT_MS }, () => {
    let subject: LlmEngineSubject;
    let models: LoadedModel[] = [];

    beforeAll(async () => {
      subject = await create();
    }, TIMEOUT_MS);
    afterEach(async () => {
      await Promise.all(models.map((model) => model.unload()));
      models = [];
    });
    afterAll(() => subject.dispose());

    const load: Load = async (paths = subject.speaking, options = {}) => {
      const request = { ...paths, contextTokens: CONTEXT_TOKENS };
      const model = await subject.engine.load(request, options);
      models.push(model);
      return model;
    };
    const current = () => subject;
    describeAnswers(current, load);
    describeStopping(current, load);
    describeLoading(current, load);
    if (hasFiles) describeFiles(current, load);
    if (hasSplits) describeSplits(current, load);
    describeTemplates(current, load);
  });
}

type Current = () => LlmEngineSubject;
type Load = (
  paths?: ModelPaths,
  options?: Parameters<LlmEngine['load']>[1],
) => Promise<LoadedModel>;

function describeAnswers(current: Current, load: Load): void {
  it('says exactly the model’s sentence, and measures it', async () => {
    const { text, stats } = await ask(await load());
    expect(text).toBe(SPOKEN_SENTENCE);
    expect(stats.finishReason).toBe('stop');
    expect(stats.promptTokens).toBeGreaterThan(0);
    expect(stats.generatedTokens).toBeGreaterThan(5);
    expect(stats.tokensPerSecond).toBeGreaterThan(0);
    expect(stats.timeToFirstTokenMs).toBeGreaterThan(0);
  });

  it('takes a system prompt and earlier turns', async () => {
    const model = await load();
    const long = await ask(model, { messages: conversation });
    const short = await ask(model);
    expect([long.text, short.text]).toEqual([SPOKEN_SENTENCE, SPOKEN_SENTENCE]);
    expect(long.stats.promptTokens).toBeGreaterThan(short.stats.promptTokens);
  });

  it('stops at the token limit and says so', async () => {
    const { text, stats } = await ask(await load(), { maxTokens: 3 });
    expect(stats.finishReason).toBe('length');
    expect(stats.generatedTokens).toBe(3);
    expect(text).not.toBe('');
    expect(SPOKEN_SENTENCE.startsWith(text)).toBe(true);
  });

  it('answers two requests one after the other', async () => {
    const model = await load();
    const answers = await Promise.all([ask(model), ask(model)]);
    expect(answers.map(({ text }) => text)).toEqual([SPOKEN_SENTENCE, SPOKEN_SENTENCE]);
  });

  it('says that the conversation is longer than the context, and goes on with a shorter one', async () => {
    const model = await load();
    const messages = [{ role: 'user', content: 'word '.repeat(2_000) }] as const;
    await expectCode(ask(model, { messages }), 'CONTEXT_FULL');
    expect((await ask(model)).text).toBe(SPOKEN_SENTENCE);
  });

  it('keeps two models apart', async () => {
    const first = await load();
    const second = await load(current().looping);
    const [whole, cut] = await Promise.all([ask(first), ask(second, { maxTokens: 40 })]);
    expect(whole.text).toBe(SPOKEN_SENTENCE);
    expect(cut.stats.finishReason).toBe('length');
    await second.unload();
    expect((await ask(first)).text).toBe(SPOKEN_SENTENCE);
  });
}

function describeStopping(current: Current, load: Load): void {
  it('stops in the middle of an answer and answers again', async () => {
    const model = await load(current().looping);
    const stopping = new AbortController();
    const request = { ...question, maxTokens: 10_000 };
    const answer = model.generate(request, () => stopping.abort(), stopping.signal);
    await expectAbort(answer);
    expect((await ask(model, { maxTokens: 3 })).stats.generatedTokens).toBe(3);
  });

  it('does not begin an answer that was called off before', async () => {
    const model = await load();
    const stopping = new AbortController();
    stopping.abort();
    await expectAbort(ask(model, { signal: stopping.signal }));
    expect((await ask(model)).text).toBe(SPOKEN_SENTENCE);
  });

  it('unloads in the middle of an answer, which is then aborted', async () => {
    const model = await load(current().looping);
    let unloaded: Promise<void> | undefined;
    const request = { ...question, maxTokens: 10_000 };
    await expectAbort(model.generate(request, () => void (unloaded ??= model.unload()), never));
    await unloaded;
    await expectCode(ask(model), 'GENERATION_FAILED');
  });

  it('aborts what was asked just before it is unloaded, and what waits behind that', async () => {
    const model = await load(current().looping);
    const request = { ...question, maxTokens: 10_000 };
    const answers = [1, 2].map(() => expectAbort(model.generate(request, () => undefined, never)));
    await model.unload();
    await Promise.all(answers);
  });

  it('unloads twice', async () => {
    const model = await load();
    await model.unload();
    await model.unload();
    await expectCode(ask(model), 'GENERATION_FAILED');
  });
}

function describeLoading(current: Current, load: Load): void {
  it('tells what the model got', async () => {
    const { facts } = await load();
    expect(facts.contextTokens).toBe(CONTEXT_TOKENS);
    expect(facts.backend).not.toBe('');
    if (facts.memoryBytes !== undefined) expect(facts.memoryBytes).toBeGreaterThan(0);
    expect(current().engine.engineName).not.toBe('');
    expect(current().engine.engineVersion).toMatch(/^\d/);
  });

  it('gives no longer a context than the file allows', async () => {
    const { engine, speaking, longestContext = 1_000_000 } = current();
    const model = await engine.load({ ...speaking, contextTokens: 1_000_000 });
    expect(model.facts.contextTokens).toBe(longestContext);
    await model.unload();
  });

  it('tells how far it is, never going back, or nothing', async () => {
    const fractions: number[] = [];
    await load(current().speaking, { onProgress: (fraction) => fractions.push(fraction) });
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.every((fraction) => fraction >= 0 && fraction <= 1)).toBe(true);
  });

  it('stops loading when it is told to, and loads afterwards', async () => {
    const stopping = new AbortController();
    const loading = load(current().speaking, { signal: stopping.signal });
    stopping.abort();
    await expectAbort(loading);
    expect((await ask(await load())).text).toBe(SPOKEN_SENTENCE);
  });
}

function filesOf(current: Current) {
  const { damaged, absent } = current();
  if (!damaged || !absent) throw new RangeError('This subject has no files that are no models.');
  return { damaged, absent };
}

function describeFiles(current: Current, load: Load): void {
  it('refuses damaged files, each with a reason, while another model goes on', async () => {
    const model = await load();
    const { damaged } = filesOf(current);
    expect(Object.keys(damaged).length).toBeGreaterThan(0);
    for (const [damage, paths] of Object.entries(damaged)) {
      const failure = await load(paths).catch((error: unknown) => error);
      expect(failure, damage).toMatchObject({
        code: 'LOAD_FAILED',
        details: { path: paths.ptePath, reason: expect.stringMatching(/\w/) },
      });
    }
    expect((await ask(model)).text).toBe(SPOKEN_SENTENCE);
  });

  it('refuses a file that isn’t there', async () => {
    await expectCode(load(filesOf(current).absent), 'LOAD_FAILED');
  });
}

function describeSplits(current: Current, load: Load): void {
  const splits = () => {
    const { split } = current();
    if (!split) throw new RangeError('This subject has no split models.');
    return split;
  };

  it('speaks from a model in several files', async () => {
    const fractions: number[] = [];
    const onProgress = (fraction: number) => fractions.push(fraction);
    const model = await load(splits().whole, { onProgress });
    expect((await ask(model)).text).toBe(SPOKEN_SENTENCE);
    expect(fractions).toEqual([...fractions].sort((one, other) => one - other));
    expect(fractions.every((fraction) => fraction <= 1)).toBe(true);
  });

  it('refuses files that don’t belong together, each with a reason', async () => {
    const { wrong } = splits();
    for (const [problem, paths] of Object.entries(wrong)) {
      const failure = await load(paths).catch((error: unknown) => error);
      expect(failure, problem).toMatchObject({
        code: 'LOAD_FAILED',
        details: { reason: expect.stringMatching(/\w/) },
      });
    }
    expect(Object.keys(wrong).length).toBeGreaterThan(4);
  });
}

function describeTemplates(current: Current, load: Load): void {
  /** Each engine has those that it can have; `check` is for them. */
  const each = async (name: TemplatedName, check: (paths: ModelPaths) => Promise<void>) => {
    const { templated } = current();
    if (templated?.[name]) await check(templated[name]);
    else expect(name === 'hiddenMarks' || templated === undefined).toBe(true);
  };

  it('takes a system message and earlier turns where the template has no place for the one', () =>
    each('strict', async (paths) => {
      const model = await load(paths);
      const long = await ask(model, { messages: conversation });
      const short = await ask(model, { messages: conversation.slice(1) });
      expect([long.text, short.text]).toEqual([SPOKEN_SENTENCE, SPOKEN_SENTENCE]);
      expect(long.stats.promptTokens).toBeGreaterThan(short.stats.promptTokens);
    }));

  it.each(['thoughtBegun', 'hiddenMarks'] as const)('tells thoughts from answers: %s', (name) =>
    each(name, async (paths) => {
      const { thought, text } = await hear(await load(paths), { thinking: true });
      expect([thought, text]).toEqual(['Hm.', 'Yes.']);
    }),
  );

  it('in plain words ends an answer where the model begins the next turn, and answers again', () =>
    each('goesOn', async (paths) => {
      const model = await load({ ...paths, promptFormat: 'plain' });
      for (const messages of [conversation.slice(1), question.messages]) {
        const { text, stats } = await ask(model, { messages });
        expect(text).toBe('Yes.');
        expect(stats.finishReason).toBe('stop');
      }
    }));

  it('says that the template can’t be read, and answers in another format', () =>
    each('unreadable', async (paths) => {
      const model = await load(paths);
      const failure = await ask(model).catch((error: unknown) => error);
      expect(failure).toMatchObject({
        code: 'TEMPLATE_INVALID',
        details: { reason: expect.stringMatching(/\w/), suggested: 'gemma' },
      });
      const other = await load({ ...paths, promptFormat: 'gemma' });
      expect((await ask(other)).text).toBe(SPOKEN_SENTENCE);
    }));
}
