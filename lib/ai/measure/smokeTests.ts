/** Lets each model generate a few words right after its install, so that a person knows that it works here. */
import { wait } from '../../download/flow/abortable';
import { isAbortError, toFailure } from '../../errors';
import type { ModelFailure } from '../../errors';
import type { Clock, Peers } from '../../platform/types';
import { runSmokeTest } from './runBenchmark';
import type { BenchmarkParts } from './runBenchmark';
import type { Benchmarks } from './benchmarks';
import type { LlmSession } from '../engine/llmSession';
import type { LlmModelConfig } from '../modelConfig';
import type { ModelManager } from '../modelManager';
import { createObservable } from '../observable';
import { toRegistry, type Registry } from '../registry/registry';
import type { Preferences } from '../settings/preferences';
import { isOfEngine } from './verdicts';

export interface SmokeTestsSnapshot {
  /** The model that is being tested, or whose test waits for the engine. */
  testingId: string | undefined;
  /** By model id: why a model that was installed in this run of the app doesn't work. */
  failures: Readonly<Record<string, ModelFailure>>;
}

export interface SmokeTests {
  getSnapshot(): SmokeTestsSnapshot;
  subscribe(listener: () => void): () => void;
  close(): void;
}

export interface SmokeTestParts extends BenchmarkParts {
  session: Pick<LlmSession, 'lend' | 'getSnapshot' | 'subscribe'>;
  clock: Clock;
  peers: Pick<Peers, 'withLock'>;
  models: readonly LlmModelConfig[] | Registry;
  manager: Pick<ModelManager, 'getSnapshot' | 'subscribe'>;
  preferences: Pick<Preferences, 'getSnapshot'>;
  benchmarks: Pick<Benchmarks, 'add' | 'refresh' | 'getSnapshot'>;
  /** Returns false for a model that surely doesn't fit: a test could crash the app. */
  isWorthTrying(config: LlmModelConfig): boolean;
}

const LOCK = 'smoke-test';
/** A request that interrupted the test, a chat for example, has the engine for at least that long. */
export const RETRY_DELAY_MS = 10_000;
const MOST_ATTEMPTS = 6;

/** Watches for installs from now on. A test waits for its turn, and never interrupts other work. */
export function startSmokeTests(parts: SmokeTestParts): SmokeTests {
  const { manager, session, preferences } = parts;
  const registry = toRegistry(parts.models);
  const snapshot = createObservable<SmokeTestsSnapshot>({ testingId: undefined, failures: {} });
  /** Models that are being downloaded. */
  const coming = new Set<string>();
  const closed = new AbortController();
  let work = Promise.resolve();

  function noteFailure(modelId: string, failure: ModelFailure | undefined): void {
    const { failures, ...rest } = snapshot.get();
    if (failures[modelId] === failure) return;
    const { [modelId]: _before, ...others } = failures;
    snapshot.set({ ...rest, failures: failure ? { ...others, [modelId]: failure } : others });
  }

  async function test(config: LlmModelConfig): Promise<void> {
    const { modelId } = config;
    snapshot.set({ ...snapshot.get(), testingId: modelId });
    try {
      await testPatiently(parts, config, closed.signal);
    } catch (error) {
      if (!isAbortError(error)) noteFailure(modelId, toFailure(error));
    }
    snapshot.set({ ...snapshot.get(), testingId: undefined });
  }

  function look(config: LlmModelConfig): void {
    const { modelId } = config;
    switch (manager.getSnapshot().states[modelId]?.kind) {
      case 'waiting':
      case 'downloading':
      case 'arriving':
        coming.add(modelId);
        return;
      case 'verifying':
        // This state occurs during an install, and also when a person checks the files.
        return;
      case 'installed': {
        const isNew = coming.delete(modelId);
        if (!isNew || !preferences.getSnapshot().smokeTest || !parts.isWorthTrying(config)) return;
        work = work.then(() => test(config));
        return;
      }
      default:
        coming.delete(modelId);
        noteFailure(modelId, undefined);
    }
  }

  const stops = [
    manager.subscribe(() => {
      registry.getModels().forEach(look);
    }),
    session.subscribe(() => {
      // The model could be loaded, so the failure no longer applies.
      for (const { modelId } of session.getSnapshot().loaded) noteFailure(modelId, undefined);
    }),
  ];
  return {
    getSnapshot: snapshot.get,
    subscribe: snapshot.subscribe,
    close() {
      closed.abort();
      for (const stop of stops) stop();
    },
  };
}

/**
 * Tries again when another request interrupted the test. @throws the reason why the model doesn't work here; AbortError
 * when all attempts were interrupted
 */
async function testPatiently(
  parts: SmokeTestParts,
  config: LlmModelConfig,
  signal: AbortSignal,
): Promise<void> {
  for (let attempt = 1; installedAt(parts, config) !== undefined; attempt += 1) {
    try {
      // Another tab that watched the same download tests it, too; the second test finds the result of the first.
      await parts.peers.withLock(LOCK, () => testOnce(parts, config, signal), { signal });
      return;
    } catch (error) {
      if (!isAbortError(error) || attempt === MOST_ATTEMPTS) throw error;
      await wait(parts.clock, RETRY_DELAY_MS, signal);
    }
  }
}

async function testOnce(
  parts: SmokeTestParts,
  config: LlmModelConfig,
  signal: AbortSignal,
): Promise<void> {
  const { benchmarks, engineOf } = parts;
  const engine = engineOf(config);
  const ignoreDatabase = () => undefined;
  // A database failure proves nothing about the model: it is still tested, but its result is lost.
  await benchmarks.refresh().catch(ignoreDatabase);
  const since = installedAt(parts, config) ?? Infinity;
  const isKnown = benchmarks
    .getSnapshot()
    .results.some(
      (result) =>
        result.modelId === config.modelId &&
        result.measuredAt >= since &&
        isOfEngine(result, engine),
    );
  if (isKnown) return;
  const result = await runSmokeTest(parts, config, signal);
  await benchmarks.add(result).catch(ignoreDatabase);
}

/** Undefined if the model isn't installed any more. */
function installedAt({ manager }: SmokeTestParts, { modelId }: LlmModelConfig) {
  const state = manager.getSnapshot().states[modelId];
  return state?.kind === 'installed' ? state.installedAt : undefined;
}
