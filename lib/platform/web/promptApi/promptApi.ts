/**
 * What of the Prompt API is used here, under the names of today and those of its first versions:
 * https://webmachinelearning.github.io/prompt-api/
 */
import { toldNumber } from '../../shared/told';
import type { ChatMessage } from '../../types';

export interface PromptSession extends EventTarget {
  promptStreaming(input: string, options: { signal: AbortSignal }): ReadableStream<string>;
  destroy(): void;
  contextWindow?: number;
  contextUsage?: number;
  measureContextUsage?(input: string): Promise<number>;
  inputQuota?: number;
  inputUsage?: number;
  measureInputUsage?(input: string): Promise<number>;
}

export interface CreateOptions {
  initialPrompts?: readonly ChatMessage[];
  temperature?: number;
  topK?: number;
  signal?: AbortSignal;
  monitor?: (monitor: EventTarget) => void;
}

export interface PromptApi {
  availability(): Promise<string>;
  create(options: CreateOptions): Promise<PromptSession>;
  /** Where it is missing, as on ordinary pages, temperature and top-k are the browser's own. */
  params?(): Promise<{ defaultTopK: number; maxTemperature: number } | null>;
}

/** Undefined where the browser has none, and on pages that aren't secure. */
export function findPromptApi(): PromptApi | undefined {
  const { LanguageModel: found } = globalThis as { LanguageModel?: Partial<PromptApi> };
  const isComplete =
    typeof found?.availability === 'function' && typeof found.create === 'function';
  return isComplete ? (found as PromptApi) : undefined;
}

/** In tokens; undefined where the browser tells nothing, or no limit. */
export function windowOf(session: PromptSession): number | undefined {
  return toldNumber(session.contextWindow ?? session.inputQuota, 1);
}

/** Tokens of the window that are taken; undefined where the browser doesn't tell. */
export function usageOf(session: PromptSession): number | undefined {
  return toldNumber(session.contextUsage ?? session.inputUsage);
}

/** Tokens that `text` would take, marks of the turn included; undefined where the browser doesn't tell. */
export async function measureUsage(
  session: PromptSession,
  text: string,
): Promise<number | undefined> {
  try {
    const measured = session.measureContextUsage
      ? await session.measureContextUsage(text)
      : await session.measureInputUsage?.(text);
    return toldNumber(measured);
  } catch {
    // The answer is whole without its statistics.
    return undefined;
  }
}

/**
 * A session that lives until it is destroyed: a signal given to the API would end it later, too. Begins in
 * the turn in which it is called. @throws the browser's failure, or the signal's reason at once
 */
export async function openSession(
  api: PromptApi,
  options: Omit<CreateOptions, 'signal'>,
  signal: AbortSignal | undefined,
): Promise<PromptSession> {
  signal?.throwIfAborted();
  const creating = new AbortController();
  const opening = api.create({ ...options, signal: creating.signal });
  const callOff = () => {
    creating.abort();
    // A browser that took no notice would keep its model in memory for nobody.
    opening.then(
      (late) => late.destroy(),
      () => undefined,
    );
  };
  return heed(opening, signal, callOff);
}

/** What `work` comes to, or the signal's reason as soon as that aborts, whatever the browser makes of it. */
export async function heed<T>(
  work: Promise<T>,
  signal: AbortSignal | undefined,
  onAbort: () => void = () => undefined,
): Promise<T> {
  let stop = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => {
      onAbort();
      reject(signal?.reason as Error);
    };
    if (signal?.aborted === true) stop();
    else signal?.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}
