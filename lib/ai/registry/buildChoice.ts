/** Which of a model's builds a device takes, and why. Pure. */
import type { Runtime, Runtimes } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import { preferredRuntime, unavailableReason } from './modelFiles';

/**
 * `installed`: it is here already, which goes first. `preferred`: of several, this device has that runtime first.
 * `only`: no other build can be had here. `none`: no build can.
 */
export type BuildReason = 'installed' | 'preferred' | 'only' | 'none';

export interface BuildChoice {
  runtime: Runtime;
  reason: BuildReason;
  /** Whose builds could be had here as well, the best first. */
  others: readonly Runtime[];
  /** Whose build would be taken if none were installed. */
  preferred: Runtime;
}

/** `installed` is whose build is here; undefined where none is. */
export function chooseBuild(
  config: LlmModelConfig,
  runtimes: Runtimes,
  installed: Runtime | undefined,
): BuildChoice {
  const preferred = preferredRuntime(config, runtimes);
  const runtime = installed ?? preferred;
  const had = runtimes.filter((each) => unavailableReason(config, each) === undefined);
  const others = had.filter((each) => each !== runtime);
  const choice = { runtime, others, preferred };
  if (others.length > 0) {
    return { ...choice, reason: installed === undefined ? 'preferred' : 'installed' };
  }
  const isHad = installed !== undefined || had.length > 0;
  return { ...choice, reason: isHad ? 'only' : 'none' };
}
