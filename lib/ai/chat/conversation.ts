/** Owns one chat: its messages, and the answer that is being streamed. Doesn't depend on React or a database. */
import { isAbortError, toFailure } from '../../errors';
import type { ChatMessage, Clock, GenerationStats, OnText } from '../../platform/types';
import type {
  Answer,
  AnswerOutcome,
  ChatEntry,
  LiveAnswer,
  Question,
  Said,
} from './conversationEntries';
import type { ChatKeeper } from './conversationKeeper';
import { createAnswerStream } from './conversationStream';
import { createObservable } from '../observable';
import { toldMessages } from './toldMessages';

/** Streams one answer; the shape of `LlmBinding.generate`. */
export type Generate = (
  messages: readonly ChatMessage[],
  onText: OnText,
) => Promise<GenerationStats>;

export interface ConversationParts {
  clock: Clock;
  keeper: ChatKeeper;
  /** The saved messages of the chat. */
  entries?: readonly ChatEntry[];
}

export interface Conversation {
  /**
   * Adds the person's message and streams an answer below it. Never rejects: the entry's outcome tells how it ended.
   */
  send(text: string, generate: Generate): Promise<void>;
  /** Replaces the last answer with a new one. Never rejects. */
  retry(generate: Generate): Promise<void>;
  /** Replaces a question, removes everything after it, and streams an answer. Never rejects. */
  edit(questionId: number, text: string, generate: Generate): Promise<void>;
  /** The same array until something changes; the text of a streaming answer isn't in it. */
  getEntries(): readonly ChatEntry[];
  subscribe(listener: () => void): () => void;
  /** Changes at most once a frame, however many pieces arrive. */
  getLive(): LiveAnswer | undefined;
  subscribeLive(listener: () => void): () => void;
}

const NOTHING_SAID: Said = { thought: '', thoughtMs: undefined, text: '' };

export function createConversation(parts: ConversationParts): Conversation {
  const { clock, keeper } = parts;
  const entries = createObservable<readonly ChatEntry[]>(parts.entries ?? []);
  const live = createObservable<LiveAnswer | undefined>(undefined);

  /** Counts removed entries, too: an id is never used twice. */
  let lastId = parts.entries?.at(-1)?.id ?? 0;

  function nextId(): number {
    lastId = Math.max(clock.nowMs(), lastId + 1);
    return lastId;
  }

  /** Replaces the unfinished answer, unless it was removed in the meantime. */
  function replace(answer: Answer): boolean {
    const before = entries.get();
    if (!before.some(({ id }) => id === answer.id)) return false;
    entries.set(before.map((entry) => (entry.id === answer.id ? answer : entry)));
    return true;
  }

  async function respond(generate: Generate, question?: Question): Promise<void> {
    const messages = toldMessages(entries.get());
    const id = nextId();
    const blank = { id, role: 'assistant', ...NOTHING_SAID } as const;
    const begun: Answer = { ...blank, outcome: { kind: 'streaming' } };
    entries.set([...entries.get(), begun]);
    keeper.keep({ put: question ? [question, begun] : [begun] });
    const isThere = () => entries.get().includes(begun);
    const stream = createAnswerStream(clock, {
      show: (said) => {
        if (isThere()) live.set({ id, ...said });
      },
      keep: (said) => {
        if (isThere()) keeper.keep({ put: [{ ...begun, ...said }] });
      },
    });
    let outcome: AnswerOutcome;
    try {
      const stats = await generate(messages, stream.take);
      outcome = { kind: 'done', stats };
    } catch (error) {
      outcome = isAbortError(error)
        ? { kind: 'stopped' }
        : { kind: 'failed', failure: toFailure(error) };
    }
    const ended: Answer = { ...blank, ...stream.end(), outcome };
    if (replace(ended)) keeper.keep({ put: [ended] });
    if (live.get()?.id === id) live.set(undefined);
  }

  /** Removes the entries from index `from` on; the next write removes their rows. */
  function cutFrom(from: number): void {
    const before = entries.get();
    keeper.keep({ put: [], removedIds: before.slice(from).map(({ id }) => id) });
    entries.set(before.slice(0, from));
  }

  return {
    async send(text, generate) {
      const question: Question = { id: nextId(), role: 'user', text };
      entries.set([...entries.get(), question]);
      await respond(generate, question);
    },

    async retry(generate) {
      const { length } = entries.get();
      if (entries.get().at(-1)?.role === 'assistant') cutFrom(length - 1);
      if (entries.get().length > 0) await respond(generate);
    },

    async edit(questionId, text, generate) {
      const at = entries.get().findIndex(({ id, role }) => id === questionId && role === 'user');
      if (at === -1) return;
      cutFrom(at);
      const question: Question = { id: questionId, role: 'user', text };
      entries.set([...entries.get(), question]);
      await respond(generate, question);
    },

    getEntries: entries.get,
    subscribe: entries.subscribe,
    getLive: live.get,
    subscribeLive: live.subscribe,
  };
}
