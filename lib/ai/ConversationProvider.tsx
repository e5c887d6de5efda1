/** Binds the selected model's chats to React. */
import { createContext, use, useEffect, useMemo, useSyncExternalStore } from 'react';
import type { PropsWithChildren } from 'react';
import type { ChatSummary } from '../db/chats';
import type { ModelFailure } from '../errors';
import type { ChatEntry, LiveAnswer } from './chat/conversationEntries';
import type { Conversations, OpenChat } from './chat/conversations';
import { useLLM } from './LLMProvider';
import { useModel } from './ModelProvider';

export interface ConversationBinding {
  /** Undefined while the model's chat is being read. */
  chatId: number | undefined;
  /** Of the selected model's open chat. The same while an answer is being streamed: see `useLiveAnswer`. */
  entries: readonly ChatEntry[];
  /** Why chats aren't kept, or those that were can't be read, until `noteFailure`; told once, not with every message. */
  failure: ModelFailure | undefined;
  noteFailure(): void;
  /** Never rejects: the entry says how its answer ended. */
  send(text: string): Promise<void>;
  /** The last answer again, however it ended. Never rejects. */
  retry(): Promise<void>;
  /** Other words in the place of a question and all that follows. Never rejects. */
  edit(questionId: number, text: string): Promise<void>;
  /** Ends a running answer and opens an empty chat; the old one is kept. */
  startNew(): Promise<void>;
  /** Ends a running answer. Rejects as `Conversations.openChat` does. */
  openChat(chatId: number): Promise<void>;
  /** The selected model's chats. Rejects as `Conversations.listChats` does. */
  listChats(): Promise<ChatSummary[]>;
  /** Ends a running answer of that chat. Rejects as `Conversations.deleteChat` does. */
  deleteChat(chatId: number): Promise<void>;
  /** Ends a running answer. Rejects as `Conversations.deleteAllChats` does. */
  deleteAllChats(): Promise<void>;
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

/** What an answer that is being streamed has said so far; undefined for every other, whose reader isn't rendered for it. */
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
  // Apart from what changes often, so that they stay the same while it does.
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
  const onceStopped = async (work: () => Promise<void>) => {
    await stop();
    await work();
  };
  return {
    send: async (text: string) => (await opened()).send(text, generate),
    retry: async () => (await opened()).retry(generate),
    edit: async (questionId: number, text: string) =>
      (await opened()).edit(questionId, text, generate),
    noteFailure: () => conversations.noteFailure(),
    listChats: () => conversations.listChats(modelId),
    startNew: () => onceStopped(() => conversations.startNew(modelId)),
    openChat: (chatId: number) => onceStopped(() => conversations.openChat(modelId, chatId)),
    deleteChat(chatId: number) {
      const remove = () => conversations.deleteChat(modelId, chatId);
      const isOpen = conversations.getSnapshot().open[modelId]?.chatId === chatId;
      return isOpen ? onceStopped(remove) : remove();
    },
    deleteAllChats: () => onceStopped(() => conversations.deleteAllChats(modelId)),
  };
}
