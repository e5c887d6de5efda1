import { describe, expect, it } from '@jest/globals';
import { act, renderHook } from '@testing-library/react-native';
import { INSTALLED, begin, weights } from '../../tests/providersFixture';
import { ModelError, isAbortError } from '../errors';
import { DEFAULT_MODEL, Qwen3_0_6B, TinyDemo } from './modelConfig';
import { useModel } from './ModelProvider';

describe('useModel', () => {
  it('begins with the default and what is on the device', async () => {
    const { result } = await begin();
    expect(result.current.model.currentConfig).toBe(DEFAULT_MODEL);
    expect(result.current.states[TinyDemo.modelId]).toBe(INSTALLED);
  });

  it('selects: the database remembers, the engine reloads, the config changes', async () => {
    const { result, saved, engine } = await begin();
    await act(() => result.current.model.reloadModel(TinyDemo));
    expect(saved()).toBe(TinyDemo.modelId);
    expect(engine.loads).toEqual([weights(TinyDemo)]);
    expect(result.current.model.currentConfig).toBe(TinyDemo);
    expect(result.current.llm.status).toEqual({ kind: 'ready', modelId: TinyDemo.modelId });
  });

  it('keeps the old selection when the new model does not load', async () => {
    const { result, saved, engine } = await begin();
    await act(() => result.current.model.reloadModel(TinyDemo));
    engine.fail(new ModelError('LOAD_FAILED', { path: '', reason: 'too large' }));
    await act(async () => {
      await expect(result.current.model.reloadModel(Qwen3_0_6B)).rejects.toMatchObject({
        code: 'LOAD_FAILED',
      });
    });
    expect(result.current.model.currentConfig).toBe(TinyDemo);
    expect(saved()).toBe(TinyDemo.modelId);
  });

  it('selects another installed model when the selected one is removed, and gives its memory back', async () => {
    const { result, saved, engine } = await begin();
    await act(() => result.current.model.reloadModel(TinyDemo));
    await act(() => result.current.model.deleteModel(TinyDemo));
    expect(result.current.model.currentConfig).toBe(Qwen3_0_6B);
    expect(saved()).toBe(Qwen3_0_6B.modelId);
    expect(engine.loaded()).toBeUndefined();
  });

  it('resolves a download that was paused, and one whose failure is in the state', async () => {
    const { result, put, setEnsure } = await begin();
    setEnsure(() => Promise.reject(Object.assign(new Error('paused'), { name: 'AbortError' })));
    await act(() => result.current.model.download(DEFAULT_MODEL));
    const failure = { code: 'NET_OFFLINE', details: { host: 'hub.example' } } as const;
    setEnsure(() => {
      put(DEFAULT_MODEL, { kind: 'failed', failure, receivedBytes: 0, totalBytes: undefined });
      return Promise.reject(new ModelError('NET_OFFLINE', failure.details));
    });
    await act(() => result.current.model.download(DEFAULT_MODEL));
    expect(result.current.states[DEFAULT_MODEL.modelId]?.kind).toBe('failed');
  });

  it('rejects a download that failed without a trace in the state', async () => {
    const { result, setEnsure } = await begin();
    setEnsure(() =>
      Promise.reject(new ModelError('MODEL_UNAVAILABLE', { modelId: 'x', reason: 'Coming soon.' })),
    );
    await expect(result.current.model.download(DEFAULT_MODEL)).rejects.toMatchObject({
      code: 'MODEL_UNAVAILABLE',
    });
  });
});

describe('useLLM', () => {
  it('loads the last of several selections, and only answers with that', async () => {
    const { result, engine } = await begin();
    engine.neverLoad(TinyDemo);
    await act(async () => {
      const overtaken = result.current.model.reloadModel(TinyDemo).catch((error: unknown) => error);
      await result.current.model.reloadModel(Qwen3_0_6B);
      expect(isAbortError(await overtaken)).toBe(true);
    });
    expect(engine.loaded()).toBe(weights(Qwen3_0_6B));
    expect(result.current.model.currentConfig).toBe(Qwen3_0_6B);
  });

  it('keeps its functions while its status changes, so that nobody loads again for that', async () => {
    const { result } = await begin();
    await act(() => result.current.model.reloadModel(TinyDemo));
    const { prepare, generate } = result.current.llm;
    await act(() => result.current.chat.send('Hello'));
    expect(result.current.llm.prepare).toBe(prepare);
    expect(result.current.llm.generate).toBe(generate);
  });

  it('gives the memory back when another tab removes the files under the model', async () => {
    const { result, put, engine } = await begin();
    await act(() => result.current.model.reloadModel(TinyDemo));
    await act(async () => {
      put(TinyDemo, { kind: 'absent' });
      return Promise.resolve();
    });
    expect(engine.loaded()).toBeUndefined();
    expect(result.current.llm.status.kind).toBe('empty');
  });
});

describe('useConversation', () => {
  it('answers with the selected model, loading it first', async () => {
    const { result, engine } = await begin();
    await act(() => result.current.model.reloadModel(TinyDemo));
    await act(() => result.current.chat.send('Who are you?'));
    expect(result.current.chat.entries.map(({ text }) => text)).toEqual([
      'Who are you?',
      `I am ${weights(TinyDemo)}`,
    ]);
    expect(engine.loads).toHaveLength(1);
    await act(() => result.current.chat.startNew());
    expect(result.current.chat.entries).toEqual([]);
  });
});

it('names the missing provider', () => {
  expect(() => renderHook(() => useModel())).toThrow('useModel needs a ModelProvider');
});
