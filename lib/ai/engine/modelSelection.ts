/** Owns which model is selected: saves it, then tells the other tabs, then loads it. Doesn't depend on React. */
import { writeIfPossible } from '../../db/writeIfPossible';
import { ModelError, isAbortError } from '../../errors';
import type { ModelSettingsStore } from '../../db/modelSettings';
import type { Peers } from '../../platform/types';
import type { LlmSession } from './llmSession';
import { DEFAULT_MODEL_ID } from '../modelId';
import type { LlmModelConfig } from '../modelConfig';
import type { ModelManager, Removal } from '../modelManager';
import { createObservable } from '../observable';
import { toRegistry, type Registry } from '../registry/registry';

export interface ModelSelection {
  /**
   * Reads the saved selection. If that model isn't installed on this device, the default becomes selected. Call once,
   * after the manager has started. @throws ModelError DB_FAILED
   */
  start(): Promise<void>;
  /**
   * Makes an installed model the selected one and loads it. After a failure the previous model is selected again.
   * Rejects with AbortError when a later selection replaces this one.
   * @throws ModelError MODEL_MISSING, DB_FAILED, LOAD_FAILED
   */
  select(config: LlmModelConfig): Promise<void>;
  /**
   * Removes the model from memory, then from the device; it can come back. Another installed model replaces a selected
   * one; the default does if there is none. @throws as `deleteModel` does
   */
  deleteModel(config: LlmModelConfig, removal?: Removal): Promise<void>;
  /**
   * Takes a removal back. A model that was selected is selected again, unless another one was selected in the meantime, or
   * the app was started anew. @throws as `ModelManager.bringBack`
   */
  bringBack(config: LlmModelConfig): Promise<void>;
  getSelectedModelId(): string;
  subscribe(listener: () => void): () => void;
  close(): void;
}

export interface ModelSelectionParts {
  manager: ModelManager;
  settings: ModelSettingsStore;
  peers: Peers;
  session: LlmSession;
  models: readonly LlmModelConfig[] | Registry;
}

export function createModelSelection(parts: ModelSelectionParts): ModelSelection {
  const { manager, settings, peers, session } = parts;
  const registry = toRegistry(parts.models);
  const selectedId = createObservable(DEFAULT_MODEL_ID);
  /** The last selection that is known to work; a failed selection is replaced by it. */
  let confirmedId = DEFAULT_MODEL_ID;
  /** Counts the selections of all tabs, so that a failed selection can tell whether it is still the last one. */
  let latest = 0;
  /** The selected model that was removed last, and the selection that followed it. */
  let removed: { modelId: string; at: number } | undefined;
  let writes: Promise<unknown> = Promise.resolve();
  let stopListening = () => {};

  const isInstalled = (modelId: string) =>
    manager.getSnapshot().states[modelId]?.kind === 'installed';

  /** One write at a time, so that the row ends with the last request. */
  function save(modelId: string): Promise<void> {
    const saved = writes.then(() => settings.setSelectedModelId(modelId));
    writes = saved.catch(() => undefined);
    return saved;
  }

  async function choose(modelId: string): Promise<void> {
    await save(modelId);
    selectedId.set(modelId);
    peers.send({ kind: 'selection', modelId });
  }

  function follow(message: unknown): void {
    const modelId = selectionIn(message);
    if (modelId === undefined || registry.find(modelId) === undefined) return;
    latest += 1;
    confirmedId = modelId;
    selectedId.set(modelId);
    const { status } = session.getSnapshot();
    if (status.kind === 'empty' || status.modelId === modelId) return;
    // A later load in this tab cancels this; if the engine can't unload, that load reports it.
    session.unload(status.modelId).catch(() => undefined);
  }

  return {
    async start() {
      const saved = await settings.getSelectedModelId();
      const usable = registry.find(saved) !== undefined && isInstalled(saved);
      const modelId = usable ? saved : DEFAULT_MODEL_ID;
      if (modelId !== saved) await writeIfPossible(save(modelId));
      confirmedId = modelId;
      selectedId.set(modelId);
      stopListening = peers.subscribe(follow);
    },

    async select(config) {
      const { modelId } = config;
      if (!isInstalled(modelId)) throw new ModelError('MODEL_MISSING', { modelId });
      const mine = ++latest;
      await choose(modelId);
      try {
        await session.load(config);
        confirmedId = modelId;
      } catch (error) {
        // A later selection takes precedence; and a cancelled load proves nothing about the model.
        if (mine === latest && !isAbortError(error)) await choose(confirmedId);
        throw error;
      }
    },

    async deleteModel(config, removal = { canComeBack: true }) {
      await session.unload(config.modelId);
      await manager.deleteModel(config, removal);
      if (selectedId.get() !== config.modelId) return;
      latest += 1;
      removed = { modelId: config.modelId, at: latest };
      const next = registry.getModels().find(({ modelId }) => isInstalled(modelId));
      confirmedId = next?.modelId ?? DEFAULT_MODEL_ID;
      await choose(confirmedId);
    },

    async bringBack(config) {
      await manager.bringBack(config);
      const { modelId } = config;
      if (removed?.modelId !== modelId || removed.at !== latest) return;
      confirmedId = modelId;
      await choose(modelId);
    },

    getSelectedModelId: selectedId.get,
    subscribe: selectedId.subscribe,
    close() {
      stopListening();
    },
  };
}

/** The model id in a message from another tab; undefined for any other message. */
function selectionIn(message: unknown): string | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  if (!('kind' in message) || message.kind !== 'selection') return undefined;
  return 'modelId' in message && typeof message.modelId === 'string' ? message.modelId : undefined;
}
