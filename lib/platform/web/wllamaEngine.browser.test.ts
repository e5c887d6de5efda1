import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { expectAbort, expectCode, rejectionOf } from '../../../tests/conformance/expectFailure';
import { isModelError } from '../../errors';
import { systemClock } from '../systemClock';
import type { GenerationStats, LlmEngine } from '../types';
import { openWebFiles } from './webFiles';
import type { WebFiles } from './webFiles';
import { createWllamaEngine } from './wllamaEngine';

const SENTENCE = 'Hello! I am a tiny demo model running entirely on this device.';
const DEMO = 'engine-test/tiny-demo.gguf';
const never = new AbortController().signal;
const question = {
  messages: [{ role: 'user', content: 'Hi' }],
  maxTokens: 100,
  temperature: 0.7,
} as const;

let web: WebFiles;
let engine: LlmEngine;

beforeAll(async () => {
  web = await openWebFiles();
  await web.downloader.copyBundled('tiny-demo.gguf', DEMO, never);
  engine = createWllamaEngine({ clock: systemClock, threads: 1 });
});
afterEach(() => engine.unload());
afterAll(async () => {
  await web.files.remove('engine-test');
  web.close();
});

const load = (ptePath = DEMO) => engine.load({ ptePath, contextTokens: 512 });

async function ask(
  request = question,
  signal = never,
): Promise<{ text: string; stats: GenerationStats }> {
  let text = '';
  const stats = await engine.generate(request, (piece) => (text += piece), signal);
  return { text, stats };
}

describe('the engine in a browser', { timeout: 60_000 }, () => {
  it('says exactly the demo’s sentence, and measures it', async () => {
    await load();
    const { text, stats } = await ask();
    expect(text.trim()).toBe(SENTENCE);
    expect(stats.finishReason).toBe('stop');
    expect(stats.promptTokens).toBeGreaterThan(0);
    expect(stats.generatedTokens).toBeGreaterThan(5);
    expect(stats.tokensPerSecond).toBeGreaterThan(0);
    expect(stats.timeToFirstTokenMs).toBeGreaterThan(0);
  });

  it('stops at the token limit and says so', async () => {
    await load();
    const { text, stats } = await ask({ ...question, maxTokens: 3 } as never);
    expect(stats.finishReason).toBe('length');
    expect(stats.generatedTokens).toBe(3);
    expect(SENTENCE.startsWith(text.trim())).toBe(true);
  });

  it('stops in the middle of an answer and answers again', async () => {
    await load();
    const stopping = new AbortController();
    const answer = engine.generate(
      question,
      () => {
        stopping.abort();
      },
      stopping.signal,
    );
    await expectAbort(answer);
    expect((await ask()).text.trim()).toBe(SENTENCE);
  });

  it('answers two requests one after the other, where the engine itself would hang', async () => {
    await load();
    const answers = await Promise.all([ask(), ask()]);
    expect(answers.map(({ text }) => text.trim())).toEqual([SENTENCE, SENTENCE]);
  });

  it('unloads in the middle of an answer, which is then aborted', async () => {
    await load();
    let unloaded: Promise<void> | undefined;
    const answer = engine.generate(question, () => void (unloaded ??= engine.unload()), never);
    await expectAbort(answer);
    await unloaded;
    await expectCode(ask(), 'GENERATION_FAILED');
  });

  it('says that the conversation is longer than the context, and goes on with a shorter one', async () => {
    await load();
    const messages = [{ role: 'user', content: 'word '.repeat(2_000) }];
    await expectCode(ask({ ...question, messages } as never), 'CONTEXT_FULL');
    expect((await ask()).text.trim()).toBe(SENTENCE);
  });

  it('refuses a damaged file with the engine’s reason, and loads a good one after it', async () => {
    await web.files.writeText('engine-test/damaged.gguf', `GGUF${'x'.repeat(5_000)}`);
    const error = await rejectionOf(load('engine-test/damaged.gguf'));
    expect(isModelError(error) && error.code === 'LOAD_FAILED' && error.details).toMatchObject({
      path: 'engine-test/damaged.gguf',
      reason: expect.stringContaining('gguf') as string,
    });
    await expectCode(ask(), 'GENERATION_FAILED');
    await load();
    expect((await ask()).text.trim()).toBe(SENTENCE);
  });

  it.each([
    ['empty', ''],
    ['no model at all', '<!doctype html><title>Sign in</title>'],
  ])('refuses a file that is %s', async (_, text) => {
    await web.files.writeText('engine-test/other.gguf', text);
    await expectCode(load('engine-test/other.gguf'), 'LOAD_FAILED');
  });

  it('refuses a file that isn’t there', async () => {
    await expectCode(load('engine-test/absent.gguf'), 'LOAD_FAILED');
  });

  it('replaces what is loaded, and leaves nothing loaded when that fails', async () => {
    await load();
    await load();
    expect((await ask()).text.trim()).toBe(SENTENCE);
    await expectCode(load('engine-test/absent.gguf'), 'LOAD_FAILED');
    await expectCode(ask(), 'GENERATION_FAILED');
  });

  it('unloads twice, and before anything was loaded', async () => {
    await engine.unload();
    await load();
    await engine.unload();
    await engine.unload();
    await expectCode(ask(), 'GENERATION_FAILED');
  });

  it('stops loading when it is told to, and loads afterwards', async () => {
    const stopping = new AbortController();
    const loading = engine.load({ ptePath: DEMO, contextTokens: 512 }, stopping.signal);
    stopping.abort();
    await expectAbort(loading);
    await load();
    expect((await ask()).text.trim()).toBe(SENTENCE);
  });

  it('says that the engine’s own file is missing instead of waiting for it', async () => {
    const broken = createWllamaEngine({ clock: systemClock, wasmUrl: '/engine/none.wasm' });
    await expectCode(broken.load({ ptePath: DEMO, contextTokens: 512 }), 'LOAD_FAILED');
  });

  it('runs on several threads where the page is isolated', async () => {
    expect(crossOriginIsolated).toBe(true);
    const threaded = createWllamaEngine({ clock: systemClock, threads: 2 });
    await threaded.load({ ptePath: DEMO, contextTokens: 512 });
    let text = '';
    await threaded.generate(question, (piece) => (text += piece), never);
    expect(text.trim()).toBe(SENTENCE);
    await threaded.unload();
  });
});
