import { marked } from 'marked';
import type { MarkedToken } from 'marked';
import { describe, expect, it } from 'vitest';

import type { Answer } from '../../ai/chat/conversationEntries';
import { chatTitle } from './chatTitle';
import { chatsAsJson, chatsAsMarkdown, exportFileName } from './exportedChat';
import type { ExportedChat } from './exportedChat';

const AT = Date.UTC(2026, 10, 30, 12);
const STATS = {
  promptTokens: 3,
  generatedTokens: 2,
  timeToFirstTokenMs: 10.5,
  prefillTokensPerSecond: undefined,
  tokensPerSecond: 20,
  finishReason: 'stop',
} as const;

const answer: Answer = {
  id: AT + 1,
  role: 'assistant',
  text: 'The moon pulls.',
  thought: 'About tides.',
  thoughtMs: 12,
  outcome: { kind: 'done', stats: STATS },
};
const chat: ExportedChat = {
  title: 'Tides',
  modelId: 'tiny',
  modelName: 'Tiny demo',
  startedAt: AT,
  changedAt: AT + 5,
  entries: [{ id: AT, role: 'user', text: 'Why tides?' }, answer],
};
const saying = (text: string): ExportedChat => ({ ...chat, entries: [{ ...answer, text }] });

const headingsOf = (markdown: string) =>
  (marked.lexer(markdown) as MarkedToken[]).flatMap((token) =>
    token.type === 'heading' ? [token.text] : [],
  );

describe('a chat as Markdown', () => {
  it('has its title, its model, and who said what', () => {
    const text = chatsAsMarkdown([chat]);
    expect(text).toMatch(/^# Tides\n\nTiny demo · \d/);
    expect(text).toContain('\n\n## You\n\nWhy tides?\n\n## Tiny demo\n\nThe moon pulls.\n');
    expect(text).not.toContain('About tides.');
  });

  it('says how an answer ended that isn’t complete', () => {
    const failure = { code: 'CONTEXT_FULL', details: { contextTokens: 512 } } as const;
    const entries: Answer[] = [
      { ...answer, outcome: { kind: 'stopped' } },
      { ...answer, id: 4, outcome: { kind: 'cut-off' } },
      { ...answer, text: '', outcome: { kind: 'failed', failure } },
    ];
    const text = chatsAsMarkdown([{ ...chat, entries }]);
    expect(text).toContain('The moon pulls.\n\n*Stopped*');
    expect(text).toContain('The moon pulls.\n\n*Cut off when the app ended*');
    expect(text).toMatch(/## Tiny demo\n\n\*[^*\n]+\*\n$/);
  });

  it.each(['```js\nlet a', '~~~\ncut', '````\n```\ninside', '```\n``` not an end'])(
    'closes the code that an answer left open: %j',
    (open) => {
      const text = chatsAsMarkdown([saying(open), { ...chat, title: 'Next' }]);
      expect(headingsOf(text)).toContain('Next');
    },
  );

  it('leaves complete code as it is', () => {
    const text = chatsAsMarkdown([saying('```\na\n```\n\nand ``` inside')]);
    expect(text.endsWith('and ``` inside\n')).toBe(true);
  });
});

describe('chats as JSON', () => {
  it('have all that is known, in the form that programs for models take', () => {
    expect(JSON.parse(chatsAsJson([chat]))).toEqual({
      format: 'modelshelf-chats',
      version: 1,
      chats: [
        {
          title: 'Tides',
          model: { id: 'tiny', name: 'Tiny demo' },
          startedAt: '2026-11-30T12:00:00.000Z',
          changedAt: '2026-11-30T12:00:00.005Z',
          messages: [
            { role: 'user', content: 'Why tides?', at: '2026-11-30T12:00:00.000Z' },
            {
              ...{ role: 'assistant', content: 'The moon pulls.', at: '2026-11-30T12:00:00.001Z' },
              ...{ thought: 'About tides.', thoughtMs: 12 },
              outcome: { kind: 'done', stats: JSON.parse(JSON.stringify(STATS)) as unknown },
            },
          ],
        },
      ],
    });
  });
});

describe('the name of the file', () => {
  const named = (title: string) => exportFileName(title, { date: AT, ending: 'md' });

  it.each([
    ['Tides', 'chat-2026-11-30-tides.md'],
    ['../../etc/passwd', 'chat-2026-11-30-etc-passwd.md'],
    ['CON: "a|b" <c>?*', 'chat-2026-11-30-con-a-b-c.md'],
    ['Übung 😀', 'chat-2026-11-30-übung.md'],
    ['\u202egnp.exe', 'chat-2026-11-30-gnp-exe.md'],
    ['…', 'chat-2026-11-30.md'],
    ['', 'chat-2026-11-30.md'],
  ])('of %j is %j', (title, name) => {
    expect(named(title)).toBe(name);
  });

  it('is never longer than a system takes', () => {
    const name = named('𝒳 '.repeat(500));
    expect(Buffer.byteLength(name)).toBeLessThan(200);
  });
});

describe('the title of a chat', () => {
  it('is its own, or the beginning of its question', () => {
    expect(chatTitle({ title: 'Sea', opening: 'Why tides?' })).toBe('Sea');
    expect(chatTitle({ title: undefined, opening: ' Why\ntides? ' })).toBe('Why tides?');
    expect(chatTitle({ title: undefined, opening: '' })).toBe('A chat without a question');
  });

  it('never ends in half a picture', () => {
    const title = chatTitle({ title: undefined, opening: `${'a'.repeat(58)}😀${'b'.repeat(9)}` });
    expect(title).toBe(`${'a'.repeat(58)}…`);
  });
});
