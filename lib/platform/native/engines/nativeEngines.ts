/** The engines that this app was built with: an app that embeds the manager may leave out either package. */
import { TurboModuleRegistry } from 'react-native';

import { ModelError } from '../../../errors';
import type { Clock, Engines, Runtime, Runtimes } from '../../types';
import { createExecutorchEngine } from './executorchEngine';
import { createLlamaRnEngine } from './llamaRnEngine';

export interface NativeEngines {
  /** The preferred runtime first. */
  runtimes: Runtimes;
  engines: Engines;
}

/** @throws ModelError UNSUPPORTED where both packages are left out */
export async function findNativeEngines(
  clock: Clock,
  host: 'ios' | 'android',
): Promise<NativeEngines> {
  const [executorch, llamaRn] = await Promise.all([importExecutorch(), importLlamaRn()]);
  const engines: Engines = {
    ...(executorch && { executorch: createExecutorchEngine(executorch) }),
    ...(llamaRn && { 'llama.cpp': createLlamaRnEngine({ ...llamaRn, clock }) }),
  };
  const [first, ...others] = Object.keys(engines) as Runtime[];
  if (first === undefined) throw new ModelError('UNSUPPORTED', { feature: 'engine', host });
  return { runtimes: [first, ...others], engines };
}

// Metro tolerates the import of a package that isn't installed only directly inside a `try`. A package whose native
// part isn't in the app isn't imported at all: it may throw at once, and that would end the app.

async function importExecutorch() {
  if (TurboModuleRegistry.get('RnExecutorch') === null) return undefined;
  try {
    const executorch = await import('react-native-executorch');
    const { default: described } = await import('react-native-executorch/package.json');
    return { executorch, version: described.version };
  } catch {
    // Not installed.
    return undefined;
  }
}

async function importLlamaRn() {
  if (TurboModuleRegistry.get('RNLlama') === null) return undefined;
  try {
    const llamaRn = await import('llama.rn');
    const { default: described } = await import('llama.rn/package.json');
    return { llamaRn, version: described.version };
  } catch {
    // Not installed.
    return undefined;
  }
}
