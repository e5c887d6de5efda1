/** Binds the selected model's chats to React. */
import { createContext, use, useEffect, useMemo, useSyncExternalStore } from 'react';
import type { PropsWithChildren } from 'react';
import type { ChatSummary } from '../../db/chats';
import type { ModelFailure } from '../../errors';
import type { ChatEntry, LiveAnswer } from './conversationEntries';
import type { Conversations, OpenChat } from './conversations';
import { useLLM } from '../LLMProvider';
import { useModel } from '../ModelProvider';

export interface ConversationBinding {
  /** Undefined while the model's chat is being read. */
  chatId: number | undefined;
  /**
   * Entries of the selected model's open chat. The same array while an answer is being streamed: see `useLiveAnswer`.
   */
  entries: readonly ChatEntry[];
  /**
   * Why chats can't be saved, or the saved ones can't be read, until `noteFailure`. Only the first failure is reported.
   */
  failure: ModelFailure | undefined;
  noteFailure(): void;
  /** Never rejects: the entry's outcome tells how its answer ended. */
  send(text: string): Promise<void>;
  /** Replaces the last answer with a new one, however it ended. Never rejects. */
  retry(): Promise<void>;
  /** Replaces a question, removes everything after it, and streams an answer. Never rejects. */
  edit(questionId: number, text: string): Promise<void>;
  /** Ends a running answer and opens an empty chat; the old one is kept. */
  startNew(): Promise<void>;
  /**
   * Opens a saved chat of any model, and ends a running answer. It is shown once its model is selected. Rejects as
   * `Conversations.openChat` does.
   */
  openChat(chat: Pick<ChatSummary, 'chatId' | 'modelId'>): Promise<void>;
  /** See `Conversations`, for this and the next two. */
  listChats(search?: string): Promise<ChatSummary[]>;
  readChat(chatId: number): Promise<ChatEntry[]>;
  renameChat(chatId: number, title: string | undefined): Promise<void>;
  /** Ends a running answer of a chat that is deleted. Otherwise as `Conversations.deleteChats`. */
  deleteChats(chatIds: readonly number[]): Promise<() => Promise<void>>;
}

const ConversationContext = createContext<ConversationBinding | undefined>(undefined);
const OpenChatContext = createContext<OpenChat | undefined>(undefined);

/** @throws Error outside of a ConversationProvider: render the component inside of the app's root layout. */
export function useConversation(): ConversationBinding {
  const binding = use(ConversationContext);
  if (binding === undefined)
    throw new Error('useConversation needs a ConversationProvider above it.');
  return binding;
}

/** The text so far of a streaming answer; undefined for any other answer, whose component then isn't rendered. */
export function useLiveAnswer(answerId: number): LiveAnswer | undefined {
  const conversation = use(OpenChatContext)?.conversation;
  const getLive = () => {
    const live = conversation?.getLive();
    return live?.id === answerId ? live : undefined;
  };
  return useSyncExternalStore(conversation?.subscribeLive ?? subscribeToNothing, getLive);
}

const NO_ENTRIES: readonly ChatEntry[] = [];
const subscribeToNothing = () => () => undefined;
const noEntries = () => NO_ENTRIES;

export function ConversationProvider({
  conversations,
  children,
}: PropsWithChildren<{ conversations: Conversations }>) {
  const { generate, stop } = useLLM();
  const { modelId } = useModel().currentConfig;
  const { open, failure } = useSyncExternalStore(
    conversations.subscribe,
    conversations.getSnapshot,
  );
  useEffect(() => void conversations.open(modelId), [conversations, modelId]);
  const chat = open[modelId];
  const entries = useSyncExternalStore(
    chat?.conversation.subscribe ?? subscribeToNothing,
    chat?.conversation.getEntries ?? noEntries,
  );
  // Kept apart from the values that change often, so that these functions stay the same.
  const verbs = useMemo(
    () => bindVerbs({ conversations, modelId, generate, stop }),
    [conversations, modelId, generate, stop],
  );
  const binding = useMemo<ConversationBinding>(
    () => ({ chatId: chat?.chatId, entries, failure, ...verbs }),
    [chat, entries, failure, verbs],
  );
  return (
    <ConversationContext value={binding}>
      <OpenChatContext value={chat}>{children}</OpenChatContext>
    </ConversationContext>
  );
}

interface VerbParts extends Pick<ReturnType<typeof useLLM>, 'generate' | 'stop'> {
  conversations: Conversations;
  modelId: string;
}

function bindVerbs({ conversations, modelId, generate, stop }: VerbParts) {
  const opened = async () => (await conversations.open(modelId)).conversation;
  const openId = () => conversations.getSnapshot().open[modelId]?.chatId;
  return {
    send: async (text: string) => (await opened()).send(text, generate),
    retry: async () => (await opened()).retry(generate),
    edit: async (questionId: number, text: string) =>
      (await opened()).edit(questionId, text, generate),
    noteFailure: () => conversations.noteFailure(),
    async startNew() {
      await stop();
      await conversations.startNew(modelId);
    },
    async openChat(chat: Pick<ChatSummary, 'chatId' | 'modelId'>) {
      await stop();
      await conversations.openChat(chat.modelId, chat.chatId);
    },
    listChats: (search?: string) => conversations.listChats(search),
    readChat: (chatId: number) => conversations.readChat(chatId),
    renameChat: (chatId: number, title: string | undefined) =>
      conversations.renameChat(chatId, title),
    async deleteChats(chatIds: readonly number[]) {
      const open = openId();
      if (open !== undefined && chatIds.includes(open)) await stop();
      return conversations.deleteChats(chatIds);
    },
  };
}
