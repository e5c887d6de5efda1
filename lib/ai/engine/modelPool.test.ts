import { describe, expect, it } from 'vitest';
import {
  REQUEST,
  ROOMY,
  beginSession,
  qwenPath,
  settle,
  tinyPath,
} from '../../../tests/scriptedSession';
import { ModelError } from '../../errors';
import { Llama32_1B_Instruct, Qwen3_0_6B, TinyDemo } from '../modelConfig';

describe('several models', () => {
  it('stay in memory where they fit, and switching between them loads nothing', async () => {
    const { session, calls, load } = await beginSession(ROOMY);
    await load(TinyDemo);
    await load(Qwen3_0_6B);
    await session.load(TinyDemo);
    expect(calls).toEqual([`load ${tinyPath}`, `load ${qwenPath}`]);
    expect(session.getSnapshot().status).toEqual({ kind: 'ready', modelId: TinyDemo.modelId });
    expect(session.getSnapshot().loaded.map(({ modelId }) => modelId)).toEqual([
      TinyDemo.modelId,
      Qwen3_0_6B.modelId,
    ]);
  });

  it('make room for a third, the least recently used first', async () => {
    const { session, calls, load } = await beginSession(ROOMY);
    await load(TinyDemo);
    await load(Qwen3_0_6B);
    await session.load(TinyDemo);
    await load(Llama32_1B_Instruct);
    expect(calls.slice(2, 3)).toEqual([`unload ${qwenPath}`]);
    expect(session.getSnapshot().loaded.map(({ modelId }) => modelId)).toEqual([
      Llama32_1B_Instruct.modelId,
      TinyDemo.modelId,
    ]);
  });

  it('can be brought in ahead, and the one that answers stays the one that answers', async () => {
    const { session, gates, load } = await beginSession(ROOMY);
    await load(TinyDemo);
    const preloading = session.preload(Qwen3_0_6B);
    await settle();
    expect(session.getSnapshot()).toMatchObject({
      status: { kind: 'ready', modelId: TinyDemo.modelId },
      preloadingId: Qwen3_0_6B.modelId,
    });
    gates.at(-1)?.open();
    await preloading;
    expect(session.getSnapshot()).toMatchObject({
      status: { kind: 'ready', modelId: TinyDemo.modelId },
      loaded: [{ modelId: TinyDemo.modelId }, { modelId: Qwen3_0_6B.modelId }],
      preloadingId: undefined,
    });
  });

  it('are not brought in ahead at the cost of the one that answers', async () => {
    const { session, calls, load } = await beginSession();
    await load(TinyDemo);
    await expect(session.preload(Qwen3_0_6B)).rejects.toMatchObject({ code: 'NO_MEMORY' });
    expect(calls).toEqual([`load ${tinyPath}`]);
    expect(session.getSnapshot().loaded).toHaveLength(1);
  });

  it('leave one by one when the person says so', async () => {
    const { session, calls, load } = await beginSession(ROOMY);
    await load(TinyDemo);
    await load(Qwen3_0_6B);
    await session.unload(TinyDemo.modelId);
    expect(calls.at(-1)).toBe(`unload ${tinyPath}`);
    expect(session.getSnapshot().status).toEqual({ kind: 'ready', modelId: Qwen3_0_6B.modelId });
    await session.unload(Qwen3_0_6B.modelId);
    expect(session.getSnapshot()).toMatchObject({ status: { kind: 'empty' }, loaded: [] });
  });

  it('are loaded anew for another context length', async () => {
    let contextTokens = 1_024;
    const { calls, load } = await beginSession({ ...ROOMY, contextTokens: () => contextTokens });
    await load(TinyDemo);
    contextTokens = 2_048;
    await load(TinyDemo);
    expect(calls).toEqual([`load ${tinyPath}`, `unload ${tinyPath}`, `load ${tinyPath}`]);
  });
});

describe('a load that fails', () => {
  const broken = new ModelError('LOAD_FAILED', { path: qwenPath, reason: 'damaged' });

  it('leaves the model that answers where both fit', async () => {
    const { session, gates, calls, load } = await beginSession(ROOMY);
    await load(TinyDemo);
    const failing = session.load(Qwen3_0_6B);
    await settle();
    gates.at(-1)?.fail(broken);
    await expect(failing).rejects.toBe(broken);
    expect(calls).toEqual([`load ${tinyPath}`, `load ${qwenPath}`]);
    expect(session.getSnapshot().status).toEqual({ kind: 'ready', modelId: TinyDemo.modelId });
  });

  it('brings back the model that had to leave for it', async () => {
    const { session, gates, calls, load, reached } = await beginSession();
    await load(TinyDemo);
    const failing = session.load(Qwen3_0_6B);
    await settle();
    gates.at(-1)?.fail(broken);
    await settle();
    gates.at(-1)?.open();
    await expect(failing).rejects.toBe(broken);
    await reached('ready');
    expect(calls.slice(-2)).toEqual([`load ${qwenPath}`, `load ${tinyPath}`]);
    expect(session.getSnapshot().status).toEqual({ kind: 'ready', modelId: TinyDemo.modelId });
  });
});

describe('a loan', () => {
  it('is of a model that was just loaded, and ends when somebody wants to chat', async () => {
    const { session, gates, calls, load } = await beginSession(ROOMY);
    await load(TinyDemo);
    const lent = session.lend(TinyDemo, ({ model, signal }) =>
      model.generate(REQUEST, () => {}, signal),
    );
    await settle();
    gates.at(-1)?.open();
    await settle();
    expect(session.getSnapshot().status).toEqual({ kind: 'measuring', modelId: TinyDemo.modelId });
    expect(calls).toEqual([
      `load ${tinyPath}`,
      `unload ${tinyPath}`,
      `load ${tinyPath}`,
      'generate',
    ]);
    const chat = session.load(Qwen3_0_6B);
    await expect(lent).rejects.toMatchObject({ name: 'AbortError' });
    await settle();
    gates.at(-1)?.open();
    await chat;
    expect(session.getSnapshot().status).toEqual({ kind: 'ready', modelId: Qwen3_0_6B.modelId });
  });
});
