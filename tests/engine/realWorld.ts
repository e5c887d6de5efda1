/** A world for the engine's sequences over a real platform, whose models are three copies of the tiny demo. */
import { HIDDEN_RELEASE_MS } from '../../lib/ai/engine/memoryRelief';
import { TinyDemo } from '../../lib/ai/modelConfig';
import type { LlmModelConfig } from '../../lib/ai/modelConfig';
import { startModelApp } from '../../lib/ai/startModelApp';
import type { Clock, HostEvent, HostMemory, Platform } from '../../lib/platform/types';
import { llamaCppOf } from '../llmFixture';
import type { EngineWorld } from './engineSequences';
import { watchEngine } from './watchEngine';

const MODELS: LlmModelConfig[] = ['real-one', 'real-two', 'real-three'].map((modelId) => ({
  ...TinyDemo,
  modelId,
  folderName: modelId,
  displayName: modelId,
}));

/** Room for two of the models, by the estimate that holds before anything was measured. */
const MEMORY: HostMemory = { totalBytes: 900_000_000, availableBytes: undefined };

/** `turn` lets the event loop go round once. */
export function createRealWorld(base: Platform, turn: () => Promise<void>): EngineWorld {
  const engine = watchEngine(llamaCppOf(base), (path) => path.split('/')[0] ?? '');
  const listeners = new Set<(event: HostEvent) => void>();
  let hidden: (() => void)[] = [];
  const clock: Clock = {
    ...base.clock,
    // Nobody waits for five minutes: that one timer rings when the sequence says so.
    after(delayMs, callback) {
      if (delayMs !== HIDDEN_RELEASE_MS) return base.clock.after(delayMs, callback);
      hidden.push(callback);
      return () => {
        hidden = hidden.filter((other) => other !== callback);
      };
    },
  };
  const platform: Platform = {
    ...base,
    ...{ engines: { 'llama.cpp': engine }, clock },
    host: {
      ...base.host,
      memory: () => Promise.resolve(MEMORY),
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    close: () => Promise.resolve(),
  };
  return {
    engine,
    models: MODELS,
    async start() {
      const app = await startModelApp(platform, {
        random: () => 0,
        offered: { models: MODELS, problems: [] },
      });
      // Its loads would be most of the time, and the engine in memory is tried with them.
      await app.preferences.set({ smokeTest: false });
      return app;
    },
    tell: (event) => [...listeners].forEach((listener) => listener(event)),
    passHidden: () => {
      for (const callback of hidden.splice(0)) callback();
    },
    tick: () => engine.next(),
    turn,
    dispose: () => Promise.resolve(),
  };
}
