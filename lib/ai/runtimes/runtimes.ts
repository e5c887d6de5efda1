/** The table of runtimes: code outside of it doesn't distinguish between them. */
import type { Runtime } from '../../platform/types';
import { EXECUTORCH } from './executorch';
import { LLAMA_CPP } from './llamaCpp';
import type { RuntimeTraits } from './runtimeTraits';
import { SYSTEM } from './system';

export const TRAITS: Readonly<Record<Runtime, RuntimeTraits>> = {
  executorch: EXECUTORCH,
  'llama.cpp': LLAMA_CPP,
  system: SYSTEM,
};

/** The runtimes whose builds are files: everything in the store belongs to one of them. */
export const RUNTIMES: readonly Runtime[] = (Object.keys(TRAITS) as Runtime[]).filter(
  (runtime) => TRAITS[runtime].hasFiles,
);
