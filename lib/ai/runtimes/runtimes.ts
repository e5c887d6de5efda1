/** The table of runtimes: nothing outside of it tells them apart. */
import type { Runtime } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import { EXECUTORCH } from './executorch';
import { LLAMA_CPP } from './llamaCpp';
import type { RuntimeTraits } from './runtimeTraits';

export const TRAITS: Readonly<Record<Runtime, RuntimeTraits>> = {
  executorch: EXECUTORCH,
  'llama.cpp': LLAMA_CPP,
};

/** Where there is no build, the registry states a context of no tokens. */
export function longestContext(config: LlmModelConfig, runtime: Runtime): number | undefined {
  const tokens = TRAITS[runtime].contextOf(config) ?? 0;
  return tokens > 0 ? tokens : undefined;
}

export const RUNTIMES = Object.keys(TRAITS) as readonly Runtime[];
