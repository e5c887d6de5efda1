/**
 * The part of the Prompt API that is used here, with its current names and those of its first versions:
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
  /** Where it is missing, as on ordinary pages, the browser chooses temperature and top-k itself. */
  params?(): Promise<{ defaultTopK: number; maxTemperature: number } | null>;
}

/** Undefined where the browser has no Prompt API, and on pages that aren't secure. */
export function findPromptApi(): PromptApi | undefined {
  const { LanguageModel: found } = globalThis as { LanguageModel?: Partial<PromptApi> };
  const isComplete =
    typeof found?.availability === 'function' && typeof found.create === 'function';
  return isComplete ? (found as PromptApi) : undefined;
}

/** The context window in tokens; undefined where the browser doesn't report it, or reports no limit. */
export function windowOf(session: PromptSession): number | undefined {
  return toldNumber(session.contextWindow ?? session.inputQuota, 1);
}

/** Used tokens of the window; undefined where the browser doesn't report them. */
export function usageOf(session: PromptSession): number | undefined {
  return toldNumber(session.contextUsage ?? session.inputUsage);
}

/** Tokens that `text` would use, including the marks of its turn; undefined where the browser doesn't report them. */
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
    // The answer is complete without its statistics.
    return undefined;
  }
}

/**
 * Opens a session that lives until it is destroyed. The signal isn't given to the API, because it could also end
 * the session later. Begins synchronously. @throws the browser's failure, or at once the signal's reason
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
    // A browser that ignores the abort would keep its model in memory for an unused session.
    opening.then(
      (late) => late.destroy(),
      () => undefined,
    );
  };
  return heed(opening, signal, callOff);
}

/**
 * The result of `work`. Rejects with the signal's reason as soon as the signal aborts, even if the browser ignores it.
 */
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
