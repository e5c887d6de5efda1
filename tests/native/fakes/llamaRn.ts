/**
 * `llama.rn`, as far as the app uses it: what its C++ does around llama.cpp, over the same llama.cpp for Node. Where
 * its types say something else than its C++, the C++ holds.
 */
import { pathToFileURL } from 'node:url';
import { ScriptedLlama } from './scriptedLlama';
import type { Llama, LlamaContextSequence, LlamaModel, Token } from 'node-llama-cpp';

interface ContextParams {
  model: string;
  n_ctx?: number;
  n_batch?: number;
}

interface CompletionParams {
  prompt?: string;
  n_predict?: number;
  temperature?: number;
  top_p?: number;
  top_k?: number;
  min_p?: number;
}

/** Where `says` is given, every model says it, and no llama.cpp is loaded. */
export const script: { says: string | undefined } = { says: undefined };

type OnToken = ((data: { token: string }) => void) | undefined;

/** Every text of the metadata ends here. */
const LONGEST_TEXT = 16_383;

/** Loaded when the first model is: Jest can't, and Node takes its time. */
let llama: Promise<Llama> | undefined;

async function openLlama(): Promise<Llama> {
  const { getLlama, LlamaLogLevel } = await import('node-llama-cpp');
  const quiet = { logLevel: LlamaLogLevel.disabled, progressLogs: false };
  return getLlama({ ...{ gpu: false, build: 'never', skipDownload: true }, ...quiet });
}

export async function initLlama(
  { model: path, n_ctx = 512, n_batch = 512 }: ContextParams,
  onProgress?: (percent: number) => void,
): Promise<LlamaContext | ScriptedLlama> {
  if (path.startsWith('file:')) throw new Error(`A bare path, please: ${pathToFileURL(path).href}`);
  if (script.says !== undefined) return new ScriptedLlama(script.says);
  const runtime = await (llama ??= openLlama());
  onProgress?.(0);
  let model: LlamaModel;
  try {
    model = await runtime.loadModel({
      modelPath: path,
      onLoadProgress: (part) => onProgress?.(Math.floor(part * 100)),
    });
  } catch {
    // The reason is in a log that nobody gets.
    throw new Error('Failed to load model');
  }
  const context = await model.createContext({ contextSize: n_ctx, batchSize: n_batch, threads: 1 });
  onProgress?.(100);
  return new LlamaContext(model, context.getSequence(), { n_ctx, n_batch });
}

export class LlamaContext {
  readonly model: { metadata: Record<string, string> };
  readonly gpu = false;
  readonly #model: LlamaModel;
  readonly #sequence: LlamaContextSequence;
  readonly #sizes: { n_ctx: number; n_batch: number };
  #isInterrupted = false;
  #isBusy = false;
  #isReleased = false;

  constructor(
    model: LlamaModel,
    sequence: LlamaContextSequence,
    sizes: { n_ctx: number; n_batch: number },
  ) {
    this.#model = model;
    this.#sequence = sequence;
    this.#sizes = sizes;
    this.model = { metadata: metadataOf(model) };
  }

  /** Without the token that begins a text. */
  tokenize(text: string): Promise<{ tokens: Token[] }> {
    this.#check();
    return Promise.resolve({ tokens: this.#model.tokenize(text, true) });
  }

  detokenize(tokens: Token[]): Promise<string> {
    this.#check();
    return Promise.resolve(this.#model.detokenize(tokens, true));
  }

  async completion(params: CompletionParams, onToken?: OnToken) {
    this.#check();
    if ((params.prompt ?? '') === '') throw new Error('Prompt is required');
    if (this.#isBusy) throw new Error('Context is busy');
    this.#isInterrupted = false;
    this.#isBusy = true;
    try {
      return await this.#complete(params, onToken);
    } finally {
      this.#isBusy = false;
    }
  }

  /** Answers nothing, though it is said to be a promise. */
  stopCompletion(): void {
    this.#check();
    this.#isInterrupted = true;
  }

  async release(): Promise<void> {
    this.#check();
    this.#isReleased = true;
    await this.#model.dispose();
  }

  #isStopped(): boolean {
    return this.#isInterrupted;
  }

  #check(): void {
    if (this.#isReleased) throw new Error('Context not found');
  }

  async #complete(params: CompletionParams, onToken: OnToken) {
    const prompt = this.#promptOf(params.prompt ?? '');
    const beganMs = performance.now();
    const unread = await this.#read(prompt);
    if (params.n_predict === 0) await this.#sequence.evaluateWithoutGeneratingNewTokens(unread);
    const said = params.n_predict === 0 ? [] : await this.#speak(unread, params, onToken);
    const room = this.#sizes.n_ctx - prompt.length;
    const stopped_limit = said.length === params.n_predict;
    const context_full = !stopped_limit && said.length === room;
    const stopped_eos = !stopped_limit && !context_full && !this.#isInterrupted;
    // The token that came with the prompt isn't counted.
    const tokens_predicted = Math.max(0, said.length - 1);
    const seconds = (performance.now() - beganMs) / 1000;
    return {
      tokens_predicted,
      tokens_evaluated: prompt.length,
      // The last token is read only when another one was to follow.
      tokens_cached: prompt.length + said.length - (stopped_eos ? 0 : 1),
      interrupted: this.#isInterrupted,
      ...{ stopped_eos, stopped_limit, context_full, truncated: false },
      timings: {
        prompt_per_second: prompt.length / seconds,
        predicted_per_second: tokens_predicted / seconds,
      },
    };
  }

  #promptOf(text: string): Token[] {
    const { bos, shouldPrependBosToken } = this.#model.tokens;
    const tokens = this.#model.tokenize(text, true);
    // Whether the prompt has it already isn't asked.
    const prompt = shouldPrependBosToken && bos !== null ? [bos, ...tokens] : tokens;
    if (prompt.length >= this.#sizes.n_ctx) throw new Error('Context is full');
    return prompt;
  }

  /** Reads all but the last step; a stop is heard between the steps. */
  async #read(prompt: readonly Token[]): Promise<Token[]> {
    const { n_batch } = this.#sizes;
    await this.#sequence.adaptStateToTokens(prompt.slice(0, -1), false);
    let at = this.#sequence.nextTokenIndex;
    for (; prompt.length - at > n_batch && !this.#isInterrupted; at += n_batch) {
      await this.#sequence.evaluateWithoutGeneratingNewTokens(prompt.slice(at, at + n_batch));
    }
    return prompt.slice(at);
  }

  async #speak(unread: Token[], params: CompletionParams, onToken: OnToken): Promise<Token[]> {
    const { temperature = 0.8, top_p: topP = 0.95, top_k: topK = 40, min_p: minP = 0.05 } = params;
    const said: Token[] = [];
    if (this.#isStopped()) return said;
    const most = Math.min(
      params.n_predict ?? Infinity,
      this.#sizes.n_ctx - this.#sequence.nextTokenIndex - unread.length,
    );
    let sent = '';
    const options = { temperature, topP, topK, minP };
    for await (const token of this.#sequence.evaluate(unread, options)) {
      said.push(token);
      const text = this.#model.detokenize(said, true);
      // A character that isn't whole yet is held back.
      if (!text.endsWith('\ufffd')) {
        onToken?.({ token: text.slice(sent.length) });
        sent = text;
      }
      if (this.#isStopped() || said.length === most) break;
    }
    return said;
  }
}

function metadataOf({ fileInfo }: LlamaModel): Record<string, string> {
  const texts: Record<string, string> = {};
  const collect = (value: unknown, key: string) => {
    if (typeof value === 'string' || typeof value === 'number') {
      texts[key] = String(value).slice(0, LONGEST_TEXT);
    } else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [name, inner] of Object.entries(value)) {
        collect(inner, key === '' ? name : `${key}.${name}`);
      }
    }
  };
  collect(fileInfo.metadata, '');
  return texts;
}
