import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { FAMILIES } from '../../../tests/templates/families';
import { createChatTemplate } from '../../platform/prompts/chatTemplate';
import type { AnswerOutcome, ChatEntry } from './conversationEntries';
import { toldMessages } from './toldMessages';

const STATS = {
  ...{ promptTokens: 3, generatedTokens: 2, timeToFirstTokenMs: 10, tokensPerSecond: 20 },
  ...{ prefillTokensPerSecond: 100, finishReason: 'stop' as const },
};
const done: AnswerOutcome = { kind: 'done', stats: STATS };
const stopped: AnswerOutcome = { kind: 'stopped' };
const failed: AnswerOutcome = {
  kind: 'failed',
  failure: { code: 'CONTEXT_FULL', details: { contextTokens: 512 } },
};

let id = 0;
const asked = (text: string): ChatEntry => ({ id: (id += 1), role: 'user', text });
const said = (text: string, outcome: AnswerOutcome, thought = ''): ChatEntry => ({
  ...{ id: (id += 1), role: 'assistant', text, thought, thoughtMs: undefined, outcome },
});

function told(...entries: ChatEntry[]): string[] {
  return toldMessages(entries).map(({ content }) => content);
}

describe('what a model is told', () => {
  it('is each question with its answer, and the last question', () => {
    expect(told(asked('a'), said('A', done), asked('b'), said('B', stopped), asked('c'))).toEqual([
      'a',
      'A',
      'b',
      'B',
      'c',
    ]);
  });

  it.each([
    ['stopped before its first word', said('', stopped)],
    ['stopped while the model was thinking', said('', stopped, 'Hm.')],
    ['ended without a word', said(' \n', done)],
    ['cut off by a crash of the app', said('', { kind: 'streaming' })],
    ['too long for the model', said('', failed)],
    ['broken off', said('Half of an', failed)],
  ])('leaves out a question whose answer was %s', (_, answer) => {
    expect(told(asked('a'), said('A', done), asked('b'), answer, asked('c'))).toEqual([
      ...['a', 'A', 'c'],
    ]);
  });

  it('is nothing where no question waits for an answer', () => {
    expect(told()).toEqual([]);
    expect(told(asked('a'), said('A', done))).toEqual([]);
    expect(told(asked(' '))).toEqual([]);
  });

  it('leaves out thoughts', () => {
    expect(told(asked('a'), said('A', done, 'Hm.'), asked('b'))).toEqual(['a', 'A', 'b']);
  });

  const texts = fc.constantFrom('', ' ', 'Hello', 'One\ntwo', '</think>', '{{ bos_token }}');
  const entries = fc.array(
    fc.oneof(
      texts.map(asked),
      fc.tuple(texts, fc.constantFrom(done, stopped, failed)).map((of) => said(...of)),
    ),
    { maxLength: 9 },
  );

  it('is taken by every family’s template, whatever is shown', { timeout: 120_000 }, () => {
    const templates = FAMILIES.map(({ name, startOfText = '', endOfText = '', ...family }) => ({
      name,
      template: createChatTemplate({
        ...{ startOfText, endOfText, template: family.template },
        ...{ architecture: family.architecture, format: undefined },
      }),
    }));
    fc.assert(
      fc.property(entries, fc.boolean(), fc.boolean(), (shown, hasSystem, thinking) => {
        const messages = toldMessages([...shown, asked('Last question')]);
        const system = hasSystem ? [{ role: 'system' as const, content: 'Be brief.' }] : [];
        for (const { name, template } of templates) {
          const prompt = template.write({ messages: [...system, ...messages], thinking });
          expect(prompt, name).toContain('Last question');
          expect(prompt.includes('Be brief.'), name).toBe(hasSystem);
        }
      }),
      { numRuns: 60 },
    );
  });
});
