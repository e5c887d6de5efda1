/**
 * One model's conversation. The port hands over all of it with each question; the runtime keeps its
 * own, and can only be asked to go on. Where the two agree it goes on; where they don't, as after a
 * new chat or a repeated question, it begins another one, and reads the weights again.
 */
import type { LLMChatSession, LLMChatTurnResult } from 'react-native-executorch';

import { throwIfAborted } from '../../../download/flow/abortable';
import { describe, isModelError, ModelError } from '../../../errors';
import type { ThoughtRules } from '../../prompts/thoughtMarks';
import { createThoughtSplitter } from '../../prompts/thoughtSplitter';
import { createTurnEnd } from '../../prompts/turnEnd';
import type { ChatMessage, GenerateRequest, GenerationStats, OnText } from '../../types';
import { openSession, type OpenModel } from './loadExecutorch';

/**
 * What ExecuTorch refuses a prompt with that is too long, by where it is found out: its method takes fewer tokens at once
 * (NotSupported), or the rest of the context is shorter (InvalidArgument).
 */
const TOO_LONG: readonly unknown[] = [0x10, 0x12];
/** What templates call the switch that the runtime doesn't turn. */
const SWITCH = 'enable_thinking';
/** What models whose template has it take as a wish for no thoughts. */
const NO_THOUGHTS = ' /no_think';

export interface Chat {
  /** One at a time. @throws ModelError GENERATION_FAILED, CONTEXT_FULL, TEMPLATE_INVALID; AbortError */
  answer(request: GenerateRequest, onText: OnText, signal: AbortSignal): Promise<GenerationStats>;
  dispose(): void;
}

interface State extends Omit<OpenModel, 'session'> {
  /** Whether each answer reads the whole conversation: always right, and slower with each turn. */
  rereads: boolean;
  /** Undefined after one couldn't be begun. */
  session: LLMChatSession | undefined;
  /** What the runtime has of the conversation, in the port's words. */
  said: ChatMessage[];
}

export function createChat(open: OpenModel): Chat {
  const { isRnExecuTorchError: isOwnError } = open.executorch;
  const state: State = { ...open, rereads: open.rewrites, said: [] };
  return {
    async answer(request, onText, signal) {
      throwIfAborted(signal);
      try {
        return await answer(state, { request, onText, signal }).catch((error: unknown) => {
          // Earlier turns look different in this model's longer prompts, so that nothing can follow them.
          if (state.rereads || !isOwnError(error, 'INVALID_STATE')) throw error;
          forget(state);
          state.rereads = true;
          return answer(state, { request, onText, signal });
        });
      } catch (error) {
        throwIfAborted(signal);
        throw failure(error, open);
      }
    },
    dispose() {
      forget(state);
    },
  };
}

function forget(state: State): void {
  state.session?.dispose();
  state.session = undefined;
  state.said = [];
}

interface Call {
  request: GenerateRequest;
  onText: OnText;
  signal: AbortSignal;
}

async function answer(state: State, call: Call): Promise<GenerationStats> {
  const { request, signal } = call;
  const messages = state.chats.template.fit(request.messages);
  const question = messages.at(-1);
  if (question?.role !== 'user') throw new Error('the last message is not a question');
  const earlier = messages.slice(0, -1);
  const session = await sessionAfter(state, earlier);
  throwIfAborted(signal);
  const begunAt = state.rereads ? 0 : session.getKVCacheState().pos;
  const { text, pieces, stats, wentOn } = await send(
    session,
    { ...call, rules: state.chats.template.rulesOf(undefined) },
    textOf(question, request, state),
  );
  const { pos, remainingTokens } = session.getKVCacheState();
  // What it said beyond its turn is in the runtime's conversation, which nothing can follow.
  if (wentOn) forget(state);
  else state.said = [...earlier, question, { role: 'assistant', content: text }];
  throwIfAborted(signal);
  const isCut = pieces >= request.maxTokens || remainingTokens === 0;
  return measure(stats, { begunAt, pos, pieces, isCut });
}

async function sessionAfter(
  state: State,
  earlier: readonly ChatMessage[],
): Promise<LLMChatSession> {
  if (state.session && isSame(state.said, earlier)) return state.session;
  // Both at once can be more than the phone has, so the old one goes first.
  forget(state);
  state.session = await openSession(state, earlier);
  state.said = [...earlier];
  return state.session;
}

function isSame(said: readonly ChatMessage[], earlier: readonly ChatMessage[]): boolean {
  return (
    said.length === earlier.length &&
    said.every(({ role, content }, index) => {
      const other = earlier[index];
      return role === other?.role && content.trim() === other.content.trim();
    })
  );
}

function textOf(question: ChatMessage, { thinking }: GenerateRequest, { chats }: State): string {
  const canSwitch = chats.template.source.includes(SWITCH);
  return canSwitch && !thinking ? question.content + NO_THOUGHTS : question.content;
}

/** Resolves also when it was stopped, with what had been said until then. */
async function send(
  session: LLMChatSession,
  { request, onText, signal, rules }: Call & { rules: ThoughtRules },
  question: string,
) {
  let text = '';
  let pieces = 0;
  const splitter = createThoughtSplitter((piece, channel) => {
    if (channel === 'answer') text += piece;
    onText(piece, channel);
  }, rules);
  const turn = createTurnEnd(splitter.write, rules.turnStarts);
  const stop = () => {
    session.stop();
  };
  const onToken = (token: string) => {
    pieces += 1;
    // Until the first token was handed over, a stop is forgotten; from the second one on it is heard.
    if (!signal.aborted) turn.write(token);
    if (signal.aborted || turn.isOver()) stop();
  };
  const options = {
    maxNewTokens: request.maxTokens,
    temperature: request.temperature,
    // The runtime begins an answer with its prompt unless it is told not to.
    echo: false,
  };
  signal.addEventListener('abort', stop);
  try {
    const { stats } = await session.sendMessage(question, onToken, options);
    if (!signal.aborted) {
      turn.end();
      splitter.end();
    }
    const [first] = stats;
    if (!first) throw new Error('the runtime measured nothing');
    return { text, pieces, stats: first, wentOn: turn.isOver() };
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

interface Counted {
  /** Tokens that were remembered before the question. */
  begunAt: number;
  /** And after the answer. */
  pos: number;
  /** Tokens of the answer that were handed over: all but the end of the turn. */
  pieces: number;
  isCut: boolean;
}

/** The runtime's count of the prompt is of its last part alone; how full its memory is tells the rest. */
function measure(
  stats: LLMChatTurnResult['stats'][number],
  { begunAt, pos, pieces, isCut }: Counted,
): GenerationStats {
  const { numGeneratedTokens, firstTokenMs } = stats;
  const readMs = (stats.prefillDurationMs ?? 0) + firstTokenMs - stats.inferenceStartMs;
  const writeMs = stats.inferenceEndMs - firstTokenMs;
  const promptTokens = pos - pieces;
  const readTokens = promptTokens - begunAt;
  return {
    promptTokens,
    generatedTokens: pieces,
    timeToFirstTokenMs: readMs,
    prefillTokensPerSecond: readMs > 0 && readTokens > 0 ? (readTokens * 1000) / readMs : undefined,
    // The first token came with the prompt, and isn't counted here; the end of the turn is.
    tokensPerSecond: writeMs > 0 ? (numGeneratedTokens * 1000) / writeMs : 0,
    finishReason: isCut ? 'length' : 'stop',
  };
}

function failure(error: unknown, { executorch, facts }: OpenModel): ModelError {
  if (isModelError(error)) return error;
  const cause = { cause: error };
  if (!executorch.isRnExecuTorchError(error)) {
    return new ModelError('GENERATION_FAILED', { reason: describe(error) }, cause);
  }
  const { code, etRuntimeErrorCode } = error;
  if (code === 'EXECUTION_FAILED' && TOO_LONG.includes(etRuntimeErrorCode)) {
    const { contextTokens } = facts;
    return new ModelError('CONTEXT_FULL', { contextTokens }, cause);
  }
  return new ModelError('GENERATION_FAILED', { reason: `${code}: ${error.message}` }, cause);
}
