/** The engine of a phone over model files that really lie there. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import * as executorch from 'react-native-executorch';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';

import { expectAbort, expectCode } from '../../../../tests/conformance/expectFailure';
import { describeLlmEngine } from '../../../../tests/conformance/llmEngine';
import { SPOKEN_SENTENCE } from '../../../../tests/conformance/spokenSentence';
import { TEMPLATED } from '../../../../tests/conformance/templatedModels';
import { modelFile, runtime, type FakeModel } from '../../../../tests/native/fakes/executorch';
import { phone } from '../../../../tests/native/fakes/phone';
import type { ChatMessage, GenerateRequest, LoadedModel } from '../../types';
import { createExecutorchEngine } from './executorchEngine';

const PARTS = { executorch, version: '0' };

const PLAIN_TEMPLATE = '{% for m in messages %}{{ m.content }} {% endfor %}';
const THINKING_TEMPLATE = `${PLAIN_TEMPLATE}{# </think> #}{% if enable_thinking %}{% endif %}`;
const never = new AbortController().signal;

interface Place {
  model?: FakeModel | Buffer;
  template?: string | null;
}

/** Puts a model's three files on the phone. */
function place(folder: string, { model, template = PLAIN_TEMPLATE }: Place) {
  const paths = {
    ptePath: `${folder}/model.pte`,
    tokenizerPath: `${folder}/tokenizer.json`,
    tokenizerConfigPath: `${folder}/tokenizer_config.json`,
  };
  const write = (path: string, content: string | Buffer) => {
    const at = join(phone.documents(), 'models', path);
    mkdirSync(dirname(at), { recursive: true });
    writeFileSync(at, content);
  };
  if (model) write(paths.ptePath, Buffer.isBuffer(model) ? model : modelFile(model));
  write(paths.tokenizerPath, '{}');
  write(
    paths.tokenizerConfigPath,
    JSON.stringify({ eos_token: '<eos>', ...(template !== null && { chat_template: template }) }),
  );
  return paths;
}

const speaking: FakeModel = { says: SPOKEN_SENTENCE };
const whole = modelFile(speaking);

beforeEach(() => {
  runtime.loads = 0;
  runtime.onPrompt = () => {};
});
afterAll(() => {
  phone.dispose();
});

describeLlmEngine('phone', () =>
  Promise.resolve({
    engine: createExecutorchEngine(PARTS),
    speaking: place('speaking', { model: speaking }),
    looping: place('looping', { model: { ...speaking, loops: true } }),
    damaged: {
      'cut short': place('short', { model: whole.subarray(0, 20) }),
      empty: place('empty', { model: Buffer.alloc(0) }),
      'all zero': place('zero', { model: Buffer.alloc(whole.length) }),
      'a page': place('page', { model: Buffer.from('<!doctype html><title>Sign in</title>') }),
      'for another backend': place('other', { model: { ...speaking, backends: ['MLXBackend'] } }),
    },
    templated: {
      strict: place('strict', { model: speaking, template: TEMPLATED.strict.template }),
      thoughtBegun: place('begun', {
        model: { says: TEMPLATED.thoughtBegun.sentence.join('') },
        template: TEMPLATED.thoughtBegun.template,
      }),
      goesOn: place('goesOn', {
        model: { says: TEMPLATED.goesOn.sentence.join('') },
        template: TEMPLATED.goesOn.template,
      }),
      unreadable: place('unreadable', {
        model: speaking,
        template: TEMPLATED.unreadable.template,
      }),
    },
    absent: place('absent', {}),
    longestContext: 512,
    dispose: () => Promise.resolve(),
  }),
);

describe('ExecuTorch', () => {
  const user = (content: string): ChatMessage => ({ role: 'user', content });
  const said: ChatMessage = { role: 'assistant', content: SPOKEN_SENTENCE };

  async function load(place: {
    ptePath: string;
    tokenizerPath: string;
    tokenizerConfigPath: string;
  }) {
    return createExecutorchEngine(PARTS).load({ ...place, contextTokens: 512 });
  }

  async function ask(
    model: LoadedModel,
    messages: readonly ChatMessage[],
    changes: Partial<GenerateRequest> = {},
  ) {
    const heard = { thought: '', answer: '' };
    const request = { messages, maxTokens: 100, temperature: 0, topP: 1, thinking: false };
    const stats = await model.generate(
      { ...request, ...changes },
      (piece, channel) => (heard[channel] += piece),
      never,
    );
    return { ...heard, stats };
  }

  it('gets paths as the system has them, without file://', async () => {
    // The fake finds nothing behind a URI, as the runtime doesn't.
    const model = await load(place('bare', { model: speaking }));
    expect((await ask(model, [user('Hi')])).answer.trim()).toBe(SPOKEN_SENTENCE);
    await model.unload();
  });

  it('tells nobody what is downloaded', () => {
    runtime.isTelemetryOn = true;
    createExecutorchEngine(PARTS);
    expect(runtime.isTelemetryOn).toBe(false);
  });

  it('looks at a file without reading its weights, and leaves nothing in memory when it refuses it', async () => {
    const before = runtime.openSessions;
    const paths = place('needs', { model: { ...speaking, backends: ['MLXBackend'] } });
    await expectCode(load(paths), 'LOAD_FAILED');
    expect(runtime.loads).toBe(0);
    expect(runtime.openSessions).toBe(before);
  });

  it('goes on with a conversation without reading anything again', async () => {
    const model = await load(place('on', { model: speaking }));
    const first = await ask(model, [user('Hi')]);
    const second = await ask(model, [user('Hi'), said, user('Again')]);
    expect(runtime.loads).toBe(1);
    expect(second.stats.promptTokens).toBeGreaterThan(first.stats.promptTokens);
    await model.unload();
  });

  it('begins anew for another conversation, the old one put aside before', async () => {
    const model = await load(place('anew', { model: speaking }));
    const before = runtime.openSessions;
    await ask(model, [user('Hi')]);
    await ask(model, [user('Something else')]);
    expect(runtime.loads).toBe(2);
    expect(runtime.openSessions).toBe(before);
    await model.unload();
    expect(runtime.openSessions).toBe(before - 1);
  });

  it('goes on after an answer that was stopped, with what had been said', async () => {
    const model = await load(place('stopped', { model: { ...speaking, loops: true } }));
    const stopping = new AbortController();
    let heard = '';
    const request = {
      messages: [user('Hi')],
      maxTokens: 1000,
      temperature: 0,
      topP: 1,
      thinking: false,
    };
    const answer = model.generate(
      request,
      (piece) => {
        heard += piece;
        if (heard.length > 20) stopping.abort();
      },
      stopping.signal,
    );
    await expectAbort(answer);
    const partial: ChatMessage = { role: 'assistant', content: heard };
    await ask(model, [user('Hi'), partial, user('Go on')], { maxTokens: 3 });
    expect(runtime.loads).toBe(1);
    await model.unload();
  });

  it('is stopped while it reads the prompt', async () => {
    const model = await load(place('reading', { model: { ...speaking, loops: true } }));
    const stopping = new AbortController();
    const request = {
      messages: [user('Hi')],
      maxTokens: 1000,
      temperature: 0,
      topP: 1,
      thinking: false,
    };
    const heard: string[] = [];
    runtime.spoken = 0;
    runtime.onPrompt = () => stopping.abort();
    const answer = model.generate(request, (piece) => heard.push(piece), stopping.signal);
    await expectAbort(answer);
    expect(heard).toEqual([]);
    // The runtime hears it with the second token at the latest, not after a thousand.
    expect(runtime.spoken).toBe(2);
    await model.unload();
  });

  it('hears a thought as a thought, and asks for none where none is wanted', async () => {
    const paths = place('thinking', { model: speaking, template: THINKING_TEMPLATE });
    const model = await load(paths);
    const thinking = await ask(model, [user('Hi')], { thinking: true });
    expect(thinking.thought).toBe('What was asked? Ah.');
    expect(thinking.answer.trim()).toBe(SPOKEN_SENTENCE);
    const straight = await ask(model, [user('Hi'), said, user('Again')]);
    expect(straight.thought).toBe('');
    expect(straight.answer.trim()).toBe(SPOKEN_SENTENCE);
    expect(runtime.loads).toBe(1);
    await model.unload();
  });

  it('reads everything again where a longer prompt doesn’t begin as the shorter one did', async () => {
    const model = await load(place('rewriting', { model: { ...speaking, rewrites: true } }));
    await ask(model, [user('Hi')]);
    const second = await ask(model, [user('Hi'), said, user('Again')]);
    const answered = [user('Hi'), said, user('Again'), said];
    const third = await ask(model, [...answered, user('And again')]);
    expect([second.answer.trim(), third.answer.trim()]).toEqual([SPOKEN_SENTENCE, SPOKEN_SENTENCE]);
    expect(runtime.loads).toBe(2);
    await model.unload();
  });

  it('says what the file allows where that is less than was asked for', async () => {
    const model = await load(place('narrow', { model: { ...speaking, maxSeqLen: 64 } }));
    expect(model.facts).toEqual({
      contextTokens: 64,
      backend: 'XnnpackBackend',
      memoryBytes: undefined,
    });
    await model.unload();
  });

  it('tells an answer that was cut off from one that ended with its last token', async () => {
    const model = await load(place('counted', { model: { says: 'One two three.' } }));
    const reasons = [];
    for (const maxTokens of [2, 3, 4]) {
      const { stats } = await ask(model, [user('Hi')], { maxTokens });
      reasons.push([stats.generatedTokens, stats.finishReason]);
    }
    // The end of the turn takes a token of the limit, too.
    expect(reasons).toEqual([
      [2, 'length'],
      [3, 'length'],
      [3, 'stop'],
    ]);
    await model.unload();
  });

  it.each([
    ['at once', [user('word '.repeat(64))]],
    ['together with what it remembers', [user('Hi'), said, user('word '.repeat(60))]],
  ])('says that the context is full where a question is too long %s', async (_how, messages) => {
    const model = await load(place('full', { model: { ...speaking, maxSeqLen: 64 } }));
    await ask(model, [user('Hi')]);
    await expectCode(ask(model, messages), 'CONTEXT_FULL');
    expect((await ask(model, [user('Hi')])).answer.trim()).toBe(SPOKEN_SENTENCE);
    await model.unload();
  });

  it('refuses a model whose files name no end of a turn, as the package does', async () => {
    const paths = place('endless', { model: speaking });
    const at = join(phone.documents(), 'models', paths.tokenizerConfigPath);
    writeFileSync(at, JSON.stringify({ chat_template: PLAIN_TEMPLATE }));
    await expectCode(load(paths), 'LOAD_FAILED');
  });
});
