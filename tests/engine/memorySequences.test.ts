import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { TinyDemo } from '../../lib/ai/modelConfig';
import type { LlmModelConfig } from '../../lib/ai/modelConfig';
import { HIDDEN_RELEASE_MS } from '../../lib/ai/engine/memoryRelief';
import { startModelApp } from '../../lib/ai/startModelApp';
import { createInMemoryDatabase } from '../../lib/platform/shared/inMemoryDatabase';
import { createManualClock } from '../../lib/platform/memory/manualClock';
import { createEngineScript } from '../../lib/platform/memory/memoryEngine';
import { createMemoryPlatform, createMemoryWorld } from '../../lib/platform/memory/memoryPlatform';
import type { HostEvent } from '../../lib/platform/types';
import { llamaCppOf } from '../llmFixture';
import { playSequence, sequence } from './engineSequences';
import type { EngineWorld } from './engineSequences';
import { watchEngine } from './watchEngine';

const RUNS = 500;
const GB = 1_000_000_000;

const models: LlmModelConfig[] = ['one', 'two', 'three'].map((modelId) => ({
  ...TinyDemo,
  modelId,
  folderName: modelId,
  displayName: modelId,
}));

const macrotask = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Every step of the engine takes until the next tick. Half of 900 MB hold two of the models. */
async function createWorld(): Promise<EngineWorld> {
  const world = createMemoryWorld();
  world.bundled.set('tiny-demo.gguf', new TextEncoder().encode('GGUF'));
  const clock = createManualClock();
  const database = await createInMemoryDatabase();
  const script = createEngineScript('One two three four five six.');
  script.beforeLoad = macrotask;
  script.beforeToken = macrotask;
  const listeners = new Set<(event: HostEvent) => void>();
  const base = createMemoryPlatform({
    ...{ world, clock, engine: script, database },
    host: {
      memory: () => Promise.resolve({ totalBytes: 0.9 * GB, availableBytes: undefined }),
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
  });
  const engine = watchEngine(llamaCppOf(base), (path) => path.split('/')[0] ?? '');
  // The device outlives a quit app, and so does its database.
  const platform = { ...base, engines: { 'llama.cpp': engine }, close: () => Promise.resolve() };
  return {
    engine,
    models,
    start: () => startModelApp(platform, { random: () => 0, offered: { models, problems: [] } }),
    tell: (event) => [...listeners].forEach((listener) => listener(event)),
    passHidden: () => clock.advance(HIDDEN_RELEASE_MS),
    tick: macrotask,
    turn: macrotask,
    dispose: () => base.close(),
  };
}

describe('whatever is done to the engine', () => {
  it('ends, leaks nothing and never loads two at once', async () => {
    await fc.assert(
      fc.asyncProperty(sequence, async (commands) => {
        const world = await createWorld();
        await playSequence(world, commands);
        await world.dispose();
      }),
      { numRuns: RUNS },
    );
  }, 120_000);

  it('is noticed when a model leaks', async () => {
    const world = await createWorld();
    const leaking: EngineWorld = {
      ...world,
      engine: { ...world.engine, loaded: () => [...world.engine.loaded(), 'leaked'] },
    };
    await expect(playSequence(leaking, [])).rejects.toThrow('leaked');
  });
});
