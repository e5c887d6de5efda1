/** One answer of the browser's own model, in a session of its own, measured as far as the browser tells. */
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
 * What was said before goes in when the session is made: there the browser leaves nothing out to make room, and
 * says so where it doesn't fit. @throws the browser's failures, or the signal's reason at once
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
    // While the last word is new: a session that is asked to measure may be busy with it.
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

/** Where the browser lets a page choose: both or none, as it wants them. */
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

/** The API has no limit of length: each piece counts as a token, as the browser says no more, and may hold several. */
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
      // Whoever hears a piece may have called the rest off.
      signal.throwIfAborted();
    }
  } catch (cause) {
    // The end of the context in the middle of an answer; before it, the question itself is too long.
    if (said.text === '' || !hasName(cause, 'QuotaExceededError')) throw cause;
    return { ...said, finishReason: 'length' };
  } finally {
    end();
  }
}

/** A session that overflows has forgotten something, so that what it uses says nothing of this answer. */
function watchOverflow(session: PromptSession): { wasSeen: () => boolean } {
  let wasSeen = false;
  const see = () => {
    wasSeen = true;
  };
  for (const name of ['contextoverflow', 'quotaoverflow']) session.addEventListener(name, see);
  return { wasSeen: () => wasSeen };
}

/** The marks around a turn are part of the question, as they are of every prompt, and no part of what was said. */
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

/** Undefined also where it makes no sense: a browser may bring its numbers up to date later. */
function differenceOf(whole: number | undefined, part: number | undefined): number | undefined {
  return whole === undefined || part === undefined || whole <= part ? undefined : whole - part;
}

function rateOf(tokens: number, { firstMs = 0, lastMs = 0 }: Said): number {
  const seconds = (lastMs - firstMs) / 1000;
  return tokens > 1 && seconds > 0 ? (tokens - 1) / seconds : 0;
}
