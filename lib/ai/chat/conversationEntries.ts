/** The parts of a chat: plain data that is shown, and kept in the database. */
import type { ModelFailure } from '../../errors';
import type { GenerationStats } from '../../platform/types';

/** The text of an answer. */
export interface Said {
  /** The model's thoughts before the answer; never sent back to the model. */
  thought: string;
  /** How long the thought took; undefined if the answer has no thought, or the model is still thinking. */
  thoughtMs: number | undefined;
  text: string;
}

export type AnswerOutcome =
  | { kind: 'streaming' }
  | { kind: 'done'; stats: GenerationStats }
  | { kind: 'stopped' }
  /** The app was closed, crashed or was ended by the system during the answer. */
  | { kind: 'cut-off' }
  | { kind: 'failed'; failure: ModelFailure };

/**
 * `id` is the time of the message, in milliseconds since 1970, or one more than the last id if that time is already
 * used. It orders the messages and identifies each, and two tabs that write to one chat don't overwrite each other's
 * messages.
 */
export interface Question {
  id: number;
  role: 'user';
  text: string;
}

/** While the answer is streaming, its text is in `getLive`, and empty here. */
export interface Answer extends Said {
  id: number;
  role: 'assistant';
  outcome: AnswerOutcome;
}

export type ChatEntry = Question | Answer;

/** The text so far of the answer that is being streamed. */
export interface LiveAnswer extends Said {
  id: number;
}
