/** The messages between the engine's process and its parent: plain data, one question at a time. */
import type { ModelFailure, PromptFormat } from '../../../errors';
import type { ThoughtRules } from '../../prompts/thoughtMarks';
import type { GenerateRequest, GenerationStats, ModelFacts } from '../../types';

/**
 * A stop is noticed only between two batches. Batches of 128 tokens take 2 % more time than of 512; of 64, 13 % more.
 */
export const BATCH_TOKENS = 128;

export interface LoadOrder {
  kind: 'load';
  /** An absolute path. */
  place: string;
  contextTokens: number;
  /** Undefined for the default: the number of the processor's cores. */
  threads: number | undefined;
  /** Undefined for the model's own template. */
  promptFormat: PromptFormat | undefined;
}

export type EngineOrder =
  | LoadOrder
  /** Sent only after the previous question was answered. */
  | { kind: 'generate'; request: GenerateRequest }
  /** Ignored when it arrives after the answer has ended. */
  | { kind: 'stop' };

/** Measured in the engine's process. The time to the first token is measured by the parent, which waits for it. */
export type EngineStats = Omit<GenerationStats, 'timeToFirstTokenMs'>;

export type EngineReport =
  | { kind: 'progress'; fraction: number }
  | { kind: 'loaded'; facts: ModelFacts }
  | { kind: 'refused'; reason: string }
  /** Sent before the first text: how to split the text. */
  | { kind: 'prompted'; rules: ThoughtRules }
  | { kind: 'text'; text: string }
  | { kind: 'answered'; stats: EngineStats }
  | { kind: 'stopped' }
  | { kind: 'too-long' }
  /** A failure for which the child knows the error code. */
  | { kind: 'refused-prompt'; failure: ModelFailure }
  | { kind: 'failed'; reason: string };

/** The message of an error of the engine or its process; it is already written for people. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
