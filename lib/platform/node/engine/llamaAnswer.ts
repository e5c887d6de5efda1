/**
 * Makes one answer with a model in llama.cpp: reads the new part of the conversation, then generates token after token.
 */
import type { LlamaContextSequence, LlamaModel, Token } from 'node-llama-cpp';

import type { ChatTemplate } from '../../prompts/chatTemplate';
import type { ThoughtRules } from '../../prompts/thoughtMarks';
import { createTurnEnd } from '../../prompts/turnEnd';
import type { GenerateRequest } from '../../types';
import { BATCH_TOKENS } from './engineProtocol';
import type { EngineReport } from './engineProtocol';
import { createTextStream } from './llamaText';

export interface Speaker {
  /** Caches the conversation that it read last. */
  sequence: LlamaContextSequence;
  contextTokens: number;
  template: ChatTemplate;
  /** The tokens that mark thoughts; by default llama.cpp leaves them out of texts. */
  shownTokens: ReadonlySet<Token>;
}

export interface AnswerTools {
  /** Called once, before the first text. */
  begin(rules: ThoughtRules): void;
  say(text: string): void;
  signal: AbortSignal;
}

type Answer = Extract<EngineReport, { kind: 'answered' | 'stopped' | 'too-long' }>;

/** The defaults of llama.cpp's own server, which the engine in a browser also uses. */
const SAMPLING = { topK: 40, minP: 0.05 };

/** @throws what llama.cpp throws; ModelError TEMPLATE_INVALID */
export async function answer(
  speaker: Speaker,
  request: GenerateRequest,
  tools: AnswerTools,
): Promise<Answer> {
  const { sequence, contextTokens, template } = speaker;
  const prompt = tokenize(sequence.model, template.write(request));
  if (prompt.length >= contextTokens) return { kind: 'too-long' };
  const rules = template.rulesOf(request.thinking);
  tools.begin(rules);
  const startedMs = performance.now();
  const unread = await unreadTokens(sequence, prompt);
  const last = await readAllButLast(sequence, unread, tools.signal);
  const mostTokens = Math.min(request.maxTokens, contextTokens - prompt.length);
  const { turnStarts } = rules;
  const speaking = { ...tools, request, mostTokens, turnStarts };
  const { count, firstMs, lastMs } = await speak(speaker, last, speaking);
  if (tools.signal.aborted) return { kind: 'stopped' };
  return {
    kind: 'answered',
    stats: {
      promptTokens: prompt.length,
      generatedTokens: count,
      prefillTokensPerSecond: rate(unread.length, firstMs - startedMs),
      tokensPerSecond: rate(count - 1, lastMs - firstMs) ?? 0,
      finishReason: count === mostTokens ? 'length' : 'stop',
    },
  };
}

function tokenize(model: LlamaModel, text: string): Token[] {
  const tokens = model.tokenize(text, true);
  const { bos, shouldPrependBosToken } = model.tokens;
  // Many templates already write the start token.
  return shouldPrependBosToken && bos !== null && tokens[0] !== bos ? [bos, ...tokens] : tokens;
}

/**
 * Drops the cached tokens that differ from the prompt. At least one token is left unread: generation starts from it.
 */
async function unreadTokens(sequence: LlamaContextSequence, prompt: Token[]): Promise<Token[]> {
  await sequence.adaptStateToTokens(prompt.slice(0, -1), false);
  return prompt.slice(sequence.nextTokenIndex);
}

/** Reads all but the last batch and returns that: reading it gives the answer's first token. Empty after a stop. */
async function readAllButLast(
  sequence: LlamaContextSequence,
  unread: readonly Token[],
  signal: AbortSignal,
): Promise<Token[]> {
  let at = 0;
  while (unread.length - at > BATCH_TOKENS && !signal.aborted) {
    const step = unread.slice(at, at + BATCH_TOKENS);
    await sequence.evaluateWithoutGeneratingNewTokens(step);
    at += step.length;
  }
  return signal.aborted ? [] : unread.slice(at);
}

interface SpeakTools extends AnswerTools {
  request: GenerateRequest;
  mostTokens: number;
  turnStarts: readonly string[];
}

async function speak(
  { sequence, shownTokens }: Speaker,
  last: Token[],
  { say, signal, request: { temperature, topP }, mostTokens, turnStarts }: SpeakTools,
): Promise<{ count: number; firstMs: number; lastMs: number }> {
  const turn = createTurnEnd(say, turnStarts);
  const text = createTextStream({ model: sequence.model, shownTokens, say: turn.write });
  const timesMs = { firstMs: performance.now(), lastMs: 0 };
  let count = 0;
  for await (const token of sequence.evaluate(last, { ...SAMPLING, temperature, topP })) {
    if (signal.aborted) break;
    count += 1;
    timesMs.lastMs = performance.now();
    if (count === 1) timesMs.firstMs = timesMs.lastMs;
    text.write(token);
    if (count === mostTokens || turn.isOver()) break;
  }
  text.end();
  turn.end();
  return { count, ...timesMs };
}

function rate(tokens: number, elapsedMs: number): number | undefined {
  return tokens > 0 && elapsedMs > 0 ? (tokens / elapsedMs) * 1000 : undefined;
}
