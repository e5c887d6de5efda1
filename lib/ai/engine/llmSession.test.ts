import { describe, expect, it } from 'vitest';
import {
  REQUEST,
  STATS,
  beginSession,
  qwenPath,
  settle,
  tinyPath,
} from '../../../tests/scriptedSession';
import { ModelError, isAbortError } from '../../errors';
import { Llama32_1B_Instruct, Qwen3_0_6B, TinyDemo } from '../modelConfig';

describe('loading', () => {
  it('unloads the old model before the new one comes', async () => {
    const { session, calls, gates } = await beginSession();
    const first = session.load(TinyDemo);
    await settle();
    gates[0]?.open();
    await first;
    const second = session.load(Qwen3_0_6B);
    await settle();
    gates[1]?.open();
    await second;
    expect(calls).toEqual([`load ${tinyPath}`, `unload ${tinyPath}`, `load ${qwenPath}`]);
    expect(session.getSnapshot().status).toEqual({ kind: 'ready', modelId: Qwen3_0_6B.modelId });
  });

  it('joins a load of the same model, and does nothing for one that is there', async () => {
    const { session, calls, gates } = await beginSession();
    const loads = [session.load(TinyDemo), session.load(TinyDemo)];
    await settle();
    gates[0]?.open();
    await Promise.all(loads);
    await session.load(TinyDemo);
    expect(calls).toEqual([`load ${tinyPath}`]);
  });

  it('lets the last request win, and never has two loads at once', async () => {
    const { session, calls, gates } = await beginSession();
    const overtaken = [session.load(TinyDemo), session.load(Llama32_1B_Instruct)].map((load) =>
      load.catch((error: unknown) => error),
    );
    const last = session.load(Qwen3_0_6B);
    await settle();
    gates.at(-1)?.open();
    await last;
    for (const outcome of await Promise.all(overtaken)) expect(isAbortError(outcome)).toBe(true);
    expect(calls).toEqual([`load ${qwenPath}`]);
    expect(session.getSnapshot().status).toEqual({ kind: 'ready', modelId: Qwen3_0_6B.modelId });
  });

  it('calls off a load that has begun when another model is wanted', async () => {
    const { session, gates, reached } = await beginSession();
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
    const { session, calls, gates } = await beginSession({ deaf: true });
    const first = session.load(TinyDemo).catch(() => undefined);
    await settle();
    const second = session.load(Qwen3_0_6B);
    await settle();
    expect(calls).toEqual([`load ${tinyPath}`]);
    gates[0]?.open();
    await first;
    await settle();
    gates[1]?.open();
    await second;
    expect(calls).toEqual([`load ${tinyPath}`, `unload ${tinyPath}`, `load ${qwenPath}`]);
  });

  it('says why a load failed, has nothing in memory, and can try again', async () => {
    const { session, calls, gates } = await beginSession();
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
});

describe('generating', () => {
  it('loads what is missing, streams, and keeps the stats', async () => {
    const { session, gates } = await beginSession();
    const pieces: string[] = [];
    const answer = session.generate(TinyDemo, REQUEST, (piece) => pieces.push(piece));
    await settle();
    gates[0]?.open();
    await settle();
    gates[1]?.open();
    await expect(answer).resolves.toEqual(STATS);
    expect(pieces.join('')).toBe('Hello');
    expect(session.getSnapshot()).toMatchObject({
      status: { kind: 'ready', modelId: TinyDemo.modelId },
      lastStats: STATS,
    });
  });

  it('stops, and the model stays', async () => {
    const { session, gates, reached } = await beginSession();
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
    const { session, calls, gates } = await beginSession();
    const answer = session.generate(TinyDemo, REQUEST, () => {}).catch((error: unknown) => error);
    await settle();
    await session.stop();
    gates[0]?.open();
    expect(isAbortError(await answer)).toBe(true);
    expect(calls).not.toContain('generate');
  });

  it('loads the model again where the test of another one, called off, has just taken its room', async () => {
    const { session, load, gates } = await beginSession();
    await load(TinyDemo);
    const test = session
      .lend(Qwen3_0_6B, () => Promise.resolve(), { whenIdle: true })
      .catch((error: unknown) => error);
    const answer = session.generate(TinyDemo, REQUEST, () => {});
    expect(isAbortError(await test)).toBe(true);
    await settle();
    gates.at(-1)?.open();
    await settle();
    gates.at(-1)?.open();
    await expect(answer).resolves.toEqual(STATS);
  });

  it('does not begin an answer that was stopped while the engine was still busy with a test', async () => {
    const { session, calls, load, gates } = await beginSession({ deaf: true });
    await load(TinyDemo);
    const test = session
      .lend(TinyDemo, ({ model, signal }) => model.generate(REQUEST, () => {}, signal), {
        whenIdle: true,
      })
      .catch(() => undefined);
    await settle();
    const answer = session.generate(TinyDemo, REQUEST, () => {}).catch((error: unknown) => error);
    await settle();
    await session.stop();
    gates.at(-1)?.open();
    await test;
    expect(isAbortError(await answer)).toBe(true);
    expect(calls.filter((call) => call === 'generate')).toHaveLength(1);
  });

  it('ends the answer before another model comes', async () => {
    const { session, calls, gates, reached } = await beginSession();
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
    expect(calls.slice(-3)).toEqual(['generate', `unload ${tinyPath}`, `load ${qwenPath}`]);
  });

  it('keeps the model after a failed answer', async () => {
    const { session, gates, reached } = await beginSession();
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
