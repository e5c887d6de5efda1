/** The messages of a chat that are sent to the model, which aren't all that are shown. Pure. */
import type { ChatMessage } from '../../platform/types';
import type { Answer, ChatEntry, Question } from './conversationEntries';

/**
 * The exchanges that have an answer, then the last question: questions and answers alternate, whatever is shown. A
 * question whose answer has failed, or was stopped before its first word, is left out together with that answer: it
 * needs no answer any more, and a question that was too long would make every later prompt too long. An answer without
 * a question is left out, too, and so are thoughts.
 *
 * Empty if the last entry isn't a question, because then there is nothing to answer.
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
