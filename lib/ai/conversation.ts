/** Owns one conversation in memory: what was said, and the answer that is being streamed. Knows no React. */
import { isAbortError, toFailure } from '../errors';
import type { ModelFailure } from '../errors';
import type { ChatMessage, GenerationStats, OnText } from '../platform/types';
import { createObservable } from './observable';

export type AnswerOutcome =
  | { kind: 'streaming' }
  | { kind: 'done'; stats: GenerationStats }
  | { kind: 'stopped' }
  | { kind: 'failed'; failure: ModelFailure };

export type ChatEntry =
  | { id: number; role: 'user'; text: string }
  | { id: number; role: 'assistant'; text: string; outcome: AnswerOutcome };

/** Streams one answer; the shape of `LlmBinding.generate`. */
export type Generate = (
  messages: readonly ChatMessage[],
  onText: OnText,
) => Promise<GenerationStats>;

export interface Conversation {
  /** Adds the person's words and streams an answer below them. Never rejects: the entry's outcome tells. */
  send(text: string, generate: Generate): Promise<void>;
  /** Asks for the last answer again, in place of the one that failed or was stopped. */
  retry(generate: Generate): Promise<void>;
  clear(): void;
  /** The same array until something changes. */
  getEntries(): readonly ChatEntry[];
  subscribe(listener: () => void): () => void;
}

export function createConversation(): Conversation {
  const entries = createObservable<readonly ChatEntry[]>([]);
  let nextId = 1;

  function change(id: number, text: string, outcome: AnswerOutcome): void {
    // The conversation may have been cleared in the middle of the answer.
    entries.set(
      entries
        .get()
        .map((entry) => (entry.id === id ? { id, role: 'assistant', text, outcome } : entry)),
    );
  }

  async function answer(generate: Generate): Promise<void> {
    const messages = asMessages(entries.get());
    const id = nextId++;
    let text = '';
    entries.set([
      ...entries.get(),
      { id, role: 'assistant', text, outcome: { kind: 'streaming' } },
    ]);
    try {
      const stats = await generate(messages, (piece) => {
        text += piece;
        change(id, text, { kind: 'streaming' });
      });
      change(id, text, { kind: 'done', stats });
    } catch (error) {
      change(
        id,
        text,
        isAbortError(error) ? { kind: 'stopped' } : { kind: 'failed', failure: toFailure(error) },
      );
    }
  }

  return {
    async send(text, generate) {
      entries.set([...entries.get(), { id: nextId++, role: 'user', text }]);
      await answer(generate);
    },
    async retry(generate) {
      if (entries.get().at(-1)?.role === 'assistant') entries.set(entries.get().slice(0, -1));
      if (entries.get().length > 0) await answer(generate);
    },
    clear: () => entries.set([]),
    getEntries: entries.get,
    subscribe: entries.subscribe,
  };
}

/** What the model is told: a failed or empty answer says nothing, and would confuse it. */
function asMessages(entries: readonly ChatEntry[]): ChatMessage[] {
  return entries
    .filter(
      (entry) => entry.text !== '' && (entry.role === 'user' || entry.outcome.kind !== 'failed'),
    )
    .map(({ role, text }) => ({ role, content: text }));
}
