import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { buildSpeakingModel } from '../../../../scripts/demoModel/speakingModel';
import { SPOKEN_SENTENCE } from '../../../../tests/conformance/spokenSentence';
import type { ChatMessage } from '../../types';
import { BATCH_TOKENS } from './engineProtocol';
import { answer } from './llamaAnswer';
import type { Speaker } from './llamaAnswer';
import { loadLlama } from './llamaModel';

let folder: string;
let speaker: Speaker;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelshelf-llama-'));
  const place = join(folder, 'loop.gguf');
  await writeFile(place, buildSpeakingModel({ sentence: SPOKEN_SENTENCE, loop: true }));
  const order = {
    kind: 'load' as const,
    place,
    contextTokens: 2048,
    threads: 1,
    promptFormat: undefined,
  };
  speaker = (await loadLlama(order, () => undefined)).speaker;
});
afterAll(async () => {
  await speaker.sequence.context.dispose();
  await rm(folder, { recursive: true });
});

const never = new AbortController().signal;

async function ask(
  messages: ChatMessage[],
  { maxTokens = 3, signal = never, say = () => {} } = {},
) {
  const readBefore = speaker.sequence.tokenMeter.usedInputTokens;
  const request = { messages, maxTokens, temperature: 0, topP: 1, thinking: false };
  const given = await answer(speaker, request, { begin: () => undefined, say, signal });
  return { given, readTokens: speaker.sequence.tokenMeter.usedInputTokens - readBefore };
}

const user = (content: string): ChatMessage => ({ role: 'user', content });

describe('an answer of llama.cpp', () => {
  it('reads of a conversation only what is new', async () => {
    const first = [user('word '.repeat(60))];
    const before = await ask(first);
    const { given, readTokens } = await ask([
      ...first,
      { role: 'assistant', content: 'Hello! I' },
      user('And then?'),
    ]);
    expect(before.readTokens).toBeGreaterThan(300);
    expect(readTokens).toBeLessThan(150);
    if (given.kind !== 'answered') throw new Error(given.kind);
    expect(given.stats.promptTokens).toBeGreaterThan(before.readTokens);
  });

  it('reads everything of another conversation', async () => {
    await ask([user('first '.repeat(30))]);
    expect((await ask([user('second '.repeat(30))])).readTokens).toBeGreaterThan(150);
  });

  it('stops reading a long prompt after a step, and reads on from there', async () => {
    const stopping = new AbortController();
    stopping.abort();
    const long = [user('x'.repeat(1_000))];
    const stopped = await ask(long, { signal: stopping.signal });
    expect(stopped).toEqual({ given: { kind: 'stopped' }, readTokens: 0 });
    expect((await ask(long)).given.kind).toBe('answered');
    expect(BATCH_TOKENS).toBeLessThan(1_000);
  });

  it('ends where the context does', async () => {
    const { given } = await ask([user('x'.repeat(1_900))], { maxTokens: 10_000 });
    if (given.kind !== 'answered') throw new Error(given.kind);
    const { promptTokens, generatedTokens, finishReason } = given.stats;
    expect(promptTokens + generatedTokens).toBe(2048);
    expect(finishReason).toBe('length');
  });
});
