/** The engine in a browser: llama.cpp compiled to WebAssembly, over files of the private file system. */
import wllamaPackage from '@wllama/wllama/package.json';
import { ModelError } from '../../../errors';
import { queueAnswers } from '../../shared/queuedModel';
import { systemClock } from '../../shared/systemClock';
import type { Clock, LlmEngine, LoadedModel } from '../../types';
import { generateText } from './generateText';
import { BATCH_TOKENS, FIRST_HEAP_BYTES, loadWllama } from './loadWllama';
import type { RunningWllama } from './loadWllama';
import { openModelFiles } from './modelFile';
import { speakOnGpu } from './speakOnGpu';
import { hasName } from '../files/storageErrors';
import { SERVED_WLLAMA_ASSETS } from '../webAssets';
import type { WllamaAssets } from '../webAssets';
import { usableThreads } from './usableThreads';
import { createGpuCheck } from './webGpu';
import type { GpuAccess } from './webGpu';

export interface WllamaEngineOptions extends Partial<WllamaAssets> {
  clock?: Clock;
  threads?: number;
  /**
   * Whether the graphics processor computes correctly; called before each load. By default the engine tests it itself.
   */
  canUseGpu?: () => Promise<boolean>;
}

/** Each model gets a worker and a 4 GiB address space of its own. */
export function createWllamaEngine({
  clock = systemClock,
  threads = usableThreads(),
  canUseGpu,
  ...stated
}: WllamaEngineOptions = {}): LlmEngine {
  const assets = { ...SERVED_WLLAMA_ASSETS, ...stated };
  const isGpuSound =
    canUseGpu ??
    createGpuCheck({
      ...{ gpu: (navigator as { gpu?: GpuAccess }).gpu, clock },
      speak: (signal) => speakOnGpu({ clock, assets, threads, signal }),
    });
  return {
    engineName: 'wllama',
    engineVersion: wllamaPackage.version,
    honoursTopP: true,
    costs: { ownBytes: FIRST_HEAP_BYTES, batchTokens: BATCH_TOKENS.cpu },
    async load(request, { onProgress, signal } = {}) {
      signal?.throwIfAborted();
      const { ptePath, moreWeightsPaths = [] } = request;
      const model = await openModelFiles([ptePath, ...moreWeightsPaths]);
      const contextTokens = Math.min(request.contextTokens, model.gguf.contextTokens);
      signal?.throwIfAborted();
      const gpu = await isGpuSound();
      signal?.throwIfAborted();
      const tools = { clock, assets, threads, gpu, onProgress, signal };
      const fitted = { ...request, contextTokens };
      const running = await loadWllama(fitted, model, tools).catch((error: unknown) => {
        signal?.throwIfAborted();
        if (!gpu) throw error;
        // The tiny model fits into the graphics processor's memory, but this model may not.
        return loadWllama(fitted, model, { ...tools, gpu: false, onProgress: undefined });
      });
      return createLoadedModel(running, clock);
    },
  };
}

function createLoadedModel(running: RunningWllama, clock: Clock): LoadedModel {
  return queueAnswers({
    facts: running.facts,
    answer: (request, onText, signal) => generateText(running, request, { clock, signal, onText }),
    // A WebAssembly instance can't be used again after a trap.
    isBroken: (error) => error instanceof ModelError && hasName(error.cause, 'RuntimeError'),
    // A request never settles when the engine exits during it: the request has to stop first.
    end: (idle) => idle.then(() => running.exit()),
  });
}
