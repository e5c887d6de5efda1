/**
 * One model's conversation. The port passes the whole conversation with each question. The runtime keeps its own
 * conversation and can only continue it. Where both agree, it is continued. Where they differ, as after a
 * new chat or a repeated question, a new conversation is opened, and the weights are read again.
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
 * ExecuTorch's error codes for a prompt that is too long: NotSupported where its method takes fewer tokens at once,
 * InvalidArgument where the rest of the context is shorter.
 */
const TOO_LONG: readonly unknown[] = [0x10, 0x12];
/** The templates' name for the thinking switch, which the runtime can't set. */
const SWITCH = 'enable_thinking';
/** Models whose template has this switch read this text as a request for no thoughts. */
const NO_THOUGHTS = ' /no_think';

export interface Chat {
  /** One call at a time. @throws ModelError GENERATION_FAILED, CONTEXT_FULL, TEMPLATE_INVALID; AbortError */
  answer(request: GenerateRequest, onText: OnText, signal: AbortSignal): Promise<GenerationStats>;
  dispose(): void;
}

interface State extends Omit<OpenModel, 'session'> {
  /** Whether each answer reads the whole conversation: always right, and slower with each turn. */
  rereads: boolean;
  /** Undefined after a session couldn't be opened. */
  session: LLMChatSession | undefined;
  /** The runtime's conversation, as the port's messages. */
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
          // This model's longer prompts write earlier turns differently, so that the cached conversation can't be
          // continued.
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
  // The runtime's conversation contains the text after the model's turn, so that it can't be continued.
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
  // Two sessions may need more memory than the phone has, so the old session is closed first.
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

/** Resolves also after a stop, with the text until then. */
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
    // The runtime ignores a stop before it has passed on the first token, and notices it from the second token on.
    if (!signal.aborted) turn.write(token);
    if (signal.aborted || turn.isOver()) stop();
  };
  const options = {
    maxNewTokens: request.maxTokens,
    temperature: request.temperature,
    // By default the runtime begins an answer with its prompt.
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
  /** Cached tokens before the question. */
  begunAt: number;
  /** Cached tokens after the answer. */
  pos: number;
  /** Tokens of the answer that were passed on: all but the end of the turn. */
  pieces: number;
  isCut: boolean;
}

/** The runtime counts only the last part of the prompt; the number of cached tokens gives the whole count. */
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
    // The first token comes from reading the prompt and isn't counted here; the end of the turn is counted.
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
