/** The app's providers as a test renders them, over fakes. */
import { act, renderHook } from '@testing-library/react-native';
import type { PropsWithChildren, ReactElement } from 'react';
import { createTestLlm } from './llmFixture';
import type { ChatStore } from '../lib/db/chats';
import type { ModelSettingsStore } from '../lib/db/modelSettings';
import type { ModelError } from '../lib/errors';
import type { Host, LlmEngine, Peers } from '../lib/platform/types';
import { createManualClock } from '../lib/platform/memory/manualClock';
import { ConversationProvider, useConversation } from '../lib/ai/chat/ConversationProvider';
import { createConversations } from '../lib/ai/chat/conversations';
import { LLMProvider, useLLM } from '../lib/ai/LLMProvider';
import { ALL_MODELS, DEFAULT_MODEL, Qwen3_0_6B, TinyDemo } from '../lib/ai/modelConfig';
import type { LlmModelConfig } from '../lib/ai/modelConfig';
import type { ModelManager } from '../lib/ai/modelManager';
import { ModelProvider, useManagerSnapshot, useModel } from '../lib/ai/ModelProvider';
import { createModelSelection } from '../lib/ai/engine/modelSelection';
import type { ManagerSnapshot, ModelState } from '../lib/ai/modelState';
import { createObservable } from '../lib/ai/observable';

export const INSTALLED: ModelState = { kind: 'installed', sizeBytes: 1, installedAt: 0, files: [] };
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
    kept: [],
    homes: {},
    moves: {},
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
    installImported: () => Promise.reject(new Error('nothing is imported here')),
    previewDownload: () => Promise.reject(new Error('nothing is downloaded here')),
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
    freeBytes: () => Promise.resolve(undefined),
    makeRoom: () => Promise.resolve(),
    bringBack: () => Promise.resolve(),
    refreshStorage: () => Promise.resolve(),
    findRemoved: () => Promise.resolve(undefined),
    look: () => Promise.resolve(INSTALLED),
    moveModel: () => Promise.resolve(),
    cancelMove: () => Promise.resolve(),
    forgetCopy: () => Promise.resolve(),
    getModelSize: () => Promise.resolve(1),
    verifyModel: () => Promise.resolve(),
    repairModel: () => ensure(),
    adoptFiles: () => ensure(),
    adoptFolder: () => ensure(),
    versions: {
      find: () => Promise.resolve({ installed: undefined, waiting: undefined, earlier: undefined }),
      bring: () => Promise.reject(new Error('nothing is downloaded here')),
      takeOver: () => Promise.resolve(),
      goBack: () => Promise.resolve(),
      discard: () => Promise.resolve(),
      stop: () => {},
    },
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
export const NO_CHATS: ChatStore = {
  findNewest: () => Promise.resolve(undefined),
  listChats: () => Promise.resolve([]),
  getEntries: () => Promise.resolve([]),
  save: () => Promise.resolve(),
  rename: () => Promise.resolve(),
  deleteChats: () => Promise.resolve({ chats: [], messages: [] }),
  putBack: () => Promise.resolve(),
};

export const weights = (config: LlmModelConfig) => `${config.folderName}/${config.ggufFileName}`;

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

export type Wrapper = (props: PropsWithChildren) => ReactElement;

/** The three providers over a manager, a store and an engine that do as they are told. */
export async function begin(host: Partial<Host> = {}) {
  const { manager, put, setEnsure } = fakeManager();
  const { settings, saved } = fakeSettings();
  const engine = fakeEngine();
  const llm = await createTestLlm({ engine: engine.engine });
  const conversations = createConversations(NO_CHATS, createManualClock());
  const { session } = llm;
  const parts = { manager, settings, peers: PEERS, session, models: ALL_MODELS };
  const selection = createModelSelection(parts);
  await selection.start();
  const services = {
    host: { ...HOST, ...host },
    ...{ models: ALL_MODELS, catalogProblems: [], manager, selection },
  };
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
  return { result, manager, put, setEnsure, saved, engine, wrapper };
}
