/** Owns which model answers: one request at a time, a later one cancels an earlier one. Doesn't depend on React. */
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
  /** Aborts when another request needs the engine, or when the borrower gave up. */
  signal: AbortSignal;
}

export interface LendOptions {
  /**
   * Interrupts nothing: waits until the running work has ended, lends the model as it is if it is in memory, and loads
   * the answering model again if it had to leave memory.
   */
  whenIdle?: boolean;
  signal?: AbortSignal | undefined;
}

export interface LlmSession {
  /**
   * Makes an installed model the one that answers, and interrupts whatever runs. Takes effect at once if the model is
   * in memory. Rejects with AbortError when a later request replaces this one. After any other failure the previous
   * model answers again.
   * @throws ModelError LOAD_FAILED, UNSUPPORTED, MODEL_WITHDRAWN
   */
  load(config: LlmModelConfig): Promise<void>;
  /** Loads a model into memory beside the one that answers, after all other work. @throws as `load`; NO_MEMORY */
  preload(config: LlmModelConfig): Promise<void>;
  /** Loads the model if it isn't in memory, then streams its answer. @throws as `load` and `LoadedModel.generate` do */
  generate(
    config: LlmModelConfig,
    request: GenerateRequest,
    onText: OnText,
  ): Promise<GenerationStats>;
  /** Ends the answer that runs or is about to start; it rejects with AbortError. The model stays in memory. */
  stop(): Promise<void>;
  /**
   * Loads a model anew, even if it is in memory, and lends it for a measurement; it stays in memory. Interrupts
   * whatever runs. Rejects with AbortError when `signal` aborts, also while the model is loading. @throws as `load` and
   * `measure` do
   */
  lend<T>(
    config: LlmModelConfig,
    measure: (loan: Loan) => Promise<T>,
    options?: LendOptions,
  ): Promise<T>;
  /**
   * Runs `work` after all other work, while no model is in memory, then brings the answering model back as it is installed
   * by then. A later request aborts the signal, and waits for the end of `work`.
   */
  whileEmpty<T>(config: LlmModelConfig, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Frees the memory of one model and cancels its work; without an id, the memory of all models. Idempotent. */
  unload(modelId?: string): Promise<void>;
  /** Frees unused memory. `others`: all models but the one that answers. `all`: this one, too, after all other work. */
  relieve(what: 'others' | 'all'): Promise<void>;
  /**
   * Records that the app was killed while it loaded this model. With `isSelected` the model then isn't loaded until a
   * person asks for it.
   */
  noteInterrupted(modelId: string, isSelected: boolean): void;
  /** Frees all memory; every later request rejects with AbortError. */
  close(): Promise<void>;
  getSnapshot(): LlmSnapshot;
  subscribe(listener: () => void): () => void;
}

/** The state that the functions below share. */
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
      // A stop or a request for another model came while this model was loading.
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

    whileEmpty: (config, work) =>
      turns.follow((signal) => whileEmpty(context, { config, work, signal })),

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

/** The model that is being worked with, or else the one that answers next. */
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
      // The model that answers stays the most recently used one, although another was loaded after it.
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
  // A smoke test of another model, which this turn cancelled, may have displaced this model from memory.
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

/** The engine may have crashed under the model. Without it in the pool the next request loads it anew. */
async function releaseBroken(pool: ModelPool, modelId: string, error: unknown): Promise<void> {
  if (isModelError(error) && error.code === 'GENERATION_FAILED') await pool.release(modelId);
}

interface LoanTerms<T> {
  measure: (loan: Loan) => Promise<T>;
  /** Interrupt nothing: take the model as it is in memory, and restore the previous state afterwards. */
  reuse: boolean;
  /** Aborts when another request needs the engine. */
  turn: AbortSignal;
  /** Aborts when the borrower gave up. */
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

interface EmptyWork<T> {
  config: LlmModelConfig;
  work: (signal: AbortSignal) => Promise<T>;
  signal: AbortSignal;
}

async function whileEmpty<T>(
  context: SessionContext,
  { config, work, signal }: EmptyWork<T>,
): Promise<T> {
  const { pool, current, publish } = context;
  const answering = current.get();
  await pool.releaseAll();
  publish({ status: { kind: 'measuring', modelId: config.modelId } });
  try {
    return await finallyDo(
      () => work(signal),
      () => bringBack(context, answering, signal),
    );
  } finally {
    current.rest();
  }
}

async function bringBack(
  { pool, current }: SessionContext,
  config: LlmModelConfig | undefined,
  turn: AbortSignal,
): Promise<void> {
  if (config === undefined || turn.aborted || pool.find(config) !== undefined) return;
  // The next request for this model reports why it doesn't load any more.
  await current.loadInView(config, turn).catch(() => undefined);
}
