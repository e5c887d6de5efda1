/** Owns the models in memory: loads one at a time, keeps as many as fit, and lets the least recently used leave first. */
import { throwIfAborted } from '../../download/flow/abortable';
import { sum } from '../../download/plan/plan';
import { ModelError } from '../../errors';
import type { Clock, LlmEngine, LoadedModel, LoadRequest, ModelFacts } from '../../platform/types';
import type { LoadSentinel } from './loadSentinel';
import type { LlmModelConfig } from '../modelConfig';
import { installedPaths, type RuntimeOf } from '../registry/modelFiles';
import type { ModelMemory } from '../memory/modelMemory';
import { createObservable } from '../observable';

/** A model in memory, as the UI sees it. */
export interface WarmModel {
  modelId: string;
  facts: ModelFacts;
  /** What it occupies, by the engine's account or else as estimated; undefined where neither is to be had. */
  memoryBytes: number | undefined;
  loadMs: number;
}

export interface PoolLoadOptions {
  signal: AbortSignal;
  onProgress?: (fraction: number) => void;
  /** A model that must not leave to make room. */
  keepId?: string | undefined;
}

export interface ModelPool {
  /** The model, as it would be loaded now, or undefined. */
  find(config: LlmModelConfig): LoadedModel | undefined;
  /** Makes it the one that was used last. */
  touch(modelId: string): void;
  /**
   * Loads a model beside the others, or in place of those that it needs the room of. The caller
   * serialises. @throws ModelError LOAD_FAILED, UNSUPPORTED; NO_MEMORY when `keepId` is in its way
   */
  load(config: LlmModelConfig, options: PoolLoadOptions): Promise<LoadedModel>;
  /** Gives back one model's memory, or that of all but `exceptId`. Idempotent. */
  release(modelId: string): Promise<void>;
  releaseAll(exceptId?: string): Promise<void>;
  /** The one that was used last comes first; the same array until that changes. */
  getLoaded(): readonly WarmModel[];
  subscribe(listener: () => void): () => void;
}

/** How a model is loaded; a person may change it at any time. */
export type LoadChoice = Pick<LoadRequest, 'contextTokens' | 'promptFormat'>;

export interface ModelPoolParts {
  /** @throws ModelError UNSUPPORTED */
  engineOf(config: LlmModelConfig): LlmEngine;
  runtimeOf: RuntimeOf;
  clock: Clock;
  sentinel: LoadSentinel;
  memory: ModelMemory;
  loadChoiceOf(config: LlmModelConfig): LoadChoice;
}

interface Held {
  model: LoadedModel;
  /** What was asked for: the file may have cut its context short. */
  choice: LoadChoice;
  warm: WarmModel;
}

export function createModelPool(parts: ModelPoolParts): ModelPool {
  const { memory, loadChoiceOf } = parts;
  /** In the order of use. */
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
  return one.contextTokens === other.contextTokens && one.promptFormat === other.promptFormat;
}

interface Room {
  neededBytes: number | undefined;
  budgetBytes: number | undefined;
  keepId: string | undefined;
}

/** Which models make room, the least recently used first; undefined when the one to keep is in the way. */
function whoLeaves(held: readonly Held[], room: Room): string[] | undefined {
  const { neededBytes, budgetBytes, keepId } = room;
  const leaving: string[] = [];
  // Where the device or a model can't be weighed there is room for one alone.
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

/** Loads a model, written down for as long as that takes, and learns from it. */
async function loadGuarded(
  { engineOf, runtimeOf, clock, sentinel, memory }: ModelPoolParts,
  config: LlmModelConfig,
  { choice, options }: { choice: LoadChoice; options: Omit<PoolLoadOptions, 'keepId'> },
): Promise<Pick<Held, 'model' | 'warm'>> {
  const { modelId } = config;
  const { signal } = options;
  const request = { ...installedPaths(config, runtimeOf(config)), ...choice };
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
