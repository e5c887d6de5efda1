/** Chooses the engine's build: with 64-bit memory addresses, or the slower one for browsers that have only 32 bits. */
import { ModelError } from '../../../errors';
import { hasMemory64 } from '../hasMemory64';
import type { Compat32Assets, WllamaAssets } from '../webAssets';

/** The files of one build. */
export interface WasmBuild {
  wasmUrl: string;
  /** Set for the build with 32 bits. */
  compat: Compat32Assets | undefined;
}

/** @throws ModelError UNSUPPORTED in a browser without 64 bits where the build for it isn't offered */
export function chooseBuild({ wasmUrl, compat }: WllamaAssets): WasmBuild {
  if (hasMemory64()) return { wasmUrl, compat: undefined };
  if (compat === undefined) throw memory64Missing();
  return { wasmUrl: compat.wasmUrl, compat };
}

export function memory64Missing(cause?: unknown): ModelError {
  return new ModelError('UNSUPPORTED', { feature: 'memory64', host: 'web' }, { cause });
}
