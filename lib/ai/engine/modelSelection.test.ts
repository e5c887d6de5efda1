import { describe, expect, it } from 'vitest';
import type { ModelSettingsStore } from '../../db/modelSettings';
import { ModelError } from '../../errors';
import type { LlmSession } from './llmSession';
import type { LlmStatus } from './llmSnapshot';
import { ALL_MODELS, DEFAULT_MODEL, Qwen3_0_6B, Qwen3_1_7B, TinyDemo } from '../modelConfig';
import type { LlmModelConfig } from '../modelConfig';
import type { ModelManager } from '../modelManager';
import { createRegistry } from '../registry/registry';
import { createModelSelection } from './modelSelection';
import type { ModelState } from '../modelState';

const INSTALLED: ModelState = { kind: 'installed', sizeBytes: 1, installedAt: 0, files: [] };

interface World {
  saved: string;
  installed: LlmModelConfig[];
  load: (config: LlmModelConfig) => Promise<void>;
  saving: () => Promise<void>;
}

function begin(world: Partial<World> = {}) {
  const steps: string[] = [];
  const sent: unknown[] = [];
  let saved = world.saved ?? DEFAULT_MODEL.modelId;
  let installed = world.installed ?? [TinyDemo, Qwen3_0_6B, Qwen3_1_7B];
  let status: LlmStatus = { kind: 'empty' };
  let deliver: (message: unknown) => void = () => {};

  const manager = {
    getSnapshot: () => ({
      states: Object.fromEntries(installed.map(({ modelId }) => [modelId, INSTALLED])),
    }),
    async deleteModel(config: LlmModelConfig) {
      steps.push(`delete ${config.modelId}`);
      installed = installed.filter(({ modelId }) => modelId !== config.modelId);
      return Promise.resolve();
    },
    async bringBack(config: LlmModelConfig) {
      installed = [...installed, config];
      return Promise.resolve();
    },
  } as unknown as ModelManager;
  const settings = {
    getSelectedModelId: () => Promise.resolve(saved),
    async setSelectedModelId(modelId: string) {
      await world.saving?.();
      steps.push(`save ${modelId}`);
      saved = modelId;
    },
  } as unknown as ModelSettingsStore;
  const session = {
    getSnapshot: () => ({ status }),
    async load(config: LlmModelConfig) {
      steps.push(`load ${config.modelId}`);
      await world.load?.(config);
      status = { kind: 'ready', modelId: config.modelId };
    },
    unload(modelId: string) {
      steps.push(`unload ${modelId}`);
      if (status.kind !== 'empty' && status.modelId === modelId) status = { kind: 'empty' };
      return Promise.resolve();
    },
  } as unknown as LlmSession;
  const peers = {
    withLock: <T>(_name: string, work: () => Promise<T>) => work(),
    withFolder: () => Promise.reject(new Error('nothing is downloaded here')),
    send: (message: unknown) => void sent.push(message),
    subscribe(listener: (message: unknown) => void) {
      deliver = listener;
      return () => {
        deliver = () => {};
      };
    },
  };
  const registry = createRegistry(ALL_MODELS);
  const selection = createModelSelection({ manager, settings, peers, session, models: registry });
  return {
    selection,
    registry,
    steps,
    sent,
    saved: () => saved,
    deliver: (message: unknown) => {
      deliver(message);
    },
  };
}

/** A promise that the test settles. */
function gate() {
  let open = () => {};
  let fail: (error: Error) => void = () => {};
  const promise = new Promise<void>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  return { promise, open, fail };
}

const loadFailure = new ModelError('LOAD_FAILED', { path: 'a', reason: 'too large' });

describe('start', () => {
  it('goes on with what was selected', async () => {
    const { selection } = begin({ saved: TinyDemo.modelId });
    await selection.start();
    expect(selection.getSelectedModelId()).toBe(TinyDemo.modelId);
  });

  it('falls back to the default when the selected model is gone, and saves that', async () => {
    const { selection, saved } = begin({ saved: TinyDemo.modelId, installed: [] });
    await selection.start();
    expect(selection.getSelectedModelId()).toBe(DEFAULT_MODEL.modelId);
    expect(saved()).toBe(DEFAULT_MODEL.modelId);
  });

  it('falls back to the default when no catalog knows the selected model any more', async () => {
    const { selection, saved } = begin({ saved: 'from-an-old-catalog' });
    await selection.start();
    expect(saved()).toBe(DEFAULT_MODEL.modelId);
  });
});

describe('select', () => {
  it('saves first, then loads, and tells the other tabs', async () => {
    const { selection, steps, sent } = begin();
    await selection.start();
    await selection.select(TinyDemo);
    expect(steps).toEqual([`save ${TinyDemo.modelId}`, `load ${TinyDemo.modelId}`]);
    expect(sent).toEqual([{ kind: 'selection', modelId: TinyDemo.modelId }]);
    expect(selection.getSelectedModelId()).toBe(TinyDemo.modelId);
  });

  it('refuses a model that is not here, and changes nothing', async () => {
    const { selection, steps } = begin({ installed: [] });
    await selection.start();
    await expect(selection.select(TinyDemo)).rejects.toMatchObject({ code: 'MODEL_MISSING' });
    expect(steps).toEqual([]);
  });

  it('keeps the old one when the choice can not be saved', async () => {
    const { selection, steps } = begin({
      saving: () => Promise.reject(new ModelError('DB_FAILED', { reason: 'locked' })),
    });
    await selection.start();
    await expect(selection.select(TinyDemo)).rejects.toMatchObject({ code: 'DB_FAILED' });
    expect(selection.getSelectedModelId()).toBe(DEFAULT_MODEL.modelId);
    expect(steps).toEqual([]);
  });

  it('begins with the default where the saved one is gone and the disk is too full to write that', async () => {
    const { selection, saved } = begin({
      saved: TinyDemo.modelId,
      installed: [],
      saving: () => Promise.reject(new ModelError('DB_FAILED', { reason: 'full' })),
    });
    await selection.start();
    expect(selection.getSelectedModelId()).toBe(DEFAULT_MODEL.modelId);
    expect(saved()).toBe(TinyDemo.modelId);
  });

  it('goes back to the old one when the new one does not load, on disk too', async () => {
    const failing = { load: () => Promise.resolve() };
    const { selection, saved } = begin({ load: () => failing.load() });
    await selection.start();
    await selection.select(TinyDemo);
    failing.load = () => Promise.reject(loadFailure);
    await expect(selection.select(Qwen3_0_6B)).rejects.toBe(loadFailure);
    expect(selection.getSelectedModelId()).toBe(TinyDemo.modelId);
    expect(saved()).toBe(TinyDemo.modelId);
  });

  it('lets a later choice stand when an earlier one fails before it is loaded', async () => {
    const first = gate();
    const second = gate();
    const { selection, steps, saved } = begin({
      load: (config) => (config === TinyDemo ? first.promise : second.promise),
    });
    await selection.start();
    const failing = selection.select(TinyDemo).catch((error: unknown) => error);
    const lasting = selection.select(Qwen3_0_6B);
    first.fail(loadFailure);
    expect(await failing).toBe(loadFailure);
    second.open();
    await lasting;
    expect(selection.getSelectedModelId()).toBe(Qwen3_0_6B.modelId);
    expect(saved()).toBe(Qwen3_0_6B.modelId);
    expect(steps).not.toContain(`save ${DEFAULT_MODEL.modelId}`);
  });
});

describe('remove', () => {
  it('takes a loaded model out of memory before its files go, then selects another one', async () => {
    const { selection, steps } = begin();
    await selection.start();
    await selection.select(TinyDemo);
    steps.length = 0;
    await selection.deleteModel(TinyDemo);
    expect(steps).toEqual([
      `unload ${TinyDemo.modelId}`,
      `delete ${TinyDemo.modelId}`,
      `save ${Qwen3_0_6B.modelId}`,
    ]);
    expect(selection.getSelectedModelId()).toBe(Qwen3_0_6B.modelId);
  });

  it('selects the default when no model is left', async () => {
    const { selection, saved } = begin({ installed: [TinyDemo] });
    await selection.start();
    await selection.select(TinyDemo);
    await selection.deleteModel(TinyDemo);
    expect(selection.getSelectedModelId()).toBe(DEFAULT_MODEL.modelId);
    expect(saved()).toBe(DEFAULT_MODEL.modelId);
  });

  it('selects a model again that comes back, unless another one was selected since', async () => {
    const { selection, saved } = begin();
    await selection.start();
    await selection.select(TinyDemo);
    await selection.deleteModel(TinyDemo);
    await selection.bringBack(TinyDemo);
    expect(selection.getSelectedModelId()).toBe(TinyDemo.modelId);
    expect(saved()).toBe(TinyDemo.modelId);
    await selection.deleteModel(TinyDemo);
    await selection.select(Qwen3_1_7B);
    await selection.bringBack(TinyDemo);
    expect(selection.getSelectedModelId()).toBe(Qwen3_1_7B.modelId);
  });

  it('leaves the selection alone when another model goes', async () => {
    const { selection, steps } = begin();
    await selection.start();
    await selection.select(TinyDemo);
    steps.length = 0;
    await selection.deleteModel(Qwen3_0_6B);
    expect(steps).toEqual([`unload ${Qwen3_0_6B.modelId}`, `delete ${Qwen3_0_6B.modelId}`]);
    expect(selection.getSelectedModelId()).toBe(TinyDemo.modelId);
  });
});

describe('other tabs', () => {
  it('follows a choice that another tab made, and gives its own model back', async () => {
    const { selection, steps, deliver } = begin();
    await selection.start();
    await selection.select(TinyDemo);
    steps.length = 0;
    deliver({ kind: 'selection', modelId: Qwen3_0_6B.modelId });
    expect(selection.getSelectedModelId()).toBe(Qwen3_0_6B.modelId);
    expect(steps).toEqual([`unload ${TinyDemo.modelId}`]);
  });

  it('may be of a model that was offered after the start', async () => {
    const { selection, registry, deliver } = begin();
    await selection.start();
    const later = { ...TinyDemo, modelId: 'later', folderName: 'later' };
    deliver({ kind: 'selection', modelId: later.modelId });
    expect(selection.getSelectedModelId()).toBe(DEFAULT_MODEL.modelId);
    registry.offer([later]);
    deliver({ kind: 'selection', modelId: later.modelId });
    expect(selection.getSelectedModelId()).toBe(later.modelId);
  });

  it.each([
    undefined,
    null,
    'selection',
    { kind: 'selection' },
    { kind: 'selection', modelId: 7 },
    { kind: 'selection', modelId: 'unknown' },
    { kind: 'pause', modelId: Qwen3_0_6B.modelId },
  ])('ignores %o', async (message) => {
    const { selection, deliver } = begin();
    await selection.start();
    deliver(message);
    expect(selection.getSelectedModelId()).toBe(DEFAULT_MODEL.modelId);
  });
});
