/** Streams one answer of a model in llama.rn, and counts the tokens that the package doesn't report. */
import type { LlamaContext, NativeCompletionResult } from 'llama.rn';

import { throwIfAborted } from '../../../download/flow/abortable';
import { describe, isModelError, ModelError } from '../../../errors';
import type { ChatTemplate } from '../../prompts/chatTemplate';
import { createThoughtSplitter } from '../../prompts/thoughtSplitter';
import { createTurnEnd } from '../../prompts/turnEnd';
import type { Clock, GenerateRequest, GenerationStats, ModelFacts, OnText } from '../../types';

export interface LlamaRnSpeaker {
  context: LlamaContext;
  facts: ModelFacts;
  template: ChatTemplate;
  /**
   * The text that the engine adds before every prompt, so that prompts must not contain it; empty where it adds none.
   */
  ownStartOfText: string;
}

interface AnswerTools {
  clock: Clock;
  onText: OnText;
  signal: AbortSignal;
}

/** The defaults of llama.cpp's own server, which the engines on other hosts also use. */
const SAMPLING = { top_k: 40, min_p: 0.05 };

/** @throws ModelError CONTEXT_FULL, TEMPLATE_INVALID, GENERATION_FAILED; AbortError once the engine has stopped */
export async function answerOnce(
  { context, facts: { contextTokens }, template, ownStartOfText }: LlamaRnSpeaker,
  request: GenerateRequest,
  { clock, onText, signal }: AnswerTools,
): Promise<GenerationStats> {
  throwIfAborted(signal);
  const written = template.write(request);
  const prompt = written.startsWith(ownStartOfText)
    ? written.slice(ownStartOfText.length)
    : written;
  const rules = template.rulesOf(request.thinking);
  const splitter = createThoughtSplitter(onText, rules);
  const turn = createTurnEnd(splitter.write, rules.turnStarts);
  const stop = () => {
    // It returns no promise, although its types say so.
    Promise.resolve(context.stopCompletion()).catch(() => undefined);
  };
  const beganAtMs = clock.monotonicMs();
  let firstAtMs: number | undefined;
  signal.addEventListener('abort', stop);
  try {
    const options = { temperature: request.temperature, top_p: request.topP, ...SAMPLING };
    const result = await context.completion(
      { prompt, n_predict: request.maxTokens, ...options },
      ({ token }) => {
        firstAtMs ??= clock.monotonicMs();
        if (!signal.aborted) turn.write(token);
        if (turn.isOver()) stop();
      },
    );
    throwIfAborted(signal);
    requireEnd(result, turn.isOver());
    turn.end();
    splitter.end();
    const timeToFirstTokenMs = (firstAtMs ?? clock.monotonicMs()) - beganAtMs;
    return { ...measure(result), timeToFirstTokenMs };
  } catch (cause) {
    throwIfAborted(signal);
    if (isModelError(cause)) throw cause;
    const reason = describe(cause);
    if (reason.includes(FULL)) throw new ModelError('CONTEXT_FULL', { contextTokens }, { cause });
    throw new ModelError('GENERATION_FAILED', { reason }, { cause });
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** The package's message for a prompt that is longer than the context. */
const FULL = 'Context is full';

/** Detects an engine that failed in the middle of an answer: it ends the answer without an error. */
function requireEnd(result: NativeCompletionResult, isOver: boolean): void {
  const { stopped_eos, stopped_limit, context_full } = result;
  if (isOver || stopped_eos || Boolean(stopped_limit) || context_full) return;
  throw new ModelError('GENERATION_FAILED', { reason: 'the engine stopped in the middle' });
}

function measure(result: NativeCompletionResult): Omit<GenerationStats, 'timeToFirstTokenMs'> {
  const { tokens_evaluated, tokens_cached, stopped_eos, stopped_limit, context_full } = result;
  const { prompt_per_second, predicted_per_second } = result.timings;
  // The package counts the tokens that were read: the last generated token is read only if it ends the answer.
  const generatedTokens = tokens_cached - tokens_evaluated + (stopped_eos ? 0 : 1);
  return {
    promptTokens: tokens_evaluated,
    generatedTokens,
    prefillTokensPerSecond: prompt_per_second > 0 ? prompt_per_second : undefined,
    tokensPerSecond: generatedTokens > 1 ? predicted_per_second : 0,
    finishReason: Boolean(stopped_limit) || context_full ? 'length' : 'stop',
  };
}
