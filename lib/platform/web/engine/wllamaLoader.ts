/** Loads models into the engine: on the graphics processor where that computes correctly, else on the processor. */
import { ModelError } from '../../../errors';
import { queueAnswers } from '../../shared/queuedModel';
import type { Clock, LlmEngine, LoadedModel } from '../../types';
import { afterRelease } from './afterRelease';
import { generateText } from './generateText';
import { loadWllama } from './loadWllama';
import type { RunningWllama } from './loadWllama';
import { openModelFiles } from './modelFile';
import { speakOnGpu } from './speakOnGpu';
import { hasName } from '../files/storageErrors';
import type { WllamaAssets } from '../webAssets';
import { createGpuCheck } from './webGpu';
import type { GpuAccess } from './webGpu';

export interface WllamaLoaderOptions {
  clock: Clock;
  assets: WllamaAssets;
  threads: number;
  canUseGpu: (() => Promise<boolean>) | undefined;
}

export function createWllamaLoader(options: WllamaLoaderOptions): LlmEngine['load'] {
  const { clock, assets, threads, canUseGpu } = options;
  const isGpuSound =
    canUseGpu ??
    createGpuCheck({
      ...{ gpu: (navigator as { gpu?: GpuAccess }).gpu, clock },
      speak: (signal) => speakOnGpu({ clock, assets, threads, signal }),
    });
  return async (request, { onProgress, signal = new AbortController().signal } = {}) => {
    signal.throwIfAborted();
    const { ptePath, moreWeightsPaths = [] } = request;
    const model = await openModelFiles([ptePath, ...moreWeightsPaths]);
    const contextTokens = Math.min(request.contextTokens, model.gguf.contextTokens);
    signal.throwIfAborted();
    const gpu = await isGpuSound();
    signal.throwIfAborted();
    const tools = { clock, assets, threads, gpu, onProgress, signal };
    const fitted = { ...request, contextTokens };
    const load = (chosen: typeof tools) =>
      afterRelease(() => loadWllama(fitted, model, chosen), { clock, signal });
    const running = await load(tools).catch((error: unknown) => {
      signal.throwIfAborted();
      if (!gpu) throw error;
      // The tiny model fits into the graphics processor's memory, but this model may not.
      return load({ ...tools, gpu: false, onProgress: undefined });
    });
    return createLoadedModel(running, clock);
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
