/** An engine that answers with the test's scripted text, word by word. */
import { throwIfAborted } from '../../download/flow/abortable';
import { ModelError } from '../../errors';
import { queueAnswers } from '../shared/queuedModel';
import { USUAL_RULES } from '../prompts/thoughtMarks';
import { createThoughtSplitter } from '../prompts/thoughtSplitter';
import type { GenerateRequest, LlmEngine, LoadedModel, LoadRequest, OnText } from '../types';
import { keyOf, type MemoryDisk } from './memoryDisk';

export interface EngineScript {
  /** The answer to every question; a thought may come before it, in `<think>` tags. */
  answer: string;
  /** Awaited before a model is in memory, so that a test can act while it loads. */
  beforeLoad: (request: LoadRequest) => Promise<void>;
  /** Awaited before each piece of the answer, so that a test can stop in the middle. */
  beforeToken: (index: number) => Promise<void>;
  loadFailure: ModelError | undefined;
  generateFailure: ModelError | undefined;
  /** The weights files of the models in memory now, in the order of loading. */
  loadedPaths: string[];
  /** The number of loads under way, and its maximum so far. */
  loads: { now: number; most: number };
}

export function createEngineScript(answer = 'Hello from memory.'): EngineScript {
  return {
    answer,
    beforeLoad: () => Promise.resolve(),
    beforeToken: () => Promise.resolve(),
    loadFailure: undefined,
    generateFailure: undefined,
    loadedPaths: [],
    loads: { now: 0, most: 0 },
  };
}

/** An engine whose models have to be on `disk`; an empty file counts as damaged. */
export function createMemoryEngine(disk: MemoryDisk, script: EngineScript): LlmEngine {
  async function load(request: LoadRequest, signal?: AbortSignal): Promise<LoadedModel> {
    const { ptePath } = request;
    await script.beforeLoad(request);
    if (signal) throwIfAborted(signal);
    if (script.loadFailure) throw script.loadFailure;
    const file = disk.files.get(keyOf(disk, ptePath));
    if (!file?.byteLength) {
      const reason = file ? 'the file is empty' : 'no such file';
      throw new ModelError('LOAD_FAILED', { path: ptePath, reason });
    }
    script.loadedPaths.push(ptePath);
    return createMemoryModel(script, request);
  }

  return {
    engineName: 'memory',
    engineVersion: '1',
    honoursTopP: true,
    async load(request, { onProgress, signal } = {}) {
      script.loads.now += 1;
      script.loads.most = Math.max(script.loads.most, script.loads.now);
      try {
        onProgress?.(0);
        const model = await load(request, signal);
        onProgress?.(1);
        return model;
      } finally {
        script.loads.now -= 1;
      }
    },
  };
}

function createMemoryModel(script: EngineScript, request: LoadRequest): LoadedModel {
  const { contextTokens, ptePath } = request;
  return queueAnswers({
    facts: { contextTokens, backend: 'memory', memoryBytes: undefined },
    answer: (question, onText, signal) =>
      speak(script, question, { contextTokens, onText, signal }),
    isBroken: () => false,
    async end(idle) {
      await idle;
      script.loadedPaths.splice(script.loadedPaths.indexOf(ptePath), 1);
    },
  });
}

interface SpeakTools {
  contextTokens: number;
  onText: OnText;
  signal: AbortSignal;
}

async function speak(
  script: EngineScript,
  { messages, maxTokens }: GenerateRequest,
  { contextTokens, onText, signal }: SpeakTools,
) {
  const promptTokens = messages.flatMap(({ content }) => content.split(/\s+/)).length;
  if (promptTokens > contextTokens) throw new ModelError('CONTEXT_FULL', { contextTokens });
  const words = script.answer.match(/\S+\s*/g) ?? [];
  const spoken = words.slice(0, maxTokens);
  const splitter = createThoughtSplitter(onText, USUAL_RULES);
  for (const [index, word] of spoken.entries()) {
    throwIfAborted(signal);
    await script.beforeToken(index);
    throwIfAborted(signal);
    if (script.generateFailure) throw script.generateFailure;
    splitter.write(word);
  }
  splitter.end();
  return {
    promptTokens,
    generatedTokens: spoken.length,
    timeToFirstTokenMs: 100,
    prefillTokensPerSecond: 200,
    tokensPerSecond: spoken.length > 1 ? 20 : 0,
    finishReason: spoken.length < words.length ? ('length' as const) : ('stop' as const),
  };
}
