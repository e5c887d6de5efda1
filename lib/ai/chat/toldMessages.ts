/** What a model is told of a chat, which is not all that is shown of it. Pure. */
import type { ChatMessage } from '../../platform/types';
import type { Answer, ChatEntry, Question } from './conversationEntries';

/**
 * The exchanges that came to something, then the last question: questions and answers in turn,
 * whatever is shown. A question whose answer was stopped before its first word, or failed, is left
 * out with it: nobody waits for that answer any more, and a question that was too long would make
 * every later one too long. An answer without a question is left out, too, and so are thoughts.
 *
 * Empty where no question is the last, so that there is nothing to answer.
 */
export function toldMessages(entries: readonly ChatEntry[]): ChatMessage[] {
  const last = entries.at(-1);
  if (last?.role !== 'user' || isBlank(last)) return [];
  const exchanges = entries.flatMap((entry, index) => {
    const question = entries[index - 1];
    const isExchange =
      entry.role === 'assistant' && question?.role === 'user' && isTold(question, entry);
    return isExchange ? [toMessage(question), toMessage(entry)] : [];
  });
  return [...exchanges, toMessage(last)];
}

function isTold(question: Question, answer: Answer): boolean {
  return !isBlank(question) && !isBlank(answer) && answer.outcome.kind !== 'failed';
}

function isBlank({ text }: ChatEntry): boolean {
  return text.trim() === '';
}

function toMessage({ role, text }: ChatEntry): ChatMessage {
  return { role, content: text };
}
