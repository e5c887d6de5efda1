/** The engines that this app was built with: whoever embeds the manager may leave either package out. */
import { TurboModuleRegistry } from 'react-native';

import { ModelError } from '../../../errors';
import type { Clock, Engines, Runtime, Runtimes } from '../../types';
import { createExecutorchEngine } from './executorchEngine';
import { createLlamaRnEngine } from './llamaRnEngine';

export interface NativeEngines {
  /** The preferred first. */
  runtimes: Runtimes;
  engines: Engines;
}

/** @throws ModelError UNSUPPORTED where both are left out */
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

// Metro leaves out a package that isn't installed where `import` stands right in a `try`, and nowhere else. One whose
// native half isn't in the app isn't even imported: it may throw at once, and that would end the app.

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
