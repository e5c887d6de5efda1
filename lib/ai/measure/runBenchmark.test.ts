import { describe, expect, it } from 'vitest';
import { createTestSession } from '../../../tests/llmFixture';
import { STATS, settle } from '../../../tests/scriptedSession';
import { ModelError, abortError } from '../../errors';
import { createManualClock } from '../../platform/memory/manualClock';
import type { GenerateRequest, GenerationStats, LlmEngine } from '../../platform/types';
import { BENCHMARK_RUNS, runBenchmark, runSmokeTest } from './runBenchmark';
import type { BenchmarkProgress } from './runBenchmark';
import { Qwen3_0_6B, TinyDemo } from '../modelConfig';

interface Scripted {
  /** Of one answer after the other, the warm-up's first. */
  stats?: readonly Partial<GenerationStats>[];
  memoryBytes?: number;
  /** Awaited in each answer. */
  beforeAnswer?: (index: number) => Promise<void>;
  /** Awaited in each load. */
  beforeLoad?: () => Promise<void>;
}

const LOAD_MS = 250;

/** A session over an engine that takes `LOAD_MS` to load and answers with scripted numbers. */
async function begin({ stats = [], memoryBytes, beforeAnswer, beforeLoad }: Scripted = {}) {
  const clock = createManualClock();
  const requests: GenerateRequest[] = [];
  const calls: string[] = [];
  const engine: LlmEngine = {
    engineName: 'scripted',
    engineVersion: '1.2.3',
    honoursTopP: true,
    async load({ ptePath, contextTokens }, { signal } = {}) {
      calls.push(`load ${ptePath}`);
      await orAborted(beforeLoad?.(), signal);
      clock.advance(LOAD_MS);
      return {
        facts: { contextTokens, backend: 'CPU, 4 threads', memoryBytes },
        async generate(request, _onText, answerSignal) {
          const index = requests.push(request) - 1;
          await orAborted(beforeAnswer?.(index), answerSignal);
          return { ...STATS, ...stats[index] };
        },
        unload: () => Promise.resolve(void calls.push(`unload ${ptePath}`)),
      };
    },
  };
  const { session } = await createTestSession({ engine, clock });
  const parts = { session, engineOf: () => engine, clock, host: { deviceName: 'A test' } };
  return { parts, session, requests, calls };
}

function orAborted(work: Promise<void> | undefined, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.addEventListener('abort', () => {
      reject(abortError());
    });
    Promise.resolve(work).then(resolve, reject);
  });
}

const never = () => new Promise<void>(() => undefined);
const outcome = (work: Promise<unknown>) => work.catch((error: unknown) => error);

describe('a benchmark', () => {
  it('loads the model anew although it is there, warms up, and measures three runs', async () => {
    const { parts, session, requests, calls } = await begin();
    await session.load(TinyDemo);
    const progress: BenchmarkProgress[] = [];
    const result = await runBenchmark(parts, TinyDemo, { onProgress: (at) => progress.push(at) });
    expect(calls.map((call) => call.split(' ')[0])).toEqual(['load', 'unload', 'load']);
    expect(requests).toHaveLength(1 + BENCHMARK_RUNS);
    expect(progress).toEqual([
      { phase: 'load', step: 1, steps: 5 },
      { phase: 'warm-up', step: 2, steps: 5 },
      { phase: 'run', step: 3, steps: 5 },
      { phase: 'run', step: 4, steps: 5 },
      { phase: 'run', step: 5, steps: 5 },
    ]);
    expect(result).toMatchObject({ modelId: TinyDemo.modelId, kind: 'full', runs: 3 });
  });

  it('tells the medians of the runs, without the warm-up, and where they were measured', async () => {
    const { parts } = await begin({
      memoryBytes: 5_000,
      stats: [
        { timeToFirstTokenMs: 9_000, tokensPerSecond: 1, prefillTokensPerSecond: 1 },
        { timeToFirstTokenMs: 300, tokensPerSecond: 10, prefillTokensPerSecond: 150 },
        { timeToFirstTokenMs: 100, tokensPerSecond: 30, prefillTokensPerSecond: 50 },
        { timeToFirstTokenMs: 200, tokensPerSecond: 20, prefillTokensPerSecond: 100 },
      ],
    });
    expect(await runBenchmark(parts, TinyDemo)).toEqual({
      modelId: TinyDemo.modelId,
      kind: 'full',
      measuredAt: Date.UTC(2026, 0, 1) + LOAD_MS,
      deviceName: 'A test',
      backend: 'CPU, 4 threads',
      engineName: 'scripted',
      engineVersion: '1.2.3',
      contextTokens: 2_048,
      runs: 3,
      promptTokens: 3,
      generatedTokens: 2,
      loadMs: LOAD_MS,
      timeToFirstTokenMs: 200,
      prefillTokensPerSecond: 100,
      tokensPerSecond: 20,
      memoryBytes: 5_000,
    });
  });

  it('asks a prompt that no engine remembers the beginning of', async () => {
    const { parts, requests } = await begin();
    await runBenchmark(parts, TinyDemo);
    const prompts = requests.map(({ messages }) => messages[0]?.content ?? '');
    expect(new Set(prompts.map((prompt) => prompt.slice(0, 1))).size).toBe(requests.length);
    for (const prompt of prompts) expect(prompt.split(/\s+/).length).toBeGreaterThan(200);
    const measured = requests.slice(1);
    expect(new Set(measured.map(({ maxTokens }) => maxTokens)).size).toBe(1);
  });

  it('claims no rate of a model that says one token, or of an engine that does not tell', async () => {
    const said = { generatedTokens: 1, tokensPerSecond: 0, prefillTokensPerSecond: undefined };
    const { parts } = await begin({ stats: [said, said, said, said] });
    const result = await runBenchmark(parts, TinyDemo);
    expect(result).toMatchObject({ generatedTokens: 1 });
    expect(result.tokensPerSecond).toBeUndefined();
    expect(result.prefillTokensPerSecond).toBeUndefined();
    expect(result.memoryBytes).toBeUndefined();
  });

  it('ends when somebody wants to chat, who then does', async () => {
    const { parts, session } = await begin({ beforeAnswer: never });
    const measuring = outcome(runBenchmark(parts, TinyDemo));
    await settle();
    await session.load(Qwen3_0_6B);
    expect(await measuring).toMatchObject({ name: 'AbortError' });
    expect(session.getSnapshot().status).toEqual({ kind: 'ready', modelId: Qwen3_0_6B.modelId });
  });

  it.each([
    ['while the model loads', { beforeLoad: never }],
    ['while it answers', { beforeAnswer: never }],
  ])('is called off %s', async (_when, script) => {
    const { parts, session } = await begin(script);
    const controller = new AbortController();
    const measuring = outcome(runBenchmark(parts, TinyDemo, { signal: controller.signal }));
    await settle();
    controller.abort();
    expect(await measuring).toMatchObject({ name: 'AbortError' });
    expect(session.getSnapshot().status).toEqual({ kind: 'empty' });
  });

  it('does not begin once it was called off', async () => {
    const { parts, calls } = await begin();
    const controller = new AbortController();
    controller.abort();
    const measuring = outcome(runBenchmark(parts, TinyDemo, { signal: controller.signal }));
    expect(await measuring).toMatchObject({ name: 'AbortError' });
    expect(calls).toEqual([]);
  });

  it('fails with what the engine says', async () => {
    const failure = new ModelError('LOAD_FAILED', { path: 'x', reason: 'damaged' });
    const { parts } = await begin({ beforeLoad: () => Promise.reject(failure) });
    await expect(runBenchmark(parts, TinyDemo)).rejects.toBe(failure);
  });
});

describe('a smoke test', () => {
  it('asks for a few tokens, and measures one answer once it is warm', async () => {
    const { parts, requests } = await begin({
      stats: [{ tokensPerSecond: 1 }, { tokensPerSecond: 30 }],
    });
    const result = await runSmokeTest(parts, TinyDemo);
    expect(result).toMatchObject({ kind: 'smoke', runs: 1, tokensPerSecond: 30 });
    expect(requests).toHaveLength(2);
    for (const { maxTokens } of requests) expect(maxTokens).toBeLessThanOrEqual(16);
  });

  it('takes the model as it is in memory', async () => {
    const { parts, session, calls } = await begin();
    await session.load(TinyDemo);
    expect(await runSmokeTest(parts, TinyDemo)).toMatchObject({ loadMs: LOAD_MS });
    expect(calls).toHaveLength(1);
    expect(session.getSnapshot().status).toMatchObject({ kind: 'ready' });
  });

  it('brings back the model that answered, where there is room for one alone', async () => {
    const { parts, session } = await begin();
    await session.load(TinyDemo);
    await runSmokeTest(parts, Qwen3_0_6B);
    const { status, loaded } = session.getSnapshot();
    expect(status).toEqual({ kind: 'ready', modelId: TinyDemo.modelId });
    expect(loaded.map(({ modelId }) => modelId)).toEqual([TinyDemo.modelId]);
  });

  it('waits for the end of an answer instead of interrupting it', async () => {
    let finish = () => {};
    const answering = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const { parts, session, calls } = await begin({
      beforeAnswer: (index) => (index === 0 ? answering : Promise.resolve()),
    });
    const question = { messages: [], maxTokens: 8, temperature: 0, topP: 1, thinking: false };
    const answer = session.generate(TinyDemo, question, () => {});
    await settle();
    const testing = runSmokeTest(parts, Qwen3_0_6B);
    await settle();
    expect(calls).toHaveLength(1);
    finish();
    await expect(answer).resolves.toMatchObject({ finishReason: 'stop' });
    await expect(testing).resolves.toMatchObject({ modelId: Qwen3_0_6B.modelId });
  });
});
