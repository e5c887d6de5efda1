/** Brings one model file into the engine's memory, or says why it can't be. */
import type { Wllama } from '@wllama/wllama/esm/index.js';

import { watchSilence, type Watch } from '../../../download/flow/watchSilence';
import { describe, isModelError, ModelError } from '../../../errors';
import type { Clock, LoadRequest, ModelFacts } from '../../types';
import { createEngineLog } from './engineLog';
import type { EngineLog } from './engineLog';
import { readSlice } from './modelFile';
import type { ModelFile } from './modelFile';
import { createPromptWriter } from './promptWriter';
import type { PromptWriter } from './promptWriter';
import { createSilenceTimer } from './silenceTimer';
import { readTokenTexts } from './tokenTexts';
import { fetchSafely } from '../files/webFetch';

/** An engine with one model in its memory. */
export interface RunningWllama {
  wllama: Wllama;
  log: EngineLog;
  facts: ModelFacts;
  prompts: PromptWriter;
  /** What the engine puts before each prompt by itself; empty for nothing. */
  ownStartOfText: string;
  /** Gives back all memory. The answer under way has to have ended. */
  exit(): Promise<void>;
}

export interface LoadTools {
  clock: Clock;
  wasmUrl: string;
  threads: number;
  /** Whether the graphics processor is trusted. */
  gpu: boolean;
  onProgress: ((fraction: number) => void) | undefined;
  signal: AbortSignal | undefined;
}

/** A disk that sleeps, or a warm-up on a slow machine, is quiet for less than this. */
const SILENCE_MS = 120_000;

// An abort is noticed between batches only: with the engine's own 512 tokens a long prompt went on
// for 24 s after Stop, with 64 for less than 3. Batches of 64 are read as fast as of 512; of 32 or
// 16, which would stop sooner, they take 6 to 7 % more time. A graphics processor needs large ones.
const BATCH_TOKENS = { cpu: 64, gpu: 512 };

/**
 * What the engine's memory begins with, and nobody tells. It holds all that is in none of the buffers, the vocabulary
 * above all, and grows by what the buffers need: of 313 MB that SmolLM2 135M had, 193 were buffers; of 431 that
 * Gemma 3 270M had, 275.
 */
const FIRST_HEAP_BYTES = 128 * 1024 ** 2;

/** More than any model has. */
const ALL_LAYERS = 9_999;

/** @throws ModelError LOAD_FAILED, UNSUPPORTED, APP_INCOMPLETE, or the signal's reason; the engine's memory is then free again. */
export async function loadWllama(
  request: LoadRequest,
  model: ModelFile,
  tools: LoadTools,
): Promise<RunningWllama> {
  const { file } = model;
  requireMemory64();
  const { ptePath: path } = request;
  const Wllama = await fetchEngine(tools);
  const silence = createSilenceTimer(tools.clock, SILENCE_MS);
  const log = createEngineLog(silence.touch);
  const wllama = new Wllama({ default: tools.wasmUrl }, { logger: log.logger });
  // By default its fallback for older browsers is fetched from a public CDN.
  wllama.setCompat(null);
  try {
    watchReads(file, (fraction) => {
      silence.touch();
      tools.onProgress?.(fraction);
    });
    const batchTokens = tools.gpu ? BATCH_TOKENS.gpu : BATCH_TOKENS.cpu;
    const loading = wllama.loadModel([file], {
      n_ctx: request.contextTokens,
      n_batch: batchTokens,
      n_ubatch: batchTokens,
      n_parallel: 1,
      n_threads: tools.threads,
      n_gpu_layers: tools.gpu ? ALL_LAYERS : 0,
      // Prompts are written here, as on every other host; the engine would refuse a model over its template.
      chat_template: 'chatml',
    });
    await settledInTime(loading, silence.expired, tools.signal);
    requireSuccess(wllama);
    log.forget();
    const facts = factsOf(wllama, log);
    return { wllama, log, facts, ...(await openPrompts(wllama, { request, model, tools })) };
  } catch (error) {
    await wllama.exit();
    tools.signal?.throwIfAborted();
    if (isModelError(error)) throw error;
    throw loadFailure(path, log.reason() ?? describe(error), error);
  } finally {
    silence.stop();
  }
}

interface Loading {
  request: LoadRequest;
  model: ModelFile;
  tools: LoadTools;
}

async function openPrompts(
  wllama: Wllama,
  { request, model: { file, gguf }, tools }: Loading,
): Promise<Pick<RunningWllama, 'prompts' | 'ownStartOfText' | 'exit'>> {
  const read = (offsetBytes: number, lengthBytes: number) =>
    readSlice(file, offsetBytes, lengthBytes);
  const vocabulary = { read, fileBytes: file.size, startBytes: gguf.tokensStartBytes };
  const ids = [wllama.getBOS(), wllama.getEOS()];
  const [startOfText = '', endOfText = ''] = await readTokenTexts(vocabulary, ids);
  const parts = {
    ...{ startOfText, endOfText, architecture: gguf.architecture },
    template: wllama.getChatTemplate() ?? undefined,
    format: request.promptFormat,
  };
  const prompts = createPromptWriter(parts, tools.clock);
  return {
    prompts,
    ownStartOfText: wllama.mustAddBosToken() ? startOfText : '',
    async exit() {
      prompts.close();
      await wllama.exit();
    },
  };
}

export function loadFailure(path: string, reason: string, cause?: unknown): ModelError {
  return new ModelError('LOAD_FAILED', { path, reason }, { cause });
}

// The engine's build addresses memory with 64 bits, and the one for browsers without them isn't shipped.
function requireMemory64(): void {
  try {
    new WebAssembly.Memory({ address: 'i64', initial: 1n } as never);
  } catch (cause) {
    throw new ModelError('UNSUPPORTED', { feature: 'memory64', host: 'web' }, { cause });
  }
}

/** What comes from the app's own server, in as long as an engine may be silent. */
async function fetchEngine(tools: LoadTools) {
  const { clock, wasmUrl, signal = new AbortController().signal } = tools;
  const request = async ({ signal: ending, onProgress }: Watch) => {
    await requireWasm(wasmUrl, ending);
    onProgress(0);
    // On first use: a third of a megabyte that the list of models doesn't need.
    const { Wllama } = await Promise.race([import('@wllama/wllama/esm/index.js'), aborted(ending)]);
    return Wllama;
  };
  const patience = { silentMs: SILENCE_MS, floorMs: SILENCE_MS, floorBytes: 0 };
  const { href: url } = new URL(wasmUrl, location.href);
  return watchSilence(clock, { url, patience, request }, signal).catch((error: unknown) => {
    signal.throwIfAborted();
    if (isModelError(error) && error.code === 'APP_INCOMPLETE') throw error;
    throw incomplete(wasmUrl, 'it can’t be reached', error);
  });
}

// Without its file the engine waits for ever.
async function requireWasm(file: string, signal: AbortSignal): Promise<void> {
  const response = await fetchSafely(file, { method: 'HEAD', signal });
  const contentType = response.headers.get('content-type') ?? '';
  if (response.ok && contentType.startsWith('application/wasm')) return;
  throw incomplete(file, `${String(response.status)} ${contentType}`.trim());
}

function incomplete(file: string, reason: string, cause?: unknown): ModelError {
  return new ModelError('APP_INCOMPLETE', { file, reason }, { cause });
}

/** The engine tells nothing while it reads, but it reads through `slice`: how far it has come into the file. */
function watchReads(file: File, onRead: (fraction: number) => void): void {
  const slice = file.slice.bind(file);
  let furthest = 0;
  Object.defineProperty(file, 'slice', {
    value: (...range: Parameters<File['slice']>) => {
      furthest = Math.max(furthest, Math.min(range[1] ?? file.size, file.size));
      onRead(file.size === 0 ? 0 : furthest / file.size);
      return slice(...range);
    },
  });
}

function factsOf(wllama: Wllama, log: EngineLog): ModelFacts {
  const threads = wllama.getNumThreads();
  return {
    contextTokens: wllama.getLoadedContextInfo().n_ctx,
    backend: log.usesGpu() ? 'WebGPU' : processorWords(threads),
    memoryBytes: memoryOf(log),
  };
}

function memoryOf(log: EngineLog): number | undefined {
  const bufferBytes = log.bufferBytes();
  return bufferBytes === undefined ? undefined : FIRST_HEAP_BYTES + bufferBytes;
}

function processorWords(threads: number): string {
  return threads === 1 ? 'CPU, 1 thread' : `CPU, ${String(threads)} threads`;
}

/** Rejects when the engine has gone silent or the signal says so; nothing stops `loading` but the engine's exit. */
async function settledInTime(
  loading: Promise<void>,
  expired: Promise<void>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const silent = expired.then(() => {
    throw new Error(`no sign of life for ${String(SILENCE_MS / 1000)} s`);
  });
  await Promise.race([loading, silent, aborted(signal)]);
}

function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise<never>((_, reject) => {
    const abort = () => {
      reject(signal?.reason as Error);
    };
    signal?.addEventListener('abort', abort, { once: true });
  });
}

// `loadModel` resolves for a damaged file or one that is too large, and the engine then counts as loaded.
function requireSuccess(wllama: Wllama): void {
  const info = wllama.getLoadedContextInfo() as { n_vocab: number; success?: boolean };
  if (info.success === false || info.n_vocab === 0) throw new Error('the engine refused the file');
}
