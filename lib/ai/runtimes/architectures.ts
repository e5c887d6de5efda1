/** Whether an engine can load a model of an architecture: known before the first byte of the weights. Pure. */
import type { LlmEngine } from '../../platform/types';
import { ENGINE_ARCHITECTURES } from './architectureNames';

/**
 * Why the engine can't load models of this architecture, in a sentence for the person. Undefined if it can, and where
 * that isn't known: for another engine, or another version of it than the one that the app was built with.
 */
export function unknownArchitecture(
  architecture: string,
  { engineName, engineVersion }: Pick<LlmEngine, 'engineName' | 'engineVersion'>,
): string | undefined {
  const known = ENGINE_ARCHITECTURES[engineName];
  if (known?.version !== engineVersion || known.names.has(architecture)) return undefined;
  const shown = architecture.slice(0, 60).replace(/[^\x20-\x7e]/g, '?');
  return `Its architecture is “${shown}”, which ${engineName} ${engineVersion} doesn’t know yet.`;
}
