/** An engine that counts what another one does: what is in memory, what loads, what never ends. */
import type { LlmEngine, LoadedModel } from '../../lib/platform/types';

export interface WatchedEngine extends LlmEngine {
  /** The models in memory by id, sorted. */
  loaded(): string[];
  loadsNow(): number;
  /** Resolves when something that is being done has ended; at once where nothing is. */
  next(): Promise<void>;
  /** Resolves when nothing is being done any more, nor after the next `turn` of the event loop. */
  idle(turn: () => Promise<void>): Promise<void>;
}

/** `modelIdOf` tells a model from the path of its weights. */
export function watchEngine(
  engine: LlmEngine,
  modelIdOf: (ptePath: string) => string,
): WatchedEngine {
  const loaded: string[] = [];
  const busy = new Set<Promise<unknown>>();
  let loads = 0;

  function watch<T>(work: Promise<T>): Promise<T> {
    busy.add(work);
    const done = () => busy.delete(work);
    work.then(done, done);
    return work;
  }

  function watchModel(model: LoadedModel, modelId: string): LoadedModel {
    let isLoaded = true;
    return {
      facts: model.facts,
      generate: (request, onText, signal) => watch(model.generate(request, onText, signal)),
      async unload() {
        await watch(model.unload());
        if (isLoaded) loaded.splice(loaded.indexOf(modelId), 1);
        isLoaded = false;
      },
    };
  }

  async function load(...args: Parameters<LlmEngine['load']>): Promise<LoadedModel> {
    loads += 1;
    try {
      const model = await engine.load(...args);
      const modelId = modelIdOf(args[0].ptePath);
      loaded.push(modelId);
      return watchModel(model, modelId);
    } finally {
      loads -= 1;
    }
  }

  return {
    ...engine,
    load: (...args) => watch(load(...args)),
    loaded: () => [...loaded].sort(),
    loadsNow: () => loads,
    async next() {
      const ends = [...busy].map((work) => work.catch(() => undefined));
      if (ends.length > 0) await Promise.race(ends);
    },
    async idle(turn) {
      do {
        await Promise.allSettled([...busy]);
        await turn();
      } while (busy.size > 0);
    },
  };
}
