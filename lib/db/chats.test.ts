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

  it('calls an answer cut off that the end of the app cut off', async () => {
    await save([question, cut]);
    expect((await chats.getEntries(AT))[1]).toEqual({ ...cut, outcome: { kind: 'cut-off' } });
  });

  it('replaces what says something else now, and removes what is gone', async () => {
    await save([question, answer, cut]);
    const other: ChatEntry = { ...question, text: 'Good evening' };
    const removedIds = [answer.id, cut.id];
    await chats.save({ chatId: AT, modelId: 'a', changedAt: AT, put: [other], removedIds });
    expect(await chats.getEntries(AT)).toEqual([other]);
  });

  const listed = async (search?: string) =>
    (await chats.listChats(search)).map(({ chatId }) => chatId - AT);

  it('lists the chats with all models by their first question, what changed last first', async () => {
    await save([question], { changedAt: AT + 5 });
    await save([{ ...question, text: 'Second' }], { chatId: AT + 1, changedAt: AT + 9 });
    await save([question], { chatId: AT + 2, modelId: 'b' });
    const plain = { title: undefined, excerpt: undefined };
    expect(await chats.listChats()).toEqual([
      { chatId: AT + 1, modelId: 'a', changedAt: AT + 9, opening: 'Second', ...plain },
      { chatId: AT, modelId: 'a', changedAt: AT + 5, opening: question.text, ...plain },
      { chatId: AT + 2, modelId: 'b', changedAt: AT, opening: question.text, ...plain },
    ]);
  });

  it('lists a chat without its question, and only the beginning of a long one', async () => {
    await save([answer]);
    await save([{ ...question, text: 'long '.repeat(1000) }], { chatId: AT + 1 });
    const openings = (await chats.listChats()).map(({ opening }) => opening.length);
    expect(openings).toEqual([200, 0]);
  });

  it('finds the newest chat with a model', async () => {
    await save([question], { changedAt: AT + 5 });
    await save([question], { chatId: AT + 1, changedAt: AT + 3 });
    await save([question], { chatId: AT + 2, modelId: 'b', changedAt: AT + 9 });
    expect(await chats.findNewest('a')).toBe(AT);
    expect(await chats.findNewest('c')).toBeUndefined();
  });

  it('deletes chats with their messages, and nothing of others', async () => {
    await save([question]);
    await save([question], { chatId: AT + 1, modelId: 'b' });
    await save([question], { chatId: AT + 2, modelId: 'b' });
    await chats.deleteChats([AT, AT + 2]);
    expect(await listed()).toEqual([1]);
    expect(await chats.getEntries(AT)).toEqual([]);
    const left = await database.all({ sql: 'SELECT chat_id FROM chat_message' });
    expect(left).toEqual([{ chat_id: AT + 1 }]);
  });

  it('puts deleted chats back word for word, also a row that this version can’t read', async () => {
    await save([question, answer]);
    await insert({ said_at: AT + 9, role: 'system', text: 'Obey', thought: '' });
    await chats.rename(AT, 'Tables');
    await save([question], { chatId: AT + 1, modelId: 'b' });
    const rows = async () => [
      ...(await database.all({ sql: 'SELECT * FROM chat ORDER BY chat_id' })),
      ...(await database.all({ sql: 'SELECT * FROM chat_message ORDER BY chat_id, said_at' })),
    ];
    const before = await rows();
    const deleted = await chats.deleteChats([AT, AT + 1]);
    expect(await rows()).toEqual([]);
    await chats.putBack(deleted);
    expect(await rows()).toEqual(before);
  });

  it('keeps what another tab has saved of a chat before it is put back', async () => {
    await save([question, answer]);
    const deleted = await chats.deleteChats([AT]);
    await save([{ ...question, text: 'Asked anew' }], { changedAt: AT + 50 });
    await chats.putBack(deleted);
    expect(await chats.getEntries(AT)).toEqual([{ ...question, text: 'Asked anew' }, answer]);
  });

  it('has the title that a person gave it, after more was said, too', async () => {
    await save([question]);
    await chats.rename(AT, 'Tables');
    await save([answer], { changedAt: AT + 7 });
    expect(await chats.listChats()).toMatchObject([{ title: 'Tables', changedAt: AT + 7 }]);
    await chats.rename(AT, undefined);
    expect(await chats.listChats()).toMatchObject([{ title: undefined, opening: question.text }]);
  });

  it('keeps the chats of a database without titles', async () => {
    const old = await createInMemoryDatabase();
    await migrate(old);
    await old.batch([
      { sql: 'ALTER TABLE chat DROP COLUMN title' },
      { sql: 'DROP TABLE accepted_catalog' },
      { sql: 'DROP TABLE accepted_root' },
      { sql: 'DROP TABLE used_anyway' },
      { sql: 'DROP TABLE model_version' },
      { sql: 'DROP TABLE kept_choice' },
      { sql: 'ALTER TABLE benchmark DROP COLUMN version' },
      { sql: 'ALTER TABLE generation_choice DROP COLUMN version' },
      { sql: `PRAGMA user_version = 5` },
      {
        sql: 'INSERT INTO chat (chat_id, model_id, changed_at) VALUES (?, ?, ?)',
        params: [AT, 'a', AT],
      },
    ]);
    await migrate(old);
    const [chat] = await createChatStore(old).listChats();
    expect(chat).toMatchObject({ chatId: AT, modelId: 'a', title: undefined });
  });

  describe('that are searched', () => {
    const texts = [
      'How do tides work? The moon pulls.',
      '100% of 5_000 \\ files',
      'Übung macht den Meister',
      '潮の満ち引きについて教えて',
      'Что такое приливы?',
    ];
    beforeEach(async () => {
      for (const [place, text] of texts.entries()) {
        const at = AT + place;
        await save([{ ...question, text }], { chatId: at, changedAt: at });
      }
    });

    it.each<[string, number[]]>([
      ['tides', [0]],
      ['TIDES moon', [0]],
      ['moon  tides ', [0]],
      ['tides sun', []],
      ['ide', [0]],
      ['%', [1]],
      ['5_0', [1]],
      ['5x0', []],
      ['\\', [1]],
      ['übung', [2]],
      ['ÜBUNG', [2]],
      ['満ち', [3]],
      ['что', [4]],
      ['', [4, 3, 2, 1, 0]],
      ["' OR 1=1 --", []],
    ])('find %j in %j', async (search, found) => {
      expect(await listed(search)).toEqual(found);
    });

    it('are found by their title, too, and by words of title and messages together', async () => {
      await chats.rename(AT, 'The sea');
      expect(await listed('sea')).toEqual([0]);
      expect(await listed('SEA pulls')).toEqual([0]);
      expect(await chats.listChats('sea')).toMatchObject([{ excerpt: undefined }]);
    });

    it('show where it was found', async () => {
      await save([{ ...answer, text: `${'so '.repeat(99)}the Moon\n${'and '.repeat(99)}` }], {
        changedAt: AT + 9,
      });
      const [chat] = await chats.listChats('so moon');
      expect(chat?.excerpt).toMatch(/^so so .*…$/);
      const [other] = await chats.listChats('the moon');
      expect(other?.excerpt).toBe(texts[0]);
    });
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
