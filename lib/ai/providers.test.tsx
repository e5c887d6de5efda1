import { describe, expect, it } from '@jest/globals';
import { act, renderHook } from '@testing-library/react-native';
import type { PropsWithChildren, ReactElement } from 'react';
import { createTestLlm } from '../../tests/llmFixture';
import type { ChatStore } from '../db/chats';
import type { ModelSettingsStore } from '../db/modelSettings';
import { ModelError, isAbortError } from '../errors';
import type { Host, LlmEngine, Peers } from '../platform/types';
import { createManualClock } from '../platform/memory/manualClock';
import { ConversationProvider, useConversation } from './ConversationProvider';
import { createConversations } from './chat/conversations';
import { LLMProvider, useLLM } from './LLMProvider';
import { ALL_MODELS, DEFAULT_MODEL, Qwen3_0_6B, TinyDemo } from './modelConfig';
import type { LlmModelConfig } from './modelConfig';
import type { ModelManager } from './modelManager';
import {
  ModelProvider,
  useInstalledModels,
  useManagerSnapshot,
  useModel,
  useModelState,
} from './ModelProvider';
import { createModelSelection } from './engine/modelSelection';
import type { ManagerSnapshot, ModelState } from './modelState';
import { createObservable } from './observable';

const INSTALLED: ModelState = { kind: 'installed', sizeBytes: 1, installedAt: 0, files: [] };
const HOST: Host = {
  kind: 'memory',
  runtimes: ['llama.cpp'],
  maxModelBytes: undefined,
  storageName: 'memory',
  bootId: undefined,
  requestPersistence: () => Promise.resolve(true),
  deviceName: 'memory',
  memory: () => Promise.resolve({ totalBytes: undefined, availableBytes: undefined }),
  lastWords: undefined,
  keepLastWords: () => {},
  subscribe: () => () => {},
};
const PEERS: Peers = {
  withLock: (_name, work) => work(),
  withFolder: () => Promise.reject(new Error('nothing is downloaded here')),
  send: () => {},
  subscribe: () => () => {},
};

function fakeManager() {
  const snapshot = createObservable<ManagerSnapshot>({
    started: true,
    states: { [TinyDemo.modelId]: INSTALLED, [Qwen3_0_6B.modelId]: INSTALLED },
    storage: { usedBytes: 2, freeBytes: undefined },
    persistent: undefined,
    rateLimit: undefined,
    wifiOnly: false,
  });
  const put = ({ modelId }: LlmModelConfig, state: ModelState) => {
    const before = snapshot.get();
    snapshot.set({ ...before, states: { ...before.states, [modelId]: state } });
  };
  let ensure = () => Promise.resolve({ ptePath: '' });
  const manager: ModelManager = {
    start: () => Promise.resolve(),
    ensureModelPresent: () => ensure(),
    runtimeOf: () => 'llama.cpp',
    buildChoiceOf: () => ({
      runtime: 'llama.cpp',
      reason: 'only',
      others: [],
      preferred: 'llama.cpp',
    }),
    pauseDownload: () => {},
    cancelDownload: () => Promise.resolve(),
    async deleteModel(config) {
      put(config, { kind: 'absent' });
      return Promise.resolve();
    },
    getModelSize: () => Promise.resolve(1),
    verifyModel: () => Promise.resolve(),
    repairModel: () => ensure(),
    setRateLimit: () => Promise.resolve(),
    setWifiOnly: () => Promise.resolve(),
    getSnapshot: snapshot.get,
    subscribe: snapshot.subscribe,
    close: () => Promise.resolve(),
  };
  return {
    manager,
    put,
    setEnsure: (next: typeof ensure) => {
      ensure = next;
    },
  };
}

function fakeSettings() {
  let selected = DEFAULT_MODEL.modelId;
  const settings: ModelSettingsStore = {
    getSettings: () => Promise.resolve({ selectedModelId: selected, downloadedModels: [] }),
    getSelectedModelId: () => Promise.resolve(selected),
    async setSelectedModelId(modelId) {
      selected = modelId;
      return Promise.resolve();
    },
    addDownloadedModel: () => Promise.resolve(),
    removeDownloadedModel: () => Promise.resolve(),
    isModelDownloaded: () => Promise.resolve(true),
    getRateLimit: () => Promise.resolve(undefined),
    setRateLimit: () => Promise.resolve(),
    getWifiOnly: () => Promise.resolve(false),
    setWifiOnly: () => Promise.resolve(),
  };
  return { settings, saved: () => selected };
}

/** Keeps nothing. */
const NO_CHATS: ChatStore = {
  listChats: () => Promise.resolve([]),
  getEntries: () => Promise.resolve([]),
  save: () => Promise.resolve(),
  deleteChat: () => Promise.resolve(),
  deleteChats: () => Promise.resolve(),
};

const weights = (config: LlmModelConfig) => `${config.folderName}/${config.ggufFileName}`;

function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => {
      reject(Object.assign(new Error('aborted'), { name: 'AbortError' }));
    });
  });
}

function fakeEngine() {
  const loads: string[] = [];
  let endless: string | undefined;
  let failing: ModelError | undefined;
  let loaded: string | undefined;
  const engine: LlmEngine = {
    engineName: 'fake',
    engineVersion: '1',
    honoursTopP: true,
    async load({ ptePath, contextTokens }, { signal } = {}) {
      loads.push(ptePath);
      if (ptePath === endless) await aborted(signal);
      if (failing) throw failing;
      loaded = ptePath;
      return {
        facts: { contextTokens, backend: 'fake', memoryBytes: undefined },
        async generate(_request, onText) {
          onText(`I am ${ptePath}`, 'answer');
          return Promise.resolve({
            promptTokens: 1,
            generatedTokens: 1,
            timeToFirstTokenMs: 1,
            prefillTokensPerSecond: undefined,
            tokensPerSecond: 0,
            finishReason: 'stop' as const,
          });
        },
        async unload() {
          if (loaded === ptePath) loaded = undefined;
          return Promise.resolve();
        },
      };
    },
  };
  return {
    engine,
    loads,
    loaded: () => loaded,
    /** Its load ends only by being called off. */
    neverLoad: (config: LlmModelConfig) => {
      endless = weights(config);
    },
    fail: (error: ModelError) => {
      failing = error;
    },
  };
}

type Wrapper = (props: PropsWithChildren) => ReactElement;

async function begin() {
  const { manager, put, setEnsure } = fakeManager();
  const { settings, saved } = fakeSettings();
  const engine = fakeEngine();
  const llm = await createTestLlm({ engine: engine.engine });
  const conversations = createConversations(NO_CHATS, createManualClock());
  const { session } = llm;
  const parts = { manager, settings, peers: PEERS, session, models: ALL_MODELS };
  const selection = createModelSelection(parts);
  await selection.start();
  const services = { host: HOST, models: ALL_MODELS, catalogProblems: [], manager, selection };
  const wrapper = ({ children }: PropsWithChildren) => (
    <ModelProvider services={services}>
      <LLMProvider services={llm}>
        <ConversationProvider conversations={conversations}>{children}</ConversationProvider>
      </LLMProvider>
    </ModelProvider>
  );
  const { result } = renderHook(
    () => ({
      ...{ model: useModel(), llm: useLLM(), chat: useConversation() },
      states: useManagerSnapshot(({ states }) => states),
    }),
    { wrapper },
  );
  // What the provider asked for at once.
  await act(() => conversations.open(DEFAULT_MODEL.modelId));
  return { result, put, setEnsure, saved, engine, wrapper };
}

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

  it('selects the default when the selected model is removed, and gives its memory back', async () => {
    const { result, saved, engine } = await begin();
    await act(() => result.current.model.reloadModel(TinyDemo));
    await act(() => result.current.model.remove(TinyDemo));
    expect(result.current.model.currentConfig).toBe(DEFAULT_MODEL);
    expect(saved()).toBe(DEFAULT_MODEL.modelId);
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

describe('a report about a download', () => {
  /** How often a component was rendered that reads nothing but `useValue`. */
  function countRenders(useValue: () => unknown, wrapper: Wrapper) {
    let renders = 0;
    renderHook(
      () => {
        renders += 1;
        return useValue();
      },
      { wrapper },
    );
    return () => renders;
  }

  it('renders what shows that model, and no other reader', async () => {
    const { put, wrapper } = await begin();
    const own = countRenders(() => useModelState(DEFAULT_MODEL.modelId), wrapper);
    const others = [
      () => useModelState(TinyDemo.modelId),
      useInstalledModels,
      useModel,
      useLLM,
      useConversation,
      () => useManagerSnapshot(({ storage }) => storage),
    ].map((useValue) => countRenders(useValue, wrapper));
    const [ownBefore, othersBefore] = [own(), others.map((renders) => renders())];
    for (let receivedBytes = 1; receivedBytes <= 10; receivedBytes += 1) {
      act(() => {
        put(DEFAULT_MODEL, { kind: 'paused', receivedBytes, totalBytes: 10 });
      });
    }
    expect(own() - ownBefore).toBe(10);
    expect(others.map((renders) => renders())).toEqual(othersBefore);
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
