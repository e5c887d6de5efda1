/** What the engine's process and whoever started it say to each other: plain data, one question at a time. */
import type { ModelFailure, PromptFormat } from '../../../errors';
import type { ThoughtRules } from '../../prompts/thoughtMarks';
import type { GenerateRequest, GenerationStats, ModelFacts } from '../../types';

export interface LoadOrder {
  kind: 'load';
  /** An absolute path. */
  place: string;
  contextTokens: number;
  /** As many as the processor has cores for where nobody says. */
  threads: number | undefined;
  /** Undefined for the model's own template. */
  promptFormat: PromptFormat | undefined;
}

export type EngineOrder =
  | LoadOrder
  /** Comes only after what was asked before is answered. */
  | { kind: 'generate'; request: GenerateRequest }
  /** May come too late; it then means nothing. */
  | { kind: 'stop' };

/** Measured where the tokens are made. The time to the first is for whoever waits for it. */
export type EngineStats = Omit<GenerationStats, 'timeToFirstTokenMs'>;

export type EngineReport =
  | { kind: 'progress'; fraction: number }
  | { kind: 'loaded'; facts: ModelFacts }
  | { kind: 'refused'; reason: string }
  /** Before the first text: how that is to be read. */
  | { kind: 'prompted'; rules: ThoughtRules }
  | { kind: 'text'; text: string }
  | { kind: 'answered'; stats: EngineStats }
  | { kind: 'stopped' }
  | { kind: 'too-long' }
  /** What the child knows by its code. */
  | { kind: 'refused-prompt'; failure: ModelFailure }
  | { kind: 'failed'; reason: string };

/** What an error of the engine or its process says, which is already meant for a person. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
