/** Keeps one conversation alive across screens and binds it to React. */
import { createContext, use, useMemo, useState, useSyncExternalStore } from 'react';
import type { PropsWithChildren } from 'react';
import { createConversation } from './conversation';
import type { ChatEntry } from './conversation';
import { useLLM } from './LLMProvider';

export interface ConversationBinding {
  entries: readonly ChatEntry[];
  /** Never rejects: the entry says how its answer ended. */
  send(text: string): Promise<void>;
  retry(): Promise<void>;
  /** Ends a running answer and starts over with nothing. */
  clear(): Promise<void>;
}

const ConversationContext = createContext<ConversationBinding | undefined>(undefined);

/** @throws Error outside of a ConversationProvider: render the component inside of the app's root layout. */
export function useConversation(): ConversationBinding {
  const binding = use(ConversationContext);
  if (binding === undefined)
    throw new Error('useConversation needs a ConversationProvider above it.');
  return binding;
}

export function ConversationProvider({ children }: PropsWithChildren) {
  const { generate, stop } = useLLM();
  const [conversation] = useState(createConversation);
  const entries = useSyncExternalStore(conversation.subscribe, conversation.getEntries);
  const binding = useMemo<ConversationBinding>(
    () => ({
      entries,
      send: (text) => conversation.send(text, generate),
      retry: () => conversation.retry(generate),
      async clear() {
        await stop();
        conversation.clear();
      },
    }),
    [entries, conversation, generate, stop],
  );
  return <ConversationContext value={binding}>{children}</ConversationContext>;
}
