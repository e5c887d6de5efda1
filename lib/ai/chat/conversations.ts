/** Owns the open chat of each model, and gives access to the saved ones. Doesn't depend on React. */
import type { ChatStore, ChatSummary } from '../../db/chats';
import { toFailure } from '../../errors';
import type { ModelFailure } from '../../errors';
import type { Clock } from '../../platform/types';
import { createConversation } from './conversation';
import type { Conversation } from './conversation';
import type { ChatEntry } from './conversationEntries';
import { createChatKeeper } from './conversationKeeper';
import type { ChatKeeper } from './conversationKeeper';
import { createObservable } from '../observable';

/** A chat that is open. */
export interface OpenChat {
  chatId: number;
  conversation: Conversation;
}

export interface ConversationsSnapshot {
  /** By model id; a model has no entry while its chat is being read. */
  open: Readonly<Record<string, OpenChat>>;
  /** Why chats can't be saved, or the saved ones can't be read. Only the first failure is kept, until `noteFailure`. */
  failure: ModelFailure | undefined;
}

export interface Conversations {
  /** The model's open chat: at first the one that changed last, or an empty one. Never rejects. */
  open(modelId: string): Promise<OpenChat>;
  /** Opens an empty chat; the old one is kept. */
  startNew(modelId: string): Promise<void>;
  /** Opens a saved chat. @throws ModelError DB_FAILED, having changed nothing */
  openChat(modelId: string, chatId: number): Promise<void>;
  /** The chat that changed last comes first. @throws ModelError DB_FAILED */
  listChats(modelId: string): Promise<ChatSummary[]>;
  /** An empty chat replaces the deleted one if it was open. @throws ModelError DB_FAILED */
  deleteChat(modelId: string, chatId: number): Promise<void>;
  /** Deletes all chats of one model. @throws ModelError DB_FAILED */
  deleteAllChats(modelId: string): Promise<void>;
  /** Clears `failure`: the person has seen it. */
  noteFailure(): void;
  getSnapshot(): ConversationsSnapshot;
  subscribe(listener: () => void): () => void;
  /** Resolves when all messages are saved, or their write has failed. */
  close(): Promise<void>;
}

interface Kept extends OpenChat {
  keeper: ChatKeeper;
}

export function createConversations(store: ChatStore, clock: Clock): Conversations {
  const snapshot = createObservable<ConversationsSnapshot>({ open: {}, failure: undefined });
  /** By model id; the chat of each is being read or open. */
  const opening = new Map<string, Promise<Kept>>();
  let lastChatId = 0;
  let hasFailed = false;

  function fail(failure: ModelFailure): void {
    if (hasFailed) return;
    hasFailed = true;
    snapshot.set({ ...snapshot.get(), failure });
  }

  function create(modelId: string, chatId: number, entries: readonly ChatEntry[] = []): Kept {
    lastChatId = Math.max(lastChatId, chatId);
    const keeper = createChatKeeper({ store, chatId, modelId, clock, onFailure: fail });
    return { chatId, keeper, conversation: createConversation({ clock, keeper, entries }) };
  }

  const createEmpty = (modelId: string): Kept =>
    create(modelId, Math.max(clock.nowMs(), lastChatId + 1));

  async function createNewest(modelId: string): Promise<Kept> {
    try {
      const [newest] = await store.listChats(modelId);
      if (newest === undefined) return createEmpty(modelId);
      return create(modelId, newest.chatId, await store.getEntries(newest.chatId));
    } catch (error) {
      fail(toFailure(error));
      return createEmpty(modelId);
    }
  }

  async function show(modelId: string, chat: Promise<Kept>): Promise<Kept> {
    opening.set(modelId, chat);
    const { chatId, conversation } = await chat;
    const before = snapshot.get();
    snapshot.set({ ...before, open: { ...before.open, [modelId]: { chatId, conversation } } });
    return chat;
  }

  const open = (modelId: string) => opening.get(modelId) ?? show(modelId, createNewest(modelId));

  async function startNew(modelId: string): Promise<void> {
    const current = await open(modelId);
    if (current.conversation.getEntries().length === 0) return;
    await show(modelId, Promise.resolve(createEmpty(modelId)));
  }

  async function close(): Promise<void> {
    const chats = await Promise.all(opening.values());
    await Promise.all(chats.map(({ keeper }) => keeper.settled()));
  }

  return {
    open,
    startNew,
    async openChat(modelId, chatId) {
      const current = await open(modelId);
      if (current.chatId === chatId) return;
      // The last messages of the current chat may not be written yet.
      await current.keeper.settled();
      const entries = await store.getEntries(chatId);
      await show(modelId, Promise.resolve(create(modelId, chatId, entries)));
    },
    async listChats(modelId) {
      await (await open(modelId)).keeper.settled();
      return store.listChats(modelId);
    },
    async deleteChat(modelId, chatId) {
      const current = await open(modelId);
      if (current.chatId !== chatId) return store.deleteChat(chatId);
      await current.keeper.forget(() => store.deleteChat(chatId));
      await show(modelId, Promise.resolve(createEmpty(modelId)));
    },
    async deleteAllChats(modelId) {
      const { keeper } = await open(modelId);
      await keeper.forget(() => store.deleteChats(modelId));
      await show(modelId, Promise.resolve(createEmpty(modelId)));
    },
    noteFailure: () => snapshot.set({ ...snapshot.get(), failure: undefined }),
    getSnapshot: snapshot.get,
    subscribe: snapshot.subscribe,
    close,
  };
}
