/** Loads a model into the memory of this process: llama.cpp, on the CPU only. */
import { availableParallelism } from 'node:os';

import { getLlama, LlamaLogLevel } from 'node-llama-cpp';
import type { Llama, LlamaModel, Token } from 'node-llama-cpp';

import type { PromptFormat } from '../../../errors';
import { createChatTemplate } from '../../prompts/chatTemplate';
import type { ChatTemplate } from '../../prompts/chatTemplate';
import { tokensOf } from '../../prompts/thoughtMarks';
import { toldBy, toldLeast } from '../../shared/told';
import type { ModelFacts } from '../../types';
import { BATCH_TOKENS } from './engineProtocol';
import type { LoadOrder } from './engineProtocol';
import type { Speaker } from './llamaAnswer';

export interface LoadedLlama {
  facts: ModelFacts;
  speaker: Speaker;
}

/**
 * Call once in a process. `memoryBytes` is the larger of two numbers. One is the process's memory before
 * loading plus the buffers that llama.cpp reports: right after loading, few pages of a mapped file are in
 * memory. The other is the process's memory now: it includes the vocabulary, which is in none of these buffers.
 */
export async function loadLlama(
  { place, contextTokens, threads, promptFormat }: LoadOrder,
  onProgress: (fraction: number) => void,
): Promise<LoadedLlama> {
  const log = createLlamaLog();
  const llama = await getLlama({
    ...{ gpu: false, build: 'never', skipDownload: true, progressLogs: false },
    ...{ logLevel: LlamaLogLevel.info, logger: log.take },
  });
  const baseBytes = process.memoryUsage.rss();
  try {
    const model = await llama.loadModel({ modelPath: place, onLoadProgress: onProgress });
    const usedThreads = threads ?? usualThreads(llama);
    const context = await model.createContext({
      contextSize: contextTokens,
      batchSize: Math.min(BATCH_TOKENS, contextTokens),
      threads: usedThreads,
    });
    llama.logLevel = LlamaLogLevel.error;
    const template = templateOf(model, promptFormat);
    const shownTokens = shownTokensOf(model, template);
    const facts = {
      contextTokens,
      backend: usedThreads === 1 ? 'CPU, 1 thread' : `CPU, ${String(usedThreads)} threads`,
      memoryBytes: Math.max(baseBytes + log.bufferBytes(), process.memoryUsage.rss()),
    };
    const sequence = context.getSequence();
    return { facts, speaker: { sequence, contextTokens, template, shownTokens } };
  } catch (error) {
    // Its error only says that loading failed; its log contains the reason.
    throw log.complaints() === '' ? error : new Error(log.complaints(), { cause: error });
  }
}

// More threads than physical cores make llama.cpp slower, and a container may have fewer cores than its machine.
function usualThreads({ cpuMathCores }: Llama): number {
  return toldLeast(cpuMathCores, toldBy(availableParallelism)) ?? 1;
}

function templateOf(model: LlamaModel, format: PromptFormat | undefined): ChatTemplate {
  const { bosString, eosString } = model.tokens;
  const { tokenizer, general } = model.fileInfo.metadata;
  return createChatTemplate({
    template: tokenizer.chat_template,
    startOfText: bosString ?? '',
    endOfText: eosString ?? '',
    architecture: general.architecture,
    format,
  });
}

function shownTokensOf(model: LlamaModel, { marks }: ChatTemplate): ReadonlySet<Token> {
  const tokens = tokensOf(marks).flatMap((text) => {
    const [token, ...more] = model.tokenize(text, true);
    return token !== undefined && more.length === 0 && model.isSpecialToken(token) ? [token] : [];
  });
  return new Set(tokens);
}

const BUFFER_SIZE = /buffer size\s*=\s*([\d.]+) MiB/;
const LONGEST_REASON = 500;

function createLlamaLog() {
  let bufferMib = 0;
  const complaints: string[] = [];
  return {
    take(level: LlamaLogLevel, message: string) {
      bufferMib += Number(BUFFER_SIZE.exec(message)?.[1] ?? 0);
      if (level === LlamaLogLevel.error) complaints.push(message.trim());
    },
    bufferBytes: () => Math.round(bufferMib * 1024 ** 2),
    complaints: () => complaints.join('; ').slice(0, LONGEST_REASON),
  };
}
