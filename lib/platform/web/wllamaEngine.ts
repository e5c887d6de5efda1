/** The engine in a browser: llama.cpp compiled to WebAssembly, over files of the private file system. */
import { describe, ModelError } from '../../errors';
import type { Clock, LlmEngine } from '../types';
import { generateText } from './generateText';
import { loadFailure, loadWllama } from './loadWllama';
import type { LoadedModel } from './loadWllama';
import { findFile, openModelsFolder } from './opfsPaths';
import { hasName } from './storageErrors';

export interface WllamaEngineOptions {
  clock: Clock;
  wasmUrl?: string;
  threads?: number;
}

const MOST_THREADS = 4;

export function createWllamaEngine({
  clock,
  wasmUrl = '/engine/wllama.wasm',
  threads = usableThreads(),
}: WllamaEngineOptions): LlmEngine {
  let loaded: LoadedModel | undefined;
  let stopping = new AbortController();
  /** The engine hangs when it is asked twice at once, so each request waits for the one before. */
  let last: Promise<unknown> = Promise.resolve();

  const unload = async (): Promise<void> => {
    // A request that is cut off by the engine's exit never settles: stop it first.
    stopping.abort();
    await last;
    stopping = new AbortController();
    const model = loaded;
    loaded = undefined;
    await model?.wllama.exit();
  };

  return {
    async load(request, signal) {
      await unload();
      signal?.throwIfAborted();
      const file = await openModel(request.ptePath);
      loaded = await loadWllama(request, file, { clock, wasmUrl, threads, signal });
    },

    async generate(request, onText, signal) {
      const answer = last.then(async () => {
        if (!loaded) throw new ModelError('GENERATION_FAILED', { reason: 'no model is loaded' });
        const either = AbortSignal.any([signal, stopping.signal]);
        return generateText(loaded, request, { clock, signal: either, onText });
      });
      last = answer.catch(async (error: unknown) => {
        // WebAssembly that trapped can't be used again.
        if (error instanceof ModelError && hasName(error.cause, 'RuntimeError')) {
          const crashed = loaded;
          loaded = undefined;
          await crashed?.wllama.exit();
        }
      });
      return answer;
    },

    unload,
  };
}

// Threads need shared memory, which a page only gets when it is isolated from others.
function usableThreads(): number {
  return crossOriginIsolated ? Math.min(navigator.hardwareConcurrency, MOST_THREADS) : 1;
}

/** The file itself, which the engine reads in pieces: it never lies in memory twice. */
async function openModel(path: string): Promise<File> {
  const handle = await findFile(await openModelsFolder(), path);
  if (!handle) throw loadFailure(path, 'there is no such file');
  try {
    return await handle.getFile();
  } catch (cause) {
    throw loadFailure(path, describe(cause), cause);
  }
}
