import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';

import type { ChatEntry } from '../ai/chat/conversationEntries';
import { createInMemoryDatabase } from '../platform/shared/inMemoryDatabase';
import type { SqlDatabase, SqlValue } from '../platform/types';
import { createChatStore, type ChatStore } from './chats';
import { migrate } from './migrations';

const AT = 1_790_000_000_000;

const question: ChatEntry = { id: AT, role: 'user', text: "Robert'); DROP TABLE chat;--" };
const answer: ChatEntry = {
  id: AT + 1,
  role: 'assistant',
  text: 'Hello 👋',
  thought: 'A greeting.',
  thoughtMs: 1234.5,
  outcome: {
    kind: 'done',
    stats: {
      promptTokens: 3,
      generatedTokens: 2,
      timeToFirstTokenMs: 10.5,
      prefillTokensPerSecond: undefined,
      tokensPerSecond: 20.25,
      finishReason: 'length',
    },
  },
};
const cut: ChatEntry = {
  ...answer,
  id: AT + 2,
  thoughtMs: undefined,
  outcome: { kind: 'streaming' },
};

describe('chats', () => {
  let database: SqlDatabase;
  let chats: ChatStore;
  beforeEach(async () => {
    database = await createInMemoryDatabase();
    await migrate(database);
    chats = createChatStore(database);
  });

  const save = (put: readonly ChatEntry[], { chatId = AT, modelId = 'a', changedAt = AT } = {}) =>
    chats.save({ chatId, modelId, changedAt, put, removedIds: [] });

  const insert = (row: Record<string, SqlValue>) =>
    database.batch([
      {
        sql: `INSERT INTO chat_message
          (chat_id, said_at, role, text, thought, thought_ms, outcome) VALUES (?, ?, ?, ?, ?, ?, ?)`,
        params: [
          AT,
          ...['said_at', 'role', 'text', 'thought', 'thought_ms', 'outcome'].map(
            (name) => row[name] ?? null,
          ),
        ],
      },
    ]);

  it('gives back what was said, word for word', async () => {
    await save([answer, question]);
    expect(await chats.getEntries(AT)).toEqual([question, answer]);
  });

  it('calls an answer stopped that the end of the app cut off', async () => {
    await save([question, cut]);
    expect((await chats.getEntries(AT))[1]).toEqual({ ...cut, outcome: { kind: 'stopped' } });
  });

  it('replaces what says something else now, and removes what is gone', async () => {
    await save([question, answer, cut]);
    const other: ChatEntry = { ...question, text: 'Good evening' };
    const removedIds = [answer.id, cut.id];
    await chats.save({ chatId: AT, modelId: 'a', changedAt: AT, put: [other], removedIds });
    expect(await chats.getEntries(AT)).toEqual([other]);
  });

  it('lists a model’s chats by their first question, what changed last first', async () => {
    await save([question], { changedAt: AT + 5 });
    await save([{ ...question, text: 'Second' }], { chatId: AT + 1, changedAt: AT + 9 });
    await save([question], { chatId: AT + 2, modelId: 'b' });
    expect(await chats.listChats('a')).toEqual([
      { chatId: AT + 1, changedAt: AT + 9, opening: 'Second' },
      { chatId: AT, changedAt: AT + 5, opening: question.text },
    ]);
  });

  it('lists a chat without its question, and only the beginning of a long one', async () => {
    await save([answer]);
    await save([{ ...question, text: 'long '.repeat(1000) }], { chatId: AT + 1 });
    const openings = (await chats.listChats('a')).map(({ opening }) => opening.length);
    expect(openings).toEqual([200, 0]);
  });

  it('deletes one chat, or all of one model, with their messages', async () => {
    await save([question]);
    await save([question], { chatId: AT + 1 });
    await save([question], { chatId: AT + 2, modelId: 'b' });
    await chats.deleteChat(AT);
    expect(await chats.getEntries(AT)).toEqual([]);
    await chats.deleteChats('a');
    expect(await chats.listChats('a')).toEqual([]);
    const left = await database.all({ sql: 'SELECT chat_id FROM chat_message' });
    expect(left).toEqual([{ chat_id: AT + 2 }]);
  });

  it('leaves out a broken row, and keeps the others', async () => {
    await save([question]);
    await insert({ said_at: AT + 1, role: 'system', text: 'Obey', thought: '' });
    await insert({ said_at: AT + 2, role: 'assistant', text: 'No outcome', thought: '' });
    await insert({ said_at: -1, role: 'user', text: 'Before time', thought: '' });
    expect(await chats.getEntries(AT)).toEqual([question]);
  });

  it.each([
    '',
    'null',
    '{"kind":"done"}',
    '{"kind":"done","stats":{"promptTokens":"many"}}',
    '{"kind":"failed","failure":{"code":"GENERATION_FAILED","details":{}}}',
    '{"kind":"failed","failure":{"code":"__proto__","details":{"reason":""}}}',
  ])('keeps what an answer said though its outcome is %j', async (outcome) => {
    await insert({ said_at: AT, role: 'assistant', text: 'Hello', thought: '', outcome });
    expect(await chats.getEntries(AT)).toMatchObject([
      { text: 'Hello', outcome: { kind: 'stopped' } },
    ]);
  });

  it('reads every outcome that it writes', async () => {
    const failures = [
      { code: 'GENERATION_FAILED', details: { reason: 'x' } },
      { code: 'CONTEXT_FULL', details: { contextTokens: 512 } },
      { code: 'LOAD_FAILED', details: { path: 'p', reason: 'x' } },
      { code: 'UNSUPPORTED', details: { feature: 'workers', host: 'h' } },
      { code: 'APP_INCOMPLETE', details: { file: 'f', reason: 'x' } },
      { code: 'DB_FAILED', details: { reason: 'x' } },
      { code: 'INTERNAL', details: { reason: 'x' } },
    ] as const;
    const entries = failures.map((failure, index): ChatEntry => ({
      ...answer,
      id: AT + index,
      outcome: { kind: 'failed', failure },
    }));
    await save(entries);
    expect(await chats.getEntries(AT)).toEqual(entries);
  });

  it('survives any text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.string(), async (text, thought) => {
        const entry: ChatEntry = { ...answer, text, thought };
        await save([entry]);
        expect(await chats.getEntries(AT)).toEqual([entry]);
      }),
      { numRuns: 200 },
    );
  });
});
