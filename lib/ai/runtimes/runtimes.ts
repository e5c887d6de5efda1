/** The table of runtimes: nothing outside of it tells them apart. */
import type { Runtime } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import { EXECUTORCH } from './executorch';
import { LLAMA_CPP } from './llamaCpp';
import type { RuntimeTraits } from './runtimeTraits';
import { SYSTEM } from './system';

export const TRAITS: Readonly<Record<Runtime, RuntimeTraits>> = {
  executorch: EXECUTORCH,
  'llama.cpp': LLAMA_CPP,
  system: SYSTEM,
};

/** Where there is no build, the registry states a context of no tokens. */
export function longestContext(config: LlmModelConfig, runtime: Runtime): number | undefined {
  const tokens = TRAITS[runtime].contextOf(config) ?? 0;
  return tokens > 0 ? tokens : undefined;
}

/** Those whose builds are files: whatever lies in the store is of one of them. */
export const RUNTIMES: readonly Runtime[] = (Object.keys(TRAITS) as Runtime[]).filter(
  (runtime) => TRAITS[runtime].hasFiles,
);
