/** Owns the models in memory: loads one at a time, keeps as many as fit, and removes the least recently used first. */
import { throwIfAborted } from '../../download/flow/abortable';
import { sum } from '../../download/plan/plan';
import { ModelError } from '../../errors';
import type { Clock, LlmEngine, LoadedModel, LoadRequest, ModelFacts } from '../../platform/types';
import type { LoadSentinel } from './loadSentinel';
import type { LlmModelConfig } from '../modelConfig';
import type { InstalledFile } from '../modelState';
import { installedPaths, type RuntimeOf } from '../registry/modelFiles';
import type { ModelMemory } from '../memory/modelMemory';
import { createObservable } from '../observable';

/** A model in memory, as the UI sees it. */
export interface WarmModel {
  modelId: string;
  facts: ModelFacts;
  /** Bytes that it occupies, as the engine reports or else as estimated; undefined if neither is known. */
  memoryBytes: number | undefined;
  loadMs: number;
}

export interface PoolLoadOptions {
  signal: AbortSignal;
  onProgress?: (fraction: number) => void;
  /** A model that must not be removed to make room. */
  keepId?: string | undefined;
}

export interface ModelPool {
  /** The model, loaded as a load would do it now; undefined if it isn't in memory or was loaded with other choices. */
  find(config: LlmModelConfig): LoadedModel | undefined;
  /** Makes it the most recently used one. */
  touch(modelId: string): void;
  /**
   * Loads a model beside the others, or in place of those whose memory it needs. The caller runs one load at a time.
   * @throws ModelError LOAD_FAILED, UNSUPPORTED; as `mayLoad`; NO_MEMORY when the model `keepId` would have to be removed
   */
  load(config: LlmModelConfig, options: PoolLoadOptions): Promise<LoadedModel>;
  /** Frees the memory of one model, or of all but `exceptId`. Idempotent. */
  release(modelId: string): Promise<void>;
  releaseAll(exceptId?: string): Promise<void>;
  /** The most recently used one comes first; the same array until a model or the order changes. */
  getLoaded(): readonly WarmModel[];
  subscribe(listener: () => void): () => void;
}

/** The choices that a load uses; a person may change them at any time. */
export interface LoadChoice extends Pick<LoadRequest, 'contextTokens' | 'promptFormat'> {
  /** The installed files; where they become those of another version, the model in memory isn't the installed one. */
  installed?: readonly InstalledFile[] | undefined;
}

export interface ModelPoolParts {
  /** @throws ModelError UNSUPPORTED */
  engineOf(config: LlmModelConfig): LlmEngine;
  runtimeOf: RuntimeOf;
  clock: Clock;
  sentinel: LoadSentinel;
  memory: ModelMemory;
  loadChoiceOf(config: LlmModelConfig): LoadChoice;
  /** Rejects with the reason why the model must not be loaded now. Without it, every model may be. */
  mayLoad?: ((config: LlmModelConfig) => Promise<void>) | undefined;
}

interface Held {
  model: LoadedModel;
  /** The choice at the load. The model file may allow only a shorter context. */
  choice: LoadChoice;
  warm: WarmModel;
}

export function createModelPool(parts: ModelPoolParts): ModelPool {
  const { memory, loadChoiceOf, mayLoad } = parts;
  /** The least recently used first. */
  const held = new Map<string, Held>();
  const loaded = createObservable<readonly WarmModel[]>([]);

  const publish = () => loaded.set([...held.values()].reverse().map(({ warm }) => warm));

  function hold(modelId: string, entry: Held): void {
    held.delete(modelId);
    held.set(modelId, entry);
    publish();
  }

  async function release(modelId: string): Promise<void> {
    const entry = held.get(modelId);
    if (!entry) return;
    held.delete(modelId);
    publish();
    await entry.model.unload();
  }

  async function releaseAll(exceptId?: string): Promise<void> {
    const leaving = [...held.keys()].filter((modelId) => modelId !== exceptId);
    await Promise.all(leaving.map(release));
  }

  return {
    find(config) {
      const entry = held.get(config.modelId);
      return entry && isSame(entry.choice, loadChoiceOf(config)) ? entry.model : undefined;
    },

    touch(modelId) {
      const entry = held.get(modelId);
      if (entry && [...held.keys()].at(-1) !== modelId) hold(modelId, entry);
    },

    async load(config, { keepId, ...options }) {
      const { modelId } = config;
      await mayLoad?.(config);
      const choice = loadChoiceOf(config);
      const neededBytes = memory.needOf(config, choice.contextTokens);
      await release(modelId);
      const leaving = whoLeaves([...held.values()], {
        neededBytes,
        keepId,
        budgetBytes: memory.budgetBytes(),
      });
      if (leaving === undefined) throw new ModelError('NO_MEMORY', { neededBytes });
      for (const leavingId of leaving) await release(leavingId);
      const { model, warm } = await loadGuarded(parts, config, { choice, options });
      hold(modelId, { model, choice, warm });
      return model;
    },

    release,
    releaseAll,
    getLoaded: loaded.get,
    subscribe: loaded.subscribe,
  };
}

function isSame(one: LoadChoice, other: LoadChoice): boolean {
  return (
    one.contextTokens === other.contextTokens &&
    one.promptFormat === other.promptFormat &&
    isSameVersion(one.installed, other.installed)
  );
}

/** Without the files of one of them, nothing shows that they differ: a model that is being checked is still the same. */
function isSameVersion(one: LoadChoice['installed'], other: LoadChoice['installed']): boolean {
  const digests = (files: readonly InstalledFile[]) => files.map(({ sha256 }) => sha256).join();
  return one === undefined || other === undefined || digests(one) === digests(other);
}

interface Room {
  neededBytes: number | undefined;
  budgetBytes: number | undefined;
  keepId: string | undefined;
}

/** The models to remove, the least recently used first; undefined when the model to keep would have to be removed. */
function whoLeaves(held: readonly Held[], room: Room): string[] | undefined {
  const { neededBytes, budgetBytes, keepId } = room;
  const leaving: string[] = [];
  // Without the memory size of the device or of a model there is room for one model only.
  const weigh = (bytes: number | undefined) => bytes ?? Infinity;
  const usedBytes = sum(held.map(({ warm }) => weigh(warm.memoryBytes)));
  let leftBytes = (budgetBytes ?? 0) - weigh(neededBytes) - usedBytes;
  for (const { warm } of held) {
    if (leftBytes >= 0) break;
    if (warm.modelId === keepId) continue;
    leaving.push(warm.modelId);
    leftBytes += weigh(warm.memoryBytes);
  }
  const isKept = held.some(({ warm }) => warm.modelId === keepId);
  return isKept && !(leftBytes >= 0) ? undefined : leaving;
}

/** Loads a model, with a record of the running load, and saves what the load measured. */
async function loadGuarded(
  { engineOf, runtimeOf, clock, sentinel, memory }: ModelPoolParts,
  config: LlmModelConfig,
  { choice, options }: { choice: LoadChoice; options: Omit<PoolLoadOptions, 'keepId'> },
): Promise<Pick<Held, 'model' | 'warm'>> {
  const { modelId } = config;
  const { signal } = options;
  const { installed, ...chosen } = choice;
  const request = { ...installedPaths(config, runtimeOf(config), installed), ...chosen };
  const load = async () => {
    throwIfAborted(signal);
    const startedMs = clock.monotonicMs();
    const model = await engineOf(config).load(request, options);
    return { model, loadMs: clock.monotonicMs() - startedMs };
  };
  const { model, loadMs } = await sentinel.guard(modelId, load, signal);
  const { facts } = model;
  memory.learn({
    ...{ modelId, contextTokens: facts.contextTokens, memoryBytes: facts.memoryBytes },
    ...{ loadMs, loadedAt: clock.nowMs() },
  });
  const memoryBytes = facts.memoryBytes ?? memory.needOf(config, choice.contextTokens);
  return { model, warm: { modelId, facts, memoryBytes, loadMs } };
}
