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
  /** The chats with all models; see `ChatStore.listChats`. @throws ModelError DB_FAILED */
  listChats(search?: string): Promise<ChatSummary[]>;
  /** The messages of any chat, as far as they are saved. @throws ModelError DB_FAILED */
  readChat(chatId: number): Promise<ChatEntry[]>;
  /** Undefined takes the title away. @throws ModelError DB_FAILED */
  renameChat(chatId: number, title: string | undefined): Promise<void>;
  /**
   * An empty chat replaces each deleted one that was open. Returns what puts them back, as they were.
   * @throws ModelError DB_FAILED, as does the function that it returns
   */
  deleteChats(chatIds: readonly number[]): Promise<() => Promise<void>>;
  /** Clears `failure`: the person has seen it. */
  noteFailure(): void;
  getSnapshot(): ConversationsSnapshot;
  subscribe(listener: () => void): () => void;
  /** Resolves when all messages are saved, or their write has failed. */
  close(): Promise<void>;
}

interface Kept extends OpenChat {
  modelId: string;
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
    return {
      modelId,
      chatId,
      keeper,
      conversation: createConversation({ clock, keeper, entries }),
    };
  }

  const createEmpty = (modelId: string): Kept =>
    create(modelId, Math.max(clock.nowMs(), lastChatId + 1));

  async function createNewest(modelId: string): Promise<Kept> {
    try {
      const chatId = await store.findNewest(modelId);
      if (chatId === undefined) return createEmpty(modelId);
      return create(modelId, chatId, await store.getEntries(chatId));
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

  async function openChat(modelId: string, chatId: number): Promise<void> {
    const current = await open(modelId);
    if (current.chatId === chatId) return;
    // The last messages of the current chat may not be written yet.
    await current.keeper.settled();
    const entries = await store.getEntries(chatId);
    await show(modelId, Promise.resolve(create(modelId, chatId, entries)));
  }

  const opened = () => Promise.all(opening.values());

  /** Resolves when what all open chats have to write is written, or has failed. */
  async function settled(): Promise<void> {
    await Promise.all((await opened()).map(({ keeper }) => keeper.settled()));
  }

  async function deleteChats(chatIds: readonly number[]): Promise<() => Promise<void>> {
    const chats = (await opened()).filter(({ chatId }) => chatIds.includes(chatId));
    const deleted = await forgetAll(chats, () => store.deleteChats(chatIds));
    for (const { modelId } of chats) await show(modelId, Promise.resolve(createEmpty(modelId)));
    return () => store.putBack(deleted);
  }

  return {
    open,
    startNew,
    openChat,
    listChats: (search) => settled().then(() => store.listChats(search)),
    readChat: (chatId) => settled().then(() => store.getEntries(chatId)),
    renameChat: (chatId, title) => store.rename(chatId, title),
    deleteChats,
    noteFailure: () => snapshot.set({ ...snapshot.get(), failure: undefined }),
    getSnapshot: snapshot.get,
    subscribe: snapshot.subscribe,
    close: settled,
  };
}

/** Each chat stops writing before `remove` runs, and for good once it has succeeded. */
async function forgetAll<Result>(
  [first, ...others]: readonly Kept[],
  remove: () => Promise<Result>,
): Promise<Result> {
  if (first === undefined) return remove();
  return first.keeper.forget(() => forgetAll(others, remove));
}
