/** Loads one model file into the engine's memory, or rejects with the reason. */
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
import { BATCH_TOKENS, FIRST_HEAP_BYTES } from './wllamaCosts';
import { chooseBuild, memory64Missing, type WasmBuild } from './wasmBuild';
import { fetchSafely } from '../files/webFetch';
import type { WllamaAssets } from '../webAssets';

/** An engine with one model in its memory. */
export interface RunningWllama {
  wllama: Wllama;
  log: EngineLog;
  facts: ModelFacts;
  prompts: PromptWriter;
  /** The text that the engine adds before each prompt by itself; empty for none. */
  ownStartOfText: string;
  /** Frees all memory. Call it only after the answer under way has ended. */
  exit(): Promise<void>;
}

export interface LoadTools {
  clock: Clock;
  assets: WllamaAssets;
  threads: number;
  /** Whether the graphics processor is trusted. */
  gpu: boolean;
  onProgress: ((fraction: number) => void) | undefined;
  signal: AbortSignal | undefined;
}

/** Longer than the silence of a sleeping disk or of a warm-up on a slow machine. */
const SILENCE_MS = 120_000;

/** More layers than any model has. */
const ALL_LAYERS = 9_999;

/** @throws ModelError LOAD_FAILED, UNSUPPORTED, APP_INCOMPLETE, or the signal's reason; the engine's memory is then free again. */
export async function loadWllama(
  request: LoadRequest,
  model: ModelFile,
  tools: LoadTools,
): Promise<RunningWllama> {
  const build = chooseBuild(tools.assets);
  const { ptePath: path } = request;
  const Wllama = await fetchEngine(build, tools);
  const silence = createSilenceTimer(tools.clock, SILENCE_MS);
  const log = createEngineLog(silence.touch);
  const wllama = new Wllama({ default: build.wasmUrl }, { logger: log.logger });
  // Stated in any case: by default the engine would fetch its build with 32 bits from a public CDN.
  wllama.setCompat(compatOf(build), 'firefox_safari');
  try {
    watchReads(model.files, (fraction) => {
      silence.touch();
      tools.onProgress?.(fraction);
    });
    const batchTokens = tools.gpu ? BATCH_TOKENS.gpu : BATCH_TOKENS.cpu;
    const loading = wllama.loadModel([...model.files], {
      n_ctx: request.contextTokens,
      n_batch: batchTokens,
      n_ubatch: batchTokens,
      n_parallel: 1,
      n_threads: tools.threads,
      n_gpu_layers: tools.gpu ? ALL_LAYERS : 0,
      // Prompts are written by this app, as on every host. With the model's own template, the engine could refuse it.
      chat_template: 'chatml',
    });
    await settledInTime(loading, silence.expired, tools.signal);
    requireSuccess(wllama);
    log.forget();
    const facts = factsOf(wllama, log, build);
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
  { request, model, tools }: Loading,
): Promise<Pick<RunningWllama, 'prompts' | 'ownStartOfText' | 'exit'>> {
  const {
    // The first part of a split model has the vocabulary.
    files: [file],
    gguf,
  } = model;
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
  const prompts = createPromptWriter(parts, tools.clock, tools.assets.templateWorker);
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

const compatOf = ({ compat }: WasmBuild) =>
  compat ? { wasm: compat.wasmUrl, worker: compat.workerUrl } : null;

/** Fetches the engine from the app's own server, within the time that an engine may be silent. */
async function fetchEngine({ wasmUrl, compat }: WasmBuild, tools: LoadTools) {
  const { clock, signal = new AbortController().signal } = tools;
  const request = async ({ signal: ending, onProgress }: Watch) => {
    await requireFile(wasmUrl, 'application/wasm', ending);
    if (compat) await requireFile(compat.workerUrl, 'text/javascript', ending);
    onProgress(0);
    // Imported at first use: it is a third of a megabyte that the list of models doesn't need.
    const { Wllama } = await Promise.race([import('@wllama/wllama/esm/index.js'), aborted(ending)]);
    return Wllama;
  };
  const patience = { silentMs: SILENCE_MS, floorMs: SILENCE_MS, floorBytes: 0 };
  const { href: url } = new URL(wasmUrl, location.href);
  return watchSilence(clock, { url, patience, request }, signal).catch((error: unknown) => {
    signal.throwIfAborted();
    const isMissing = isModelError(error) && error.code === 'APP_INCOMPLETE';
    // A server may leave this build out: what the person can do is to use another browser.
    if (isMissing && compat) throw memory64Missing(error);
    if (isMissing) throw error;
    throw incomplete(wasmUrl, 'it can’t be reached', error);
  });
}

// Checked first, because the engine waits for ever when its file is missing.
async function requireFile(file: string, type: string, signal: AbortSignal): Promise<void> {
  const response = await fetchSafely(file, { method: 'HEAD', signal });
  const contentType = response.headers.get('content-type') ?? '';
  if (response.ok && contentType.startsWith(type)) return;
  throw incomplete(file, `${String(response.status)} ${contentType}`.trim());
}

function incomplete(file: string, reason: string, cause?: unknown): ModelError {
  return new ModelError('APP_INCOMPLETE', { file, reason }, { cause });
}

/**
 * Watches the engine's calls of `slice` on the files, because the engine itself doesn't report progress while reading.
 */
function watchReads(files: readonly File[], onRead: (fraction: number) => void): void {
  const totalBytes = files.reduce((sum, { size }) => sum + size, 0);
  const furthest = files.map(() => 0);
  for (const [index, file] of files.entries()) {
    const slice = file.slice.bind(file);
    Object.defineProperty(file, 'slice', {
      value: (...range: Parameters<File['slice']>) => {
        const endBytes = Math.min(range[1] ?? file.size, file.size);
        furthest[index] = Math.max(furthest[index] ?? 0, endBytes);
        const readBytes = furthest.reduce((sum, bytes) => sum + bytes, 0);
        onRead(totalBytes === 0 ? 0 : readBytes / totalBytes);
        return slice(...range);
      },
    });
  }
}

function factsOf(wllama: Wllama, log: EngineLog, { compat }: WasmBuild): ModelFacts {
  const threads = wllama.getNumThreads();
  return {
    contextTokens: wllama.getLoadedContextInfo().n_ctx,
    backend: log.usesGpu() ? 'WebGPU' : processorWords(threads) + (compat ? ', 32 bits' : ''),
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

/**
 * Rejects when the engine is silent for too long or the signal aborts. Only the engine's exit stops `loading` itself.
 */
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

// `loadModel` also resolves for a file that is damaged or too large, and the engine then counts as loaded.
function requireSuccess(wllama: Wllama): void {
  const info = wllama.getLoadedContextInfo() as { n_vocab: number; success?: boolean };
  if (info.success === false || info.n_vocab === 0) throw new Error('the engine refused the file');
}
