import { beforeEach, describe, expect, it } from 'vitest';
import { createChatStore } from '../../db/chats';
import type { ChatChange, ChatStore } from '../../db/chats';
import { migrate } from '../../db/migrations';
import { abortError, ModelError } from '../../errors';
import { createInMemoryDatabase } from '../../platform/shared/inMemoryDatabase';
import { createManualClock } from '../../platform/memory/manualClock';
import type { ManualClock } from '../../platform/memory/manualClock';
import type { GenerationStats } from '../../platform/types';
import type { Generate } from './conversation';
import { createConversations } from './conversations';
import type { Conversations } from './conversations';

const STATS: GenerationStats = {
  promptTokens: 1,
  generatedTokens: 1,
  timeToFirstTokenMs: 1,
  prefillTokensPerSecond: undefined,
  tokensPerSecond: 0,
  finishReason: 'stop',
};
const BROKEN = new ModelError('DB_FAILED', { reason: 'disk full' });

const saying =
  (text: string): Generate =>
  (_messages, onText) => {
    onText(text, 'answer');
    return Promise.resolve(STATS);
  };

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

let store: ChatStore;
let clock: ManualClock;
beforeEach(async () => {
  const database = await createInMemoryDatabase();
  await migrate(database);
  store = createChatStore(database);
  clock = createManualClock();
});

const start = (changed: Partial<ChatStore> = {}) =>
  createConversations({ ...store, ...changed }, clock);

async function say(conversations: Conversations, modelId: string, text: string): Promise<void> {
  clock.advance(1);
  const { conversation } = await conversations.open(modelId);
  await conversation.send(text, saying(`${text}!`));
}

async function shown(conversations: Conversations, modelId: string): Promise<string[]> {
  await conversations.open(modelId);
  const chat = conversations.getSnapshot().open[modelId];
  return chat?.conversation.getEntries().map(({ text }) => text) ?? [];
}

const ids = async (conversations: Conversations) =>
  (await conversations.listChats()).map(({ chatId }) => chatId);

describe('chats of models', () => {
  it('are there after a restart, the newest of each model', async () => {
    const before = start();
    await say(before, 'a', 'First');
    await before.startNew('a');
    await say(before, 'a', 'Second');
    await say(before, 'b', 'Other');
    await before.close();
    const after = start();
    expect(await shown(after, 'a')).toEqual(['Second', 'Second!']);
    expect(await shown(after, 'b')).toEqual(['Other', 'Other!']);
  });

  it('are kept when a new one starts, and can be opened again', async () => {
    const conversations = start();
    await say(conversations, 'a', 'First');
    const { chatId } = await conversations.open('a');
    await conversations.startNew('a');
    expect(await shown(conversations, 'a')).toEqual([]);
    await say(conversations, 'a', 'Second');
    expect((await conversations.listChats()).map(({ opening }) => opening)).toEqual([
      'Second',
      'First',
    ]);
    await conversations.openChat('a', chatId);
    expect(await shown(conversations, 'a')).toEqual(['First', 'First!']);
    await say(conversations, 'a', 'Third');
    expect((await conversations.listChats())[0]?.opening).toBe('First');
  });

  it('count once something was said', async () => {
    const conversations = start();
    const { chatId } = await conversations.open('a');
    await conversations.startNew('a');
    expect((await conversations.open('a')).chatId).toBe(chatId);
    expect(await conversations.listChats()).toEqual([]);
  });

  it('are deleted, each open one giving way to an empty one', async () => {
    const conversations = start();
    await say(conversations, 'a', 'First');
    await conversations.startNew('a');
    await say(conversations, 'a', 'Second');
    await say(conversations, 'b', 'Other');
    const [other, second, first] = await ids(conversations);
    await conversations.deleteChats([first ?? 0]);
    expect(await shown(conversations, 'a')).toEqual(['Second', 'Second!']);
    await conversations.deleteChats([second ?? 0, other ?? 0]);
    expect(await shown(conversations, 'a')).toEqual([]);
    expect(await shown(conversations, 'b')).toEqual([]);
    expect(await ids(conversations)).toEqual([]);
  });

  it('come back as they were when their deletion is undone', async () => {
    const conversations = start();
    await say(conversations, 'a', 'First');
    await say(conversations, 'b', 'Other');
    const before = await conversations.listChats();
    const undo = await conversations.deleteChats(before.map(({ chatId }) => chatId));
    expect(await ids(conversations)).toEqual([]);
    await undo();
    expect(await conversations.listChats()).toEqual(before);
    await conversations.openChat('a', before[1]?.chatId ?? 0);
    expect(await shown(conversations, 'a')).toEqual(['First', 'First!']);
  });

  it('can be renamed, and be read without being opened', async () => {
    const conversations = start();
    await say(conversations, 'a', 'First');
    const { chatId } = await conversations.open('a');
    await conversations.renameChat(chatId, 'The beginning');
    await say(conversations, 'a', 'More');
    expect(await conversations.listChats('beginning')).toMatchObject([
      { title: 'The beginning', modelId: 'a' },
    ]);
    const texts = (await conversations.readChat(chatId)).map(({ text }) => text);
    expect(texts).toEqual(['First', 'First!', 'More', 'More!']);
  });

  it('never come back after they were deleted in the middle of an answer', async () => {
    const conversations = start();
    const { conversation, chatId } = await conversations.open('a');
    let fail: (error: Error) => void = () => undefined;
    const sent = conversation.send('Hello', (_messages, onText) => {
      onText('Hi', 'answer');
      return new Promise((_resolve, reject) => {
        fail = reject;
      });
    });
    const deleted = conversations.deleteChats([chatId]);
    fail(abortError());
    await Promise.all([sent, deleted]);
    clock.advance(5_000);
    expect(await conversations.listChats()).toEqual([]);
    expect(await store.getEntries(chatId)).toEqual([]);
  });

  it('never come back when their answers end after they were deleted', async () => {
    const conversations = start();
    const ends: (() => void)[] = [];
    const held: Generate = (_messages, onText) => {
      onText('Hi', 'answer');
      return new Promise((resolve) => ends.push(() => resolve(STATS)));
    };
    const chats = [await conversations.open('a'), await conversations.open('b')];
    const sent = chats.map(({ conversation }) => conversation.send('Hello', held));
    await conversations.deleteChats(chats.map(({ chatId }) => chatId));
    for (const end of ends) end();
    await Promise.all(sent);
    await conversations.close();
    expect(await store.listChats()).toEqual([]);
  });

  it('keep the question and what was said up to a second before the app died', async () => {
    const dying = start();
    const { conversation } = await dying.open('a');
    void conversation.send('Hello', (_messages, onText) => {
      onText('Half an ', 'answer');
      clock.advance(1_000);
      onText('answer', 'answer');
      return new Promise(() => undefined);
    });
    // Dying closes nothing; what was written is in the database.
    await dying.close();
    const after = start();
    expect(await shown(after, 'a')).toEqual(['Hello', 'Half an ']);
  });

  it('are read once, and not shown before', async () => {
    let release: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => {
      release = resolve;
    });
    await say(start(), 'a', 'Kept');
    const conversations = start({
      getEntries: async (chatId) => {
        await slow;
        return store.getEntries(chatId);
      },
    });
    const opening = conversations.open('a');
    expect(conversations.getSnapshot().open['a']).toBeUndefined();
    release();
    const chat = await opening;
    expect(await conversations.open('a')).toBe(chat);
    expect(await shown(conversations, 'a')).toEqual(['Kept', 'Kept!']);
  });
});

it('a slow database is waited for, so that no list and no chat lacks what was said last', async () => {
  await say(start(), 'a', 'Kept');
  let release: () => void = () => undefined;
  const conversations = start({
    save: async (change) => {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      return store.save(change);
    },
  });
  const kept = await conversations.open('a');
  await conversations.startNew('a');
  await say(conversations, 'a', 'Slow');
  const slow = await conversations.open('a');
  const list = conversations.listChats();
  const away = conversations.openChat('a', kept.chatId);
  const back = away.then(() => conversations.openChat('a', slow.chatId));
  const done = Promise.all([list, back]).then(() => 'done');
  // Each write waits to be released.
  while ((await Promise.race([done, nextTurn()])) !== 'done') release();
  expect((await list).map(({ opening }) => opening)).toEqual(['Slow', 'Kept']);
  expect(await shown(conversations, 'a')).toEqual(['Slow', 'Slow!']);
});

describe('a database that fails', () => {
  it('doesn’t break the chat, and is told once', async () => {
    const conversations = start({ save: () => Promise.reject(BROKEN) });
    const failures: unknown[] = [];
    conversations.subscribe(() => failures.push(conversations.getSnapshot().failure));
    await say(conversations, 'a', 'First');
    await conversations.close();
    conversations.noteFailure();
    await say(conversations, 'a', 'Second');
    await conversations.close();
    expect(await shown(conversations, 'a')).toEqual(['First', 'First!', 'Second', 'Second!']);
    expect(conversations.getSnapshot().failure).toBeUndefined();
    const told = failures.filter((failure) => failure !== undefined);
    expect(new Set(told).size).toBe(1);
    expect(told[0]).toMatchObject({ code: 'DB_FAILED' });
  });

  it('gets with the next change what it didn’t take', async () => {
    let works = false;
    const conversations = start({
      save: (change: ChatChange) => (works ? store.save(change) : Promise.reject(BROKEN)),
    });
    await say(conversations, 'a', 'First');
    await conversations.close();
    works = true;
    await say(conversations, 'a', 'Second');
    await conversations.close();
    expect(await shown(start(), 'a')).toEqual(['First', 'First!', 'Second', 'Second!']);
  });

  it('opens an empty chat where it can’t be read', async () => {
    await say(start(), 'a', 'Kept');
    const conversations = start({ findNewest: () => Promise.reject(BROKEN) });
    expect(await shown(conversations, 'a')).toEqual([]);
    expect(conversations.getSnapshot().failure).toMatchObject({ code: 'DB_FAILED' });
    await expect(conversations.openChat('a', 0)).resolves.toBeUndefined();
  });

  it('leaves a chat open and kept that it doesn’t delete', async () => {
    const conversations = start({ deleteChats: () => Promise.reject(BROKEN) });
    await say(conversations, 'a', 'First');
    const { chatId } = await conversations.open('a');
    await expect(conversations.deleteChats([chatId])).rejects.toBe(BROKEN);
    await say(conversations, 'a', 'Second');
    await conversations.close();
    expect(await shown(start(), 'a')).toEqual(['First', 'First!', 'Second', 'Second!']);
  });
});
