/** Gets one answer of the browser's own model, in a separate session, and measures it as far as the browser allows. */
import type { Clock, GenerateRequest, GenerationStats, OnText } from '../../types';
import {
  heed,
  measureUsage,
  openSession,
  usageOf,
  type CreateOptions,
  type PromptApi,
  type PromptSession,
} from './promptApi';
import { hasName } from '../files/storageErrors';

export interface AnswerTools {
  api: PromptApi;
  clock: Clock;
}

interface Listener {
  onText: OnText;
  signal: AbortSignal;
}

/**
 * The earlier conversation is given when the session is made: there the browser never drops a part to make room, and
 * throws when the conversation doesn't fit. @throws the browser's failures, or at once the signal's reason
 */
export async function answerPrompt(
  { api, clock }: AnswerTools,
  request: GenerateRequest,
  { onText, signal }: Listener,
): Promise<GenerationStats> {
  const startedMs = clock.monotonicMs();
  const earlier = request.messages.slice(0, -1);
  const question = request.messages.at(-1)?.content ?? '';
  const sampling = await samplingOf(api, request);
  const session = await openSession(api, { ...sampling, initialPrompts: earlier }, signal);
  try {
    const earlierTokens = usageOf(session);
    const overflow = watchOverflow(session);
    const said = await say(session, question, {
      ...{ maxTokens: request.maxTokens, clock, onText, signal },
    });
    // Read at once, before measuring: a session that measures may be busy with that.
    const usedTokens = usageOf(session);
    const counted = await heed(count(session, { question, text: said.text }), signal);
    const promptTokens = sumOf(earlierTokens, counted.questionTokens);
    const isWhole = said.finishReason === 'stop' && !overflow.wasSeen();
    const generatedTokens =
      (isWhole ? differenceOf(usedTokens, promptTokens) : undefined) ?? counted.textTokens ?? 0;
    return {
      promptTokens: promptTokens ?? 0,
      generatedTokens,
      timeToFirstTokenMs: (said.firstMs ?? clock.monotonicMs()) - startedMs,
      prefillTokensPerSecond: undefined,
      tokensPerSecond: rateOf(generatedTokens, said),
      finishReason: said.finishReason,
    };
  } finally {
    session.destroy();
  }
}

/** Temperature and top-k, where the browser lets a page choose them: it requires both or none. */
async function samplingOf(
  api: PromptApi,
  { temperature }: GenerateRequest,
): Promise<Pick<CreateOptions, 'temperature' | 'topK'>> {
  const params = await api.params?.();
  if (!params) return {};
  return { temperature: Math.min(temperature, params.maxTemperature), topK: params.defaultTopK };
}

interface Said {
  text: string;
  firstMs: number | undefined;
  lastMs: number | undefined;
  finishReason: GenerationStats['finishReason'];
}

/**
 * The API has no length limit. Each piece is counted as one token, though it may hold several: the browser reports no
 * more.
 */
async function say(
  session: PromptSession,
  question: string,
  { maxTokens, clock, onText, signal }: Listener & { maxTokens: number; clock: Clock },
): Promise<Said> {
  const said: Said = { text: '', firstMs: undefined, lastMs: undefined, finishReason: 'stop' };
  const ending = new AbortController();
  const end = () => ending.abort();
  const reader = session.promptStreaming(question, { signal: ending.signal }).getReader();
  try {
    for (let pieces = 0; ;) {
      const { done, value = '' } = await heed(reader.read(), signal, end);
      if (done) return said;
      if (value === '') continue;
      if (pieces === maxTokens) return { ...said, finishReason: 'length' };
      pieces += 1;
      said.lastMs = clock.monotonicMs();
      said.firstMs ??= said.lastMs;
      said.text += value;
      onText(value, 'answer');
      // The caller may have aborted in `onText`.
      signal.throwIfAborted();
    }
  } catch (cause) {
    // The context ended in the middle of an answer. Before the first text, the error means that the question is too
    // long.
    if (said.text === '' || !hasName(cause, 'QuotaExceededError')) throw cause;
    return { ...said, finishReason: 'length' };
  } finally {
    end();
  }
}

/** An overflowing session has dropped old tokens, so that its usage can't be used to measure this answer. */
function watchOverflow(session: PromptSession): { wasSeen: () => boolean } {
  let wasSeen = false;
  const see = () => {
    wasSeen = true;
  };
  for (const name of ['contextoverflow', 'quotaoverflow']) session.addEventListener(name, see);
  return { wasSeen: () => wasSeen };
}

/** Counts tokens. The marks around a turn count for the question, as for every prompt, and not for the answer. */
async function count(
  session: PromptSession,
  { question, text }: { question: string; text: string },
) {
  const [questionTokens, withMarks, marks] = await Promise.all(
    [question, text, ''].map((each) => measureUsage(session, each)),
  );
  return { questionTokens, textTokens: differenceOf(withMarks, marks) };
}

function sumOf(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? undefined : one + other;
}

/** Undefined also where the difference is impossible: a browser may update its numbers late. */
function differenceOf(whole: number | undefined, part: number | undefined): number | undefined {
  return whole === undefined || part === undefined || whole <= part ? undefined : whole - part;
}

function rateOf(tokens: number, { firstMs = 0, lastMs = 0 }: Said): number {
  const seconds = (lastMs - firstMs) / 1000;
  return tokens > 1 && seconds > 0 ? (tokens - 1) / seconds : 0;
}
