/** Streams one answer of a loaded model, and measures it by the engine's own clock. */
import type { RawCompletionChunk } from '@wllama/wllama/esm/index.js';

import { describe, isModelError, ModelError } from '../../../errors';
import { tokensOf } from '../../prompts/thoughtMarks';
import { createThoughtSplitter } from '../../prompts/thoughtSplitter';
import { createTurnEnd } from '../../prompts/turnEnd';
import type { Clock, GenerateRequest, GenerationStats, OnText } from '../../types';
import type { RunningWllama } from './loadWllama';

export interface GenerateTools {
  clock: Clock;
  signal: AbortSignal;
  onText: OnText;
}

/** The engine's server's name for the error of a prompt that doesn't fit. */
const PROMPT_TOO_LONG = 'exceed_context_size_error';

/** @throws ModelError CONTEXT_FULL, TEMPLATE_INVALID, GENERATION_FAILED, or the signal's reason once the engine has stopped. */
export async function generateText(
  { wllama, log, facts: { contextTokens }, prompts, ownStartOfText }: RunningWllama,
  request: GenerateRequest,
  { clock, signal, onText }: GenerateTools,
): Promise<GenerationStats> {
  signal.throwIfAborted();
  log.forget();
  const answer = createMeasuredAnswer(clock);
  const { text, rules } = await prompts.write(request, signal);
  const splitter = createThoughtSplitter(onText, rules);
  const turn = createTurnEnd(splitter.write, rules.turnStarts);
  // An option of the engine's own server that is missing in the engine's types.
  const options = { preserved_tokens: tokensOf(rules.marks) };
  try {
    await wllama.createCompletion({
      ...options,
      prompt: text.startsWith(ownStartOfText) ? text.slice(ownStartOfText.length) : text,
      max_tokens: request.maxTokens,
      temperature: request.temperature,
      top_p: request.topP,
      stop: [...rules.turnStarts],
      abortSignal: signal,
      stream: true,
      onData: (chunk) => {
        turn.write(answer.take(chunk));
      },
    });
    turn.end();
    splitter.end();
  } catch (cause) {
    signal.throwIfAborted();
    if (log.errorKind() === PROMPT_TOO_LONG) {
      throw new ModelError('CONTEXT_FULL', { contextTokens }, { cause });
    }
    if (isModelError(cause)) throw cause;
    const reason = log.reason() ?? describe(cause);
    throw new ModelError('GENERATION_FAILED', { reason }, { cause });
  }
  return answer.stats();
}

function createMeasuredAnswer(clock: Clock) {
  const startedAtMs = clock.monotonicMs();
  let firstTextAtMs: number | undefined;
  let last: RawCompletionChunk['timings'];
  let finishReason: GenerationStats['finishReason'] = 'stop';

  return {
    /** The text of one chunk, often none. */
    take({ choices, timings }: RawCompletionChunk): string {
      const [choice] = choices;
      const text = choice?.text ?? '';
      if (text !== '') firstTextAtMs ??= clock.monotonicMs();
      if (choice?.finish_reason === 'length') finishReason = 'length';
      last = timings ?? last;
      return text;
    },
    stats(): GenerationStats {
      const generatedTokens = last?.predicted_n ?? 0;
      // The engine's time starts after the first token, so that token isn't counted.
      const laterTokens = Math.max(0, generatedTokens - 1);
      const seconds = (last?.predicted_ms ?? 0) / 1000;
      return {
        // Tokens that are in the cache from an earlier turn are part of the prompt, too.
        promptTokens: (last?.prompt_n ?? 0) + (last?.cache_n ?? 0),
        generatedTokens,
        timeToFirstTokenMs: (firstTextAtMs ?? clock.monotonicMs()) - startedAtMs,
        prefillTokensPerSecond: last?.prompt_per_second,
        tokensPerSecond: seconds > 0 ? laterTokens / seconds : 0,
        finishReason,
      };
    },
  };
}
