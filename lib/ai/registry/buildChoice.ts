/** Chooses one of a model's builds for a device, and states the reason. Pure. */
import type { Runtime, Runtimes } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import { preferredRuntime, unavailableReason } from './modelFiles';

/**
 * `installed`: the build is already installed, which takes precedence. `preferred`: of several available builds, it has
 * the device's preferred runtime. `only`: no other build is available here. `none`: no build is available.
 */
export type BuildReason = 'installed' | 'preferred' | 'only' | 'none';

export interface BuildChoice {
  runtime: Runtime;
  reason: BuildReason;
  /** The runtimes of the other available builds, the best first. */
  others: readonly Runtime[];
  /** The runtime of the build that would be chosen if none were installed. */
  preferred: Runtime;
}

/** The runtime of the build that a device takes. Cheap: a start asks for every model of a catalog, several times. */
export function chooseRuntime(
  config: LlmModelConfig,
  runtimes: Runtimes,
  installed: Runtime | undefined,
): Runtime {
  return installed ?? preferredRuntime(config, runtimes);
}

/** `installed` is the runtime of the installed build; undefined where none is installed. */
export function chooseBuild(
  config: LlmModelConfig,
  runtimes: Runtimes,
  installed: Runtime | undefined,
): BuildChoice {
  const preferred = preferredRuntime(config, runtimes);
  const runtime = chooseRuntime(config, runtimes, installed);
  const had = runtimes.filter((each) => unavailableReason(config, each) === undefined);
  const others = had.filter((each) => each !== runtime);
  const choice = { runtime, others, preferred };
  if (others.length > 0) {
    return { ...choice, reason: installed === undefined ? 'preferred' : 'installed' };
  }
  const isHad = installed !== undefined || had.length > 0;
  return { ...choice, reason: isHad ? 'only' : 'none' };
}
