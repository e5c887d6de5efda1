import { describe, expect, it } from 'vitest';
import { abortError, ModelError } from '../../errors';
import { createManualClock } from '../../platform/memory/manualClock';
import type { ChatMessage, GenerationStats, OnText } from '../../platform/types';
import { createConversation } from './conversation';
import type { Generate } from './conversation';
import type { ChatEntry } from './conversationEntries';
import type { EntriesChange } from './conversationKeeper';

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

const thinking: Generate = (_messages, onText) => {
  onText('A greeting.', 'thought');
  onText('Hi', 'answer');
  return Promise.resolve(STATS);
};

const failing: Generate = (_messages, onText) => {
  onText('Hi ', 'answer');
  return Promise.reject(new ModelError('GENERATION_FAILED', { reason: 'out of memory' }));
};

const stopped: Generate = (_messages, onText) => {
  onText('Hi ', 'answer');
  return Promise.reject(abortError());
};

/** An answer whose pieces and end the test decides on. */
function scripted() {
  let say: OnText = () => undefined;
  let end: (stats: GenerationStats) => void = () => undefined;
  const generate: Generate = (_messages, onText) => {
    say = onText;
    return new Promise((resolve) => {
      end = resolve;
    });
  };
  return {
    generate,
    say: (text: string) => say(text, 'answer'),
    think: (text: string) => say(text, 'thought'),
    end: () => end(STATS),
  };
}

function begin(entries: readonly ChatEntry[] = []) {
  const clock = createManualClock();
  const changes: EntriesChange[] = [];
  const keeper = {
    keep: (change: EntriesChange) => void changes.push(change),
    forget: <Result>(remove: () => Promise<Result>) => remove(),
    settled: () => Promise.resolve(),
  };
  const conversation = createConversation({ clock, keeper, entries });
  return { clock, conversation, changes };
}

const textsOf = (entries: readonly ChatEntry[]) => entries.map(({ text }) => text);

describe('a conversation', () => {
  it('puts an answer below the question', async () => {
    const { conversation } = begin();
    await conversation.send('Hello', answering());
    expect(conversation.getEntries()).toMatchObject([
      { role: 'user', text: 'Hello' },
      { role: 'assistant', text: 'Hi there', thought: '', outcome: { kind: 'done', stats: STATS } },
    ]);
    expect(conversation.getLive()).toBeUndefined();
  });

  it('tells the model everything that was said before, and none of its thoughts', async () => {
    const { conversation } = begin();
    const heard: (readonly ChatMessage[])[] = [];
    await conversation.send('Hello', thinking);
    await conversation.send('And?', answering(heard));
    expect(conversation.getEntries()[1]).toMatchObject({ thought: 'A greeting.', text: 'Hi' });
    expect(heard[0]).toEqual([
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'Hi' },
      { role: 'user', content: 'And?' },
    ]);
  });

  it('keeps what a stopped answer said, as stopped', async () => {
    const { conversation } = begin();
    await conversation.send('Hello', stopped);
    expect(conversation.getEntries().at(-1)).toMatchObject({
      text: 'Hi ',
      outcome: { kind: 'stopped' },
    });
  });

  it('puts the new answer in the place of the failed one', async () => {
    const { conversation } = begin();
    await conversation.send('Hello', failing);
    expect(conversation.getEntries().at(-1)).toMatchObject({
      outcome: { kind: 'failed', failure: { code: 'GENERATION_FAILED' } },
    });
    const heard: (readonly ChatMessage[])[] = [];
    await conversation.retry(answering(heard));
    expect(heard).toEqual([[{ role: 'user', content: 'Hello' }]]);
    expect(textsOf(conversation.getEntries())).toEqual(['Hello', 'Hi there']);
  });

  it('shows what failed and what was stopped, and tells the model of neither', async () => {
    const { conversation } = begin();
    const heard: (readonly ChatMessage[])[] = [];
    await conversation.send('Hello', failing);
    await conversation.send('Anybody?', () => Promise.reject(abortError()));
    await conversation.send('Still there?', answering(heard));
    expect(heard).toEqual([[{ role: 'user', content: 'Still there?' }]]);
    expect(textsOf(conversation.getEntries())).toEqual([
      ...['Hello', 'Hi ', 'Anybody?', '', 'Still there?', 'Hi there'],
    ]);
  });

  it('replaces an edited question and everything after it', async () => {
    const { conversation, changes } = begin();
    await conversation.send('Hello', answering());
    await conversation.send('And?', answering());
    const [first, ...later] = conversation.getEntries();
    const heard: (readonly ChatMessage[])[] = [];
    await conversation.edit(first?.id ?? 0, 'Good evening', answering(heard));
    expect(textsOf(conversation.getEntries())).toEqual(['Good evening', 'Hi there']);
    expect(heard[0]).toEqual([{ role: 'user', content: 'Good evening' }]);
    const removedIds = changes.flatMap((change) => change.removedIds ?? []);
    expect(removedIds).toEqual([first?.id, ...later.map(({ id }) => id)]);
  });

  it('edits no answer', async () => {
    const { conversation } = begin();
    await conversation.send('Hello', answering());
    const before = conversation.getEntries();
    await conversation.edit(before[1]?.id ?? 0, 'I never said that', answering());
    expect(conversation.getEntries()).toBe(before);
  });

  it('orders what it says after what was kept, though the clock was set back', async () => {
    const late = Date.UTC(2030, 0, 1);
    const { conversation } = begin([{ id: late, role: 'user', text: 'Before' }]);
    await conversation.send('Hello', answering());
    expect(conversation.getEntries().map(({ id }) => id)).toEqual([late, late + 1, late + 2]);
  });
});

describe('an answer on its way', () => {
  it('changes no entry, and shows what was said at most once a frame', async () => {
    const { clock, conversation } = begin();
    const answer = scripted();
    const done = conversation.send('Hello', answer.generate);
    const entries = conversation.getEntries();
    const seen: string[] = [];
    conversation.subscribeLive(() => seen.push(conversation.getLive()?.text ?? 'none'));
    for (let piece = 0; piece < 100; piece += 1) {
      answer.say(String(piece % 10));
      clock.advance(1);
    }
    expect(conversation.getEntries()).toBe(entries);
    expect(seen[0]).toBe('0');
    expect(seen.length).toBeGreaterThan(2);
    expect(seen.length).toBeLessThanOrEqual(1 + 100 / 32);
    answer.end();
    await done;
    expect(conversation.getEntries().at(-1)?.text).toHaveLength(100);
    clock.advance(10_000);
    expect(seen.at(-1)).toBe('none');
  });

  it('shows a long one less often, since every render costs more', () => {
    const { clock, conversation } = begin();
    const answer = scripted();
    void conversation.send('Hello', answer.generate);
    answer.say('x'.repeat(100_000));
    let shown = 0;
    conversation.subscribeLive(() => (shown += 1));
    for (let piece = 0; piece < 320; piece += 1) {
      answer.say('x');
      clock.advance(1);
    }
    expect(shown).toBe(2);
  });

  it('measures how long the model thought', async () => {
    const { clock, conversation } = begin();
    const answer = scripted();
    const done = conversation.send('Hello', answer.generate);
    answer.think('Well');
    expect(conversation.getLive()).toMatchObject({ thought: 'Well', thoughtMs: undefined });
    clock.advance(3_000);
    answer.say('Hi');
    clock.advance(1_000);
    expect(conversation.getLive()).toMatchObject({ thought: 'Well', thoughtMs: 3_000, text: 'Hi' });
    answer.end();
    await done;
    expect(conversation.getEntries().at(-1)).toMatchObject({ thoughtMs: 3_000 });
  });

  it('has the question kept at once, what was said once a second, and its end', async () => {
    const { clock, conversation, changes } = begin();
    const answer = scripted();
    const done = conversation.send('Hello', answer.generate);
    expect(changes.flatMap(({ put }) => textsOf(put))).toEqual(['Hello', '']);
    for (let piece = 0; piece < 25; piece += 1) {
      answer.say('.');
      clock.advance(100);
    }
    expect(changes.slice(1).flatMap(({ put }) => put.map(({ text }) => text.length))).toEqual([
      10, 20,
    ]);
    answer.end();
    await done;
    expect(changes.at(-1)?.put).toMatchObject([{ outcome: { kind: 'done' } }]);
    const written = changes.length;
    clock.advance(10_000);
    expect(changes).toHaveLength(written);
  });

  it('is gone for good once its question was edited in the middle', async () => {
    const { clock, conversation, changes } = begin();
    const answer = scripted();
    const done = conversation.send('Hello', answer.generate);
    answer.say('Hi');
    const [question, old] = conversation.getEntries();
    await conversation.edit(question?.id ?? 0, 'Good evening', answering());
    answer.say(' again');
    clock.advance(2_000);
    answer.end();
    await done;
    expect(textsOf(conversation.getEntries())).toEqual(['Good evening', 'Hi there']);
    const putAfter = changes.slice(1).flatMap(({ put }) => put.map(({ id }) => id));
    expect(putAfter).not.toContain(old?.id);
    expect(conversation.getLive()).toBeUndefined();
  });
});
