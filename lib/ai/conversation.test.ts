import { describe, expect, it } from 'vitest';
import { ModelError } from '../errors';
import type { ChatMessage, GenerationStats } from '../platform/types';
import { createConversation } from './conversation';
import type { Generate } from './conversation';

const STATS: GenerationStats = {
  promptTokens: 3,
  generatedTokens: 2,
  timeToFirstTokenMs: 10,
  prefillTokensPerSecond: 100,
  tokensPerSecond: 20,
  finishReason: 'stop',
};

const answering =
  (heard: (readonly ChatMessage[])[] = []): Generate =>
  (messages, onText) => {
    heard.push(messages);
    onText('Hi ', 'answer');
    onText('there', 'answer');
    return Promise.resolve(STATS);
  };

const failing: Generate = (_messages, onText) => {
  onText('Hi ', 'answer');
  return Promise.reject(new ModelError('GENERATION_FAILED', { reason: 'crashed' }));
};

const stopped: Generate = (_messages, onText) => {
  onText('Hi ', 'answer');
  return Promise.reject(Object.assign(new Error('stopped'), { name: 'AbortError' }));
};

describe('a conversation', () => {
  it('streams an answer below the question', async () => {
    const conversation = createConversation();
    const seen: string[] = [];
    conversation.subscribe(() => seen.push(conversation.getEntries().at(-1)?.text ?? ''));
    await conversation.send('Hello', answering());
    expect(seen).toEqual(['Hello', '', 'Hi ', 'Hi there', 'Hi there']);
    expect(conversation.getEntries().at(-1)).toMatchObject({
      role: 'assistant',
      text: 'Hi there',
      outcome: { kind: 'done', stats: STATS },
    });
  });

  it('tells the model everything that was said before', async () => {
    const conversation = createConversation();
    const heard: (readonly ChatMessage[])[] = [];
    await conversation.send('Hello', answering(heard));
    await conversation.send('And?', answering(heard));
    expect(heard[1]).toEqual([
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'Hi there' },
      { role: 'user', content: 'And?' },
    ]);
  });

  it('keeps what a stopped answer said, as stopped', async () => {
    const conversation = createConversation();
    await conversation.send('Hello', stopped);
    expect(conversation.getEntries().at(-1)).toMatchObject({
      text: 'Hi ',
      outcome: { kind: 'stopped' },
    });
  });

  it('puts the new answer in the place of the failed one', async () => {
    const conversation = createConversation();
    await conversation.send('Hello', failing);
    expect(conversation.getEntries().at(-1)).toMatchObject({
      outcome: { kind: 'failed', failure: { code: 'GENERATION_FAILED' } },
    });
    const heard: (readonly ChatMessage[])[] = [];
    await conversation.retry(answering(heard));
    expect(heard).toEqual([[{ role: 'user', content: 'Hello' }]]);
    expect(conversation.getEntries().map(({ text }) => text)).toEqual(['Hello', 'Hi there']);
  });

  it('never tells the model what a failed answer said', async () => {
    const conversation = createConversation();
    const heard: (readonly ChatMessage[])[] = [];
    await conversation.send('Hello', failing);
    await conversation.send('Still there?', answering(heard));
    expect(heard[0]?.map(({ content }) => content)).toEqual(['Hello', 'Still there?']);
  });

  it('stays empty when it is cleared in the middle of an answer', async () => {
    const conversation = createConversation();
    await conversation.send('Hello', (messages, onText) => {
      conversation.clear();
      return answering()(messages, onText);
    });
    expect(conversation.getEntries()).toEqual([]);
  });
});
