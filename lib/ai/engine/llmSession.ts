/** Owns which model answers: one request at a time, the last request wins. Knows no React. */
import { abortable, throwIfAborted } from '../../download/flow/abortable';
import { finallyDo } from '../../download/flow/finallyDo';
import { abortError, isModelError } from '../../errors';
import type { GenerateRequest, GenerationStats, LoadedModel, OnText } from '../../platform/types';
import { createCurrentModel } from './currentModel';
import type { CurrentModel } from './currentModel';
import type { LlmSnapshot, LlmStatus } from './llmSnapshot';
import type { LlmModelConfig } from '../modelConfig';
import { createModelPool } from './modelPool';
import type { ModelPool, ModelPoolParts } from './modelPool';
import { createObservable } from '../observable';
import { createTurns } from './turns';
import type { Turns } from './turns';

export interface Loan {
  model: LoadedModel;
  loadMs: number;
  /** Says that somebody wants the engine back, or that whoever borrowed it gave up. */
  signal: AbortSignal;
}

export interface LendOptions {
  /**
   * Disturb nobody: wait for the end of what runs, lend the model as it is where it is in memory, and
   * bring back the one that answered where it had to make room.
   */
  whenIdle?: boolean;
  signal?: AbortSignal | undefined;
}

export interface LlmSession {
  /**
   * Makes an installed model the one that answers, interrupting whatever runs. At once where it is
   * in memory. A request that a later one overtakes rejects with AbortError; after any other failure
   * the model that answered before does so again.
   * @throws ModelError LOAD_FAILED, UNSUPPORTED
   */
  load(config: LlmModelConfig): Promise<void>;
  /** Brings a model into memory beside the one that answers, once nothing else is to be done. @throws as `load`; NO_MEMORY */
  preload(config: LlmModelConfig): Promise<void>;
  /** Loads the model where it isn't, then streams its answer. @throws as `load` and `LoadedModel.generate` do */
  generate(
    config: LlmModelConfig,
    request: GenerateRequest,
    onText: OnText,
  ): Promise<GenerationStats>;
  /** Ends the answer that is running or about to; it rejects with AbortError. The model stays. */
  stop(): Promise<void>;
  /**
   * Loads a model anew, whether it is there or not, and lends it for measuring; it stays in memory.
   * Interrupts whatever runs. Once `signal` aborts it rejects with AbortError, also while the model
   * is loading. @throws as `load` and `measure` do
   */
  lend<T>(
    config: LlmModelConfig,
    measure: (loan: Loan) => Promise<T>,
    options?: LendOptions,
  ): Promise<T>;
  /** Gives back the memory of one model, calling off what it is doing; of all without an id. Idempotent. */
  unload(modelId?: string): Promise<void>;
  /** Gives back what isn't in use: all models but the one that answers, or once nothing is to be done any more, that one, too. */
  relieve(what: 'others' | 'all'): Promise<void>;
  /** Says that the app was killed while it loaded this model. With `isSelected` it then isn't loaded before a person asks for it. */
  noteInterrupted(modelId: string, isSelected: boolean): void;
  /** Gives back all memory; whatever is asked for afterwards rejects with AbortError. */
  close(): Promise<void>;
  getSnapshot(): LlmSnapshot;
  subscribe(listener: () => void): () => void;
}

/** What the verbs below share. */
interface SessionContext {
  pool: ModelPool;
  turns: Turns;
  current: CurrentModel;
  getSnapshot(): LlmSnapshot;
  publish(change: Partial<LlmSnapshot>): void;
}

export function createLlmSession(parts: ModelPoolParts): LlmSession {
  const pool = createModelPool(parts);
  const turns = createTurns();
  const snapshot = createObservable<LlmSnapshot>({
    status: { kind: 'empty' },
    lastStats: undefined,
    loaded: [],
    preloadingId: undefined,
    interruptedId: undefined,
  });
  const publish = (change: Partial<LlmSnapshot>) => snapshot.set({ ...snapshot.get(), ...change });
  const current = createCurrentModel(pool, publish);
  const context = { pool, turns, current, publish, getSnapshot: snapshot.get };
  let pending: { modelId: string; done: Promise<void> } | undefined;
  pool.subscribe(() => {
    const loaded = pool.getLoaded();
    const { interruptedId } = snapshot.get();
    const isBack = loaded.some(({ modelId }) => modelId === interruptedId);
    publish({ loaded, interruptedId: isBack ? undefined : interruptedId });
  });

  function load(config: LlmModelConfig): Promise<void> {
    if (pending?.modelId === config.modelId) return pending.done;
    const isThere = current.get()?.modelId === config.modelId && pool.find(config) !== undefined;
    if (pending === undefined && isThere) return Promise.resolve();
    const done = turns.take((signal) => current.become(config, signal));
    const mine = { modelId: config.modelId, done };
    pending = mine;
    const settled = () => {
      if (pending === mine) pending = undefined;
    };
    done.then(settled, settled);
    return done;
  }

  return {
    load,
    preload: (config) => preload(context, config),

    async generate(config, request, onText) {
      const loading = load(config);
      const stillMine = turns.mark();
      await loading;
      // A stop or another model came while this one was loading.
      if (!stillMine()) throw abortError();
      return turns.take((signal, isWanted) =>
        answer(context, config, { request, onText, signal, isWanted }),
      );
    },

    stop: () => turns.stop(snapshot.get().status.kind === 'generating'),

    lend: (config, measure, { whenIdle = false, signal } = {}) =>
      (whenIdle ? turns.follow : turns.take)((turn) =>
        onLoan(context, config, { measure, reuse: whenIdle, turn, givenUp: signal }),
      ),

    async unload(modelId) {
      const isIdle = modelId !== undefined && !isBusy(context, modelId);
      if (isIdle && pending?.modelId !== modelId) return pool.release(modelId);
      pending = undefined;
      await turns.take(async () => {
        await (modelId === undefined ? pool.releaseAll() : pool.release(modelId));
        publish({ lastStats: undefined });
        current.rest();
      });
    },

    relieve(what) {
      if (what === 'others') return pool.releaseAll(inUse(context));
      return turns.follow(async () => {
        await pool.releaseAll();
        current.rest();
      });
    },

    noteInterrupted: (modelId, isSelected) =>
      publish({ interruptedId: modelId, ...(isSelected && { status: interruption(modelId) }) }),
    close: () => turns.close(() => pool.releaseAll()),
    getSnapshot: snapshot.get,
    subscribe: snapshot.subscribe,
  };
}

function interruption(modelId: string): LlmStatus {
  return { kind: 'failed', modelId, failure: { code: 'LOAD_INTERRUPTED', details: { modelId } } };
}

/** The model that something is being done with, or that answers next. */
function inUse({ getSnapshot, current }: SessionContext): string | undefined {
  const { status } = getSnapshot();
  return status.kind === 'empty' ? current.get()?.modelId : status.modelId;
}

function isBusy(context: SessionContext, modelId: string): boolean {
  return inUse(context) === modelId || context.getSnapshot().preloadingId === modelId;
}

function preload(context: SessionContext, config: LlmModelConfig): Promise<void> {
  const { pool, turns, current, publish } = context;
  return turns.follow(async (signal) => {
    if (pool.find(config) !== undefined) return;
    publish({ preloadingId: config.modelId });
    try {
      const keepId = current.get()?.modelId;
      await pool.load(config, { signal, keepId });
      // What answers was used last, whatever came after it.
      if (keepId !== undefined) pool.touch(keepId);
    } finally {
      publish({ preloadingId: undefined });
    }
  });
}

interface Question {
  request: GenerateRequest;
  onText: OnText;
  signal: AbortSignal;
  isWanted: () => boolean;
}

async function answer(
  { pool, current, publish }: SessionContext,
  config: LlmModelConfig,
  { request, onText, signal, isWanted }: Question,
): Promise<GenerationStats> {
  const { modelId } = config;
  // A test of another model, which this turn called off, may have taken its room.
  if (pool.find(config) === undefined) await current.become(config, signal);
  const model = pool.find(config);
  if (!model || !isWanted()) throw abortError();
  publish({ status: { kind: 'generating', modelId } });
  try {
    const lastStats = await model.generate(request, onText, signal);
    publish({ lastStats });
    return lastStats;
  } catch (error) {
    await releaseBroken(pool, modelId, error);
    throw error;
  } finally {
    current.rest();
  }
}

/** The engine may have crashed below a model: whoever asks next gets it loaded anew. */
async function releaseBroken(pool: ModelPool, modelId: string, error: unknown): Promise<void> {
  if (isModelError(error) && error.code === 'GENERATION_FAILED') await pool.release(modelId);
}

interface LoanTerms<T> {
  measure: (loan: Loan) => Promise<T>;
  /** Disturb nobody: take the model as it is in memory, and leave everything as it was. */
  reuse: boolean;
  /** Somebody wants the engine back. */
  turn: AbortSignal;
  /** Whoever borrowed it gave up. */
  givenUp: AbortSignal | undefined;
}

async function onLoan<T>(
  context: SessionContext,
  config: LlmModelConfig,
  terms: LoanTerms<T>,
): Promise<T> {
  const { turn, givenUp, reuse } = terms;
  const { controller, release } = abortable(turn, ...(givenUp ? [givenUp] : []));
  const answering = context.current.get();
  const lend = () => lendOut(context, config, { ...terms, signal: controller.signal });
  const takeBack = async () => {
    release();
    if (reuse) await bringBack(context, answering, turn);
  };
  try {
    return await finallyDo(lend, takeBack);
  } finally {
    context.current.rest();
  }
}

async function lendOut<T>(
  { pool, current, publish }: SessionContext,
  config: LlmModelConfig,
  { measure, reuse, signal }: LoanTerms<T> & { signal: AbortSignal },
): Promise<T> {
  const { modelId } = config;
  throwIfAborted(signal);
  if (!reuse) await pool.release(modelId);
  const model = pool.find(config) ?? (await current.loadInView(config, signal));
  publish({ status: { kind: 'measuring', modelId } });
  const loadMs = pool.getLoaded().find((warm) => warm.modelId === modelId)?.loadMs ?? 0;
  try {
    return await measure({ model, loadMs, signal });
  } catch (error) {
    await releaseBroken(pool, modelId, error);
    throw error;
  }
}

async function bringBack(
  { pool, current }: SessionContext,
  config: LlmModelConfig | undefined,
  turn: AbortSignal,
): Promise<void> {
  if (config === undefined || turn.aborted || pool.find(config) !== undefined) return;
  // Whoever asks it next hears why it doesn't load any more.
  await current.loadInView(config, turn).catch(() => undefined);
}
