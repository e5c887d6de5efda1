/** Measures how fast a session over an engine switches and stops. Runs in Node and in a page. */
import { createLlmSession } from '../../../lib/ai/engine/llmSession';
import type { LlmSession } from '../../../lib/ai/engine/llmSession';
import { ALL_MODELS } from '../../../lib/ai/modelConfig';
import type { LlmModelConfig } from '../../../lib/ai/modelConfig';
import { createModelMemory } from '../../../lib/ai/memory/modelMemory';
import { systemClock } from '../../../lib/platform/shared/systemClock';
import type { LlmEngine } from '../../../lib/platform/types';
import { questionOf, requestOf } from './cost';
import type { Obedience } from './cost';

/** Where the two models lie in the models folder. */
export const MODEL_FILES = ['first/noise.gguf', 'second/noise.gguf'] as const;

export const CONTEXT_TOKENS = 4096;

const LONG_TEXT = 'the sea was louder when he was young and '.repeat(40);
const ENOUGH_BYTES = 2 ** 36;
const SPEAKING_PIECES = 10;
const READING_MS = 150;

export interface ObeyOptions {
  runs: number;
  /** Of the engine, in tokens. */
  batchTokens: number;
  /** Watches the page; resolves with the longest gap between two frames. */
  watch: (() => () => Promise<number>) | undefined;
}

/** Loads both models into `engine` and unloads them at the end. */
export async function obey(engine: LlmEngine, options: ObeyOptions): Promise<Obedience[]> {
  const [first, second] = MODEL_FILES.map(configOf);
  if (!first || !second) throw new Error('Two models are needed.');
  const session = await createSession(engine);
  const results: Obedience[] = [];
  try {
    await session.load(first);
    await session.load(second);
    if (session.getSnapshot().loaded.length !== 2) throw new Error('Only one model is in memory.');
    for (let run = 0; run < options.runs; run += 1) {
      await session.load(first);
      const gap = options.watch?.();
      const speaking = await speak(session, first, run);
      const switchSpeakingMs = await time(() => session.load(second));
      await speaking.ended;
      const switchIdleMs = await time(() => session.load(first));
      const again = await speak(session, first, run);
      const stopSpeakingMs = await time(() => Promise.all([session.stop(), again.ended]));
      const frameGapMs = await gap?.();
      const stopReadingMs = await stopReading(session, first, run);
      const batchMs = await batchTime(session, first, options);
      results.push({
        ...{ switchSpeakingMs, switchIdleMs, stopSpeakingMs, stopReadingMs },
        ...{ batchMs, frameGapMs },
      });
    }
  } finally {
    await session.unload();
  }
  return results;
}

async function createSession(engine: LlmEngine): Promise<LlmSession> {
  const memory = createModelMemory({
    host: {
      maxModelBytes: undefined,
      memory: () => Promise.resolve({ totalBytes: ENOUGH_BYTES, availableBytes: undefined }),
    },
    runtimeOf: () => 'llama.cpp',
    records: {
      addMeasurement: () => Promise.resolve(),
      getMeasurements: () => Promise.resolve([]),
    },
    weightsBytesOf: () => 2 ** 25,
  });
  await memory.start();
  return createLlmSession({
    engineOf: () => engine,
    memory,
    runtimeOf: () => 'llama.cpp',
    clock: systemClock,
    sentinel: {
      guard: (_, load) => load(),
      takeInterrupted: () => Promise.resolve(undefined),
    },
    loadChoiceOf: () => ({ contextTokens: CONTEXT_TOKENS }),
  });
}

function configOf(path: string): LlmModelConfig | undefined {
  const [folderName = '', ggufFileName = ''] = path.split('/');
  const [model] = ALL_MODELS;
  return model && { ...model, modelId: folderName, folderName, ggufFileName };
}

/** Resolves when the model is in the middle of an answer that doesn't end by itself. */
async function speak(session: LlmSession, config: LlmModelConfig, run: number) {
  let pieces = 0;
  let ended: Promise<unknown> = Promise.resolve();
  await new Promise<void>((resolve, reject) => {
    const onText = () => {
      pieces += 1;
      if (pieces === SPEAKING_PIECES) resolve();
    };
    const answer = session.generate(config, requestOf(questionOf(run), 10_000), onText);
    ended = answer.catch(() => undefined);
    answer.catch(reject);
  });
  return { ended };
}

async function stopReading(session: LlmSession, config: LlmModelConfig, run: number) {
  const request = requestOf(`${questionOf(run + 13)} ${LONG_TEXT}`, 1);
  const ended = session.generate(config, request, () => undefined).catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, READING_MS));
  return time(() => Promise.all([session.stop(), ended]));
}

async function batchTime(
  session: LlmSession,
  config: LlmModelConfig,
  { batchTokens }: ObeyOptions,
): Promise<number> {
  const request = requestOf(`Again: ${LONG_TEXT.slice(0, 500)}`, 1);
  const { prefillTokensPerSecond } = await session.generate(config, request, () => undefined);
  return (batchTokens / (prefillTokensPerSecond ?? NaN)) * 1000;
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}
