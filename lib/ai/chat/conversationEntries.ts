/** What a chat is made of: plain data that is shown, and kept in the database. */
import type { ModelFailure } from '../../errors';
import type { GenerationStats } from '../../platform/types';

/** What an answer says. */
export interface Said {
  /** What the model said to itself before; never sent back to it. */
  thought: string;
  /** How long that took; undefined where it has no thought, or is still thinking. */
  thoughtMs: number | undefined;
  text: string;
}

export type AnswerOutcome =
  | { kind: 'streaming' }
  | { kind: 'done'; stats: GenerationStats }
  | { kind: 'stopped' }
  | { kind: 'failed'; failure: ModelFailure };

/**
 * `id` is when it was said, in milliseconds since 1970, moved on by one where that is taken: an order
 * and a name, and two tabs that write to one chat don't write over each other.
 */
export interface Question {
  id: number;
  role: 'user';
  text: string;
}

/** While it is streaming, what it says is in `getLive`, and here it is empty. */
export interface Answer extends Said {
  id: number;
  role: 'assistant';
  outcome: AnswerOutcome;
}

export type ChatEntry = Question | Answer;

/** What the answer that is being streamed has said so far. */
export interface LiveAnswer extends Said {
  id: number;
}
