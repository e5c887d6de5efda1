/** The engine in a browser: llama.cpp compiled to WebAssembly, over files of the private file system. */
import wllamaPackage from '@wllama/wllama/package.json';
import { ModelError } from '../../../errors';
import { queueAnswers } from '../../shared/queuedModel';
import { toldNumber } from '../../shared/told';
import type { Clock, LlmEngine, LoadedModel } from '../../types';
import { generateText } from './generateText';
import { loadWllama } from './loadWllama';
import type { RunningWllama } from './loadWllama';
import { checkModelFile, openModelFile } from './modelFile';
import { speakOnGpu } from './speakOnGpu';
import { hasName } from '../files/storageErrors';
import { createGpuCheck } from './webGpu';
import type { GpuAccess } from './webGpu';

export interface WllamaEngineOptions {
  clock: Clock;
  wasmUrl?: string;
  threads?: number;
  /** Whether the graphics processor computes as it should; asked before each load. Looks for itself by default. */
  canUseGpu?: () => Promise<boolean>;
}

const MOST_THREADS = 4;

/** Each model gets a worker and 4 GiB of addresses of its own. */
export function createWllamaEngine({
  clock,
  wasmUrl = '/engine/wllama.wasm',
  threads = usableThreads(),
  canUseGpu = createGpuCheck({
    ...{ gpu: (navigator as { gpu?: GpuAccess }).gpu, clock },
    speak: (signal) => speakOnGpu({ clock, wasmUrl, threads, signal }),
  }),
}: WllamaEngineOptions): LlmEngine {
  return {
    engineName: 'wllama',
    engineVersion: wllamaPackage.version,
    honoursTopP: true,
    async load(request, { onProgress, signal } = {}) {
      signal?.throwIfAborted();
      const { ptePath: path } = request;
      const model = await checkModelFile(path, await openModelFile(path));
      const contextTokens = Math.min(request.contextTokens, model.gguf.contextTokens);
      signal?.throwIfAborted();
      const gpu = await canUseGpu();
      signal?.throwIfAborted();
      const tools = { clock, wasmUrl, threads, gpu, onProgress, signal };
      const fitted = { ...request, contextTokens };
      const running = await loadWllama(fitted, model, tools).catch((error: unknown) => {
        signal?.throwIfAborted();
        if (!gpu) throw error;
        // The tiny model fits a graphics processor's memory, and this one may not.
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
    // WebAssembly that trapped can't be used again.
    isBroken: (error) => error instanceof ModelError && hasName(error.cause, 'RuntimeError'),
    // A request that is cut off by the engine's exit never settles: it has to stop first.
    end: (idle) => idle.then(() => running.exit()),
  });
}

// Threads need shared memory, which a page only gets when it is isolated from others.
export function usableThreads(): number {
  if (!crossOriginIsolated) return 1;
  return Math.min(toldNumber(navigator.hardwareConcurrency, 1) ?? 1, MOST_THREADS);
}
