/** Waits for the engine, and begins again where other work interrupted: a person's question comes first. */
import { wait } from '../../download/flow/abortable';
import { isAbortError } from '../../errors';
import type { LlmModelConfig } from '../modelConfig';
import type { Clock } from '../../platform/types';
import type { UpdateStep, WhenEngineFree } from './updateStep';

/** Other work that interrupted a trial has the engine for at least that long. */
const RETRY_DELAY_MS = 10_000;
const MOST_ATTEMPTS = 6;

export interface Patience {
  config: LlmModelConfig;
  onStep: (step: UpdateStep) => void;
  signal: AbortSignal;
}

/** Runs `work` when the engine is free, and again where other work interrupted it. */
export async function patiently(
  { clock, whenEngineFree }: { clock: Clock; whenEngineFree: WhenEngineFree },
  { config, onStep, signal }: Patience,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    onStep({ kind: 'waiting' });
    try {
      await whenEngineFree(config, work);
      return;
    } catch (error) {
      if (!isAbortError(error) || attempt === MOST_ATTEMPTS || signal.aborted) throw error;
      await wait(clock, RETRY_DELAY_MS, signal);
    }
  }
}
