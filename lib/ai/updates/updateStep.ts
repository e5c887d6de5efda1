/** The steps of an update, and its way to the engine. */
import type { LlmModelConfig } from '../modelConfig';
import type { ModelState } from '../modelState';

/** `bringing`: `state` is that of the transfer. `waiting`: for the engine. `trying`: it answers its first question. */
export type UpdateStep =
  { kind: 'bringing'; state: ModelState } | { kind: 'waiting' } | { kind: 'trying' };

/**
 * Runs `work` while no model is loaded or asked, after all other work, and brings the answering model back afterwards. Other
 * work aborts the signal.
 */
export type WhenEngineFree = <T>(
  config: LlmModelConfig,
  work: (signal: AbortSignal) => Promise<T>,
) => Promise<T>;
