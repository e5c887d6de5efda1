/** The engine in a browser: llama.cpp compiled to WebAssembly, over files of the private file system. */
import wllamaPackage from '@wllama/wllama/package.json';
import { loadLater } from '../../../download/flow/loadLater';
import { systemClock } from '../../shared/systemClock';
import type { Clock, LlmEngine } from '../../types';
import { SERVED_WLLAMA_ASSETS } from '../webAssets';
import type { WllamaAssets } from '../webAssets';
import { usableThreads } from './usableThreads';
import { BATCH_TOKENS, FIRST_HEAP_BYTES } from './wllamaCosts';

export interface WllamaEngineOptions extends Partial<WllamaAssets> {
  clock?: Clock;
  threads?: number;
  /**
   * Whether the graphics processor computes correctly; called before each load. By default the engine tests it itself.
   */
  canUseGpu?: () => Promise<boolean>;
}

/** Each model gets a worker and a 4 GiB address space of its own. The first load also loads the engine's code. */
export function createWllamaEngine({
  clock = systemClock,
  threads = usableThreads(),
  canUseGpu,
  ...stated
}: WllamaEngineOptions = {}): LlmEngine {
  const assets = { ...SERVED_WLLAMA_ASSETS, ...stated };
  const loader = loadLater('the engine', async () => {
    const { createWllamaLoader } = await import('./wllamaLoader');
    return createWllamaLoader({ clock, assets, threads, canUseGpu });
  });
  return {
    engineName: 'wllama',
    engineVersion: wllamaPackage.version,
    honoursTopP: true,
    costs: { ownBytes: FIRST_HEAP_BYTES, batchTokens: BATCH_TOKENS.cpu },
    async load(request, options = {}) {
      options.signal?.throwIfAborted();
      const load = await loader.load();
      return load(request, options);
    },
  };
}
