/** What the bench and the process with the engine alone say to each other. */
import type { AnswerCost } from './cost';

export type RawOrder =
  | { kind: 'load'; place: string; contextTokens: number; threads: number }
  | { kind: 'answer'; question: string; maxTokens: number };

export type RawReport = { kind: 'loaded' } | { kind: 'answered'; cost: AnswerCost };
