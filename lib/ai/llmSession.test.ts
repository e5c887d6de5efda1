import { describe, expect, it } from 'vitest';
import { ModelError, isAbortError } from '../errors';
import type { GenerationStats, LlmEngine, LoadRequest } from '../platform/types';
import { createLlmSession } from './llmSession';
import { Llama32_1B_Instruct, Qwen3_0_6B, TinyDemo } from './modelConfig';

const STATS: GenerationStats = {
  promptTokens: 3,
  generatedTokens: 2,
  timeToFirstTokenMs: 10,
  tokensPerSecond: 20,
  finishReason: 'stop',
};
const REQUEST = { messages: [], maxTokens: 8, temperature: 0 };

/** An engine that waits for the test, and breaks when two calls overlap. A deaf one doesn't hear an abort. */
function scriptedEngine(deaf: boolean) {
  const calls: string[] = [];
  const gates: { open(): void; fail(error: Error): void }[] = [];
  let busy = false;

  async function exclusively(name: string, signal?: AbortSignal): Promise<void> {
    if (busy) throw new Error(`${name} overlaps`);
    busy = true;
    calls.push(name);
    try {
      await new Promise<void>((resolve, reject) => {
        const abort = () => {
          reject(Object.assign(new Error('aborted'), { name: 'AbortError' }));
        };
        gates.push({ open: resolve, fail: reject });
        if (!deaf) signal?.addEventListener('abort', abort);
      });
    } finally {
      busy = false;
    }
  }

  const engine: LlmEngine = {
    load: ({ ptePath }: LoadRequest, signal) => exclusively(`load ${ptePath}`, signal),
    async generate(_request, onText, signal) {
      onText('Hel');
      await exclusively('generate', signal);
      onText('lo');
      return STATS;
    },
    async unload() {
      if (busy) throw new Error('unload overlaps');
      calls.push('unload');
      return Promise.resolve();
    },
  };
  return { engine, calls, gates };
}

const tinyPath = `${TinyDemo.folderName}/${TinyDemo.ggufFileName}`;
const qwenPath = `${Qwen3_0_6B.folderName}/${Qwen3_0_6B.ggufFileName}`;

function begin({ deaf = false } = {}) {
  const scripted = scriptedEngine(deaf);
  const session = createLlmSession(scripted.engine, 'llama.cpp');
  const reached = (kind: string) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (session.getSnapshot().status.kind === kind) resolve();
      };
      session.subscribe(look);
      look();
    });
  return { ...scripted, session, reached };
}

/** Until everything that can happen without the engine has happened. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('loading', () => {
  it('unloads the old model before the new one comes', async () => {
    const { session, calls, gates } = begin();
    const first = session.load(TinyDemo);
    await settle();
    gates[0]?.open();
    await first;
    const second = session.load(Qwen3_0_6B);
    await settle();
    gates[1]?.open();
    await second;
    expect(calls).toEqual(['unload', `load ${tinyPath}`, 'unload', `load ${qwenPath}`]);
    expect(session.getSnapshot().status).toEqual({ kind: 'ready', modelId: Qwen3_0_6B.modelId });
  });

  it('joins a load of the same model, and does nothing for one that is there', async () => {
    const { session, calls, gates } = begin();
    const loads = [session.load(TinyDemo), session.load(TinyDemo)];
    await settle();
    gates[0]?.open();
    await Promise.all(loads);
    await session.load(TinyDemo);
    expect(calls).toEqual(['unload', `load ${tinyPath}`]);
  });

  it('lets the last request win, and never has two loads at once', async () => {
    const { session, calls, gates } = begin();
    const overtaken = [session.load(TinyDemo), session.load(Llama32_1B_Instruct)].map((load) =>
      load.catch((error: unknown) => error),
    );
    const last = session.load(Qwen3_0_6B);
    await settle();
    gates.at(-1)?.open();
    await last;
    for (const outcome of await Promise.all(overtaken)) expect(isAbortError(outcome)).toBe(true);
    expect(calls).toEqual(['unload', `load ${qwenPath}`]);
    expect(session.getSnapshot().status).toEqual({ kind: 'ready', modelId: Qwen3_0_6B.modelId });
  });

  it('calls off a load that has begun when another model is wanted', async () => {
    const { session, gates, reached } = begin();
    const first = session.load(TinyDemo).catch((error: unknown) => error);
    await reached('loading');
    await settle();
    const second = session.load(Qwen3_0_6B);
    expect(isAbortError(await first)).toBe(true);
    await settle();
    gates.at(-1)?.open();
    await second;
    expect(session.getSnapshot().status).toMatchObject({ modelId: Qwen3_0_6B.modelId });
  });

  it('waits for a load that can not be called off, and never has two at once', async () => {
    const { session, calls, gates } = begin({ deaf: true });
    const first = session.load(TinyDemo).catch(() => undefined);
    await settle();
    const second = session.load(Qwen3_0_6B);
    await settle();
    expect(calls).toEqual(['unload', `load ${tinyPath}`]);
    gates[0]?.open();
    await first;
    await settle();
    gates[1]?.open();
    await second;
    expect(calls).toEqual(['unload', `load ${tinyPath}`, 'unload', `load ${qwenPath}`]);
  });

  it('says why a load failed, has nothing in memory, and can try again', async () => {
    const { session, calls, gates } = begin();
    const failing = session.load(TinyDemo).catch((error: unknown) => error);
    await settle();
    gates[0]?.fail(new ModelError('LOAD_FAILED', { path: tinyPath, reason: 'too large' }));
    await failing;
    expect(session.getSnapshot().status).toMatchObject({
      kind: 'failed',
      failure: { code: 'LOAD_FAILED' },
    });
    const again = session.load(TinyDemo);
    await settle();
    gates[1]?.open();
    await again;
    expect(calls.filter((call) => call.startsWith('load'))).toHaveLength(2);
  });

  it('asks for no more context than the model has, and for no more than a phone holds', () => {
    const { session } = begin();
    expect(session.contextTokensOf(TinyDemo)).toBe(2_048);
    expect(session.contextTokensOf(Llama32_1B_Instruct)).toBe(4_096);
  });
});

describe('generating', () => {
  it('loads what is missing, streams, and keeps the stats', async () => {
    const { session, gates } = begin();
    const pieces: string[] = [];
    const answer = session.generate(TinyDemo, REQUEST, (piece) => pieces.push(piece));
    await settle();
    gates[0]?.open();
    await settle();
    gates[1]?.open();
    await expect(answer).resolves.toEqual(STATS);
    expect(pieces.join('')).toBe('Hello');
    expect(session.getSnapshot()).toEqual({
      status: { kind: 'ready', modelId: TinyDemo.modelId },
      lastStats: STATS,
    });
  });

  it('stops, and the model stays', async () => {
    const { session, gates, reached } = begin();
    const answer = session.generate(TinyDemo, REQUEST, () => {}).catch((error: unknown) => error);
    await settle();
    gates[0]?.open();
    await reached('generating');
    await settle();
    await session.stop();
    expect(isAbortError(await answer)).toBe(true);
    expect(session.getSnapshot().status).toEqual({ kind: 'ready', modelId: TinyDemo.modelId });
  });

  it('does not begin an answer that was stopped while its model was loading', async () => {
    const { session, calls, gates } = begin();
    const answer = session.generate(TinyDemo, REQUEST, () => {}).catch((error: unknown) => error);
    await settle();
    await session.stop();
    gates[0]?.open();
    expect(isAbortError(await answer)).toBe(true);
    expect(calls).not.toContain('generate');
  });

  it('ends the answer before another model comes', async () => {
    const { session, calls, gates, reached } = begin();
    const answer = session.generate(TinyDemo, REQUEST, () => {}).catch((error: unknown) => error);
    await settle();
    gates[0]?.open();
    await reached('generating');
    await settle();
    const next = session.load(Qwen3_0_6B);
    await settle();
    gates.at(-1)?.open();
    await next;
    expect(isAbortError(await answer)).toBe(true);
    expect(calls.slice(-3)).toEqual(['generate', 'unload', `load ${qwenPath}`]);
  });

  it('keeps the model after a failed answer', async () => {
    const { session, gates, reached } = begin();
    const answer = session.generate(TinyDemo, REQUEST, () => {}).catch((error: unknown) => error);
    await settle();
    gates[0]?.open();
    await reached('generating');
    await settle();
    gates[1]?.fail(new ModelError('CONTEXT_FULL', { contextTokens: 2_048 }));
    expect(await answer).toMatchObject({ code: 'CONTEXT_FULL' });
    expect(session.getSnapshot().status.kind).toBe('ready');
  });
});
