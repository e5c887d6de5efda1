/** Brings a model into the memory of this process: llama.cpp, on the processor alone. */
import { availableParallelism } from 'node:os';

import { getLlama, LlamaLogLevel } from 'node-llama-cpp';
import type { Llama, LlamaModel, Token } from 'node-llama-cpp';

import type { PromptFormat } from '../../../errors';
import { createChatTemplate } from '../../prompts/chatTemplate';
import type { ChatTemplate } from '../../prompts/chatTemplate';
import { tokensOf } from '../../prompts/thoughtMarks';
import { toldBy, toldLeast } from '../../shared/told';
import type { ModelFacts } from '../../types';
import type { LoadOrder } from './engineProtocol';
import { BATCH_TOKENS } from './llamaAnswer';
import type { Speaker } from './llamaAnswer';

export interface LoadedLlama {
  facts: ModelFacts;
  speaker: Speaker;
}

/**
 * Call once in a process. `memoryBytes` is what the process occupied before, and the buffers that
 * llama.cpp says it made: of a file that is mapped, what was touched so far says too little. Or what the
 * process occupies now, where that is more: a vocabulary is in none of these buffers.
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
    // What it throws says that it failed, and its log says why.
    throw log.complaints() === '' ? error : new Error(log.complaints(), { cause: error });
  }
}

// More than there are real cores makes llama.cpp slower, and a container may have fewer than its machine.
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
