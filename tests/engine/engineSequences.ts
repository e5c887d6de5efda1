/** What a person and a host may do to the engine, in any order: one suite for the memory engine and the real ones. */
import fc from 'fast-check';
import { expect } from 'vitest';

import type { LlmModelConfig } from '../../lib/ai/modelConfig';
import type { ModelApp } from '../../lib/ai/startModelApp';
import { isAbortError, isModelError } from '../../lib/errors';
import type { ModelErrorCode } from '../../lib/errors';
import type { HostEvent } from '../../lib/platform/types';
import type { WatchedEngine } from './watchEngine';

/** One run of the app: it can be quit, and another started on the same device. */
export interface EngineWorld {
  engine: WatchedEngine;
  models: readonly LlmModelConfig[];
  start(): Promise<ModelApp>;
  tell(event: HostEvent): void;
  /** Moves time on, so that what waits for long happens. */
  passHidden(): void;
  /** Lets one thing happen that is under way, or nothing. */
  tick(): Promise<void>;
  /** Lets everything happen that waits for nothing outside of the program. */
  turn(): Promise<void>;
  dispose(): Promise<void>;
}

type Command =
  | { kind: 'select' | 'generate' | 'preload' | 'unload' | 'lend' | 'delete'; model: number }
  | { kind: 'stop' | 'hide' | 'show' | 'pressure' | 'quit' | 'tick' };

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'select',
        'select',
        'generate',
        'generate',
        'preload',
        'unload',
        'lend',
      ),
      model: fc.nat(2),
    }),
  },
  { weight: 4, arbitrary: fc.constant<Command>({ kind: 'tick' }) },
  fc.record({ kind: fc.constant('delete'), model: fc.nat(2) }),
  fc.record({ kind: fc.constantFrom('stop', 'hide', 'show', 'pressure', 'quit') }),
);

export const sequence = fc.array(command, { minLength: 3, maxLength: 20 });

/** For engines whose loads take their time. */
export const shortSequence = fc.array(command, { minLength: 2, maxLength: 7 });

/** What may end a request, beside somebody else's request. */
const EXPECTED: readonly ModelErrorCode[] = ['MODEL_MISSING', 'NO_MEMORY', 'LOAD_FAILED'];

const question = {
  messages: [{ role: 'user', content: 'Hi' }],
  maxTokens: 12,
  temperature: 0,
  topP: 1,
  thinking: false,
} as const;

/** @throws where a model leaks, two load at once, a request fails for no reason, or the app ends in a state that isn't so. */
export async function playSequence(world: EngineWorld, commands: readonly Command[]) {
  const { engine } = world;
  let app = await world.start();
  await bringAll(app, world.models);
  let requests: Promise<unknown>[] = [];

  for (const each of commands) {
    if (each.kind === 'quit') {
      await quit(app, requests, world);
      requests = [];
      app = await world.start();
      await bringAll(app, world.models);
    } else if (each.kind === 'tick') {
      await world.tick();
    } else {
      requests.push(...play(world, app, each).map(expectKnownEnd));
    }
    expect(engine.loadsNow()).toBeLessThanOrEqual(1);
  }

  await Promise.all(requests);
  await engine.idle(world.turn);
  await untilAtRest(app);
  expectTrueSnapshot(app, engine);
  await expectItStillAnswers(app, world.models);
  await quit(app, [], world);
}

function play(world: EngineWorld, app: ModelApp, command: Command): Promise<unknown>[] {
  const { session } = app.llm;
  const config = 'model' in command ? world.models[command.model] : undefined;
  switch (command.kind) {
    case 'stop':
      return [session.stop()];
    case 'hide':
      world.tell('hidden');
      world.passHidden();
      return [];
    case 'show':
      world.tell('shown');
      return [];
    case 'pressure':
      world.tell('memory-pressure');
      return [];
    default:
      return config === undefined ? [] : [playOn(app, config, command.kind)];
  }
}

function playOn({ llm, selection }: ModelApp, config: LlmModelConfig, kind: Command['kind']) {
  const { session } = llm;
  switch (kind) {
    case 'select':
      return selection.select(config);
    case 'generate':
      return session.generate(config, question, () => {});
    case 'preload':
      return session.preload(config);
    case 'unload':
      return session.unload(config.modelId);
    case 'lend':
      return session.lend(config, ({ model, signal }) =>
        model.generate(question, () => {}, signal),
      );
    case 'delete':
      return selection.deleteModel(config);
    default:
      return Promise.resolve();
  }
}

async function bringAll({ manager }: ModelApp, models: readonly LlmModelConfig[]): Promise<void> {
  for (const config of models) await manager.ensureModelPresent(config);
}

function expectKnownEnd(request: Promise<unknown>): Promise<unknown> {
  return request.catch((error: unknown) => {
    const isKnown = isModelError(error) && EXPECTED.includes(error.code);
    if (!isKnown && !isAbortError(error)) throw error;
  });
}

async function quit(app: ModelApp, requests: Promise<unknown>[], { engine, turn }: EngineWorld) {
  await app.close();
  await Promise.all(requests);
  await engine.idle(turn);
  expect(engine.loaded()).toEqual([]);
}

/** A load is written off after the engine is done with it. */
function untilAtRest({ llm }: ModelApp): Promise<void> {
  const { session } = llm;
  return new Promise((resolve) => {
    const look = () => {
      const { status, preloadingId } = session.getSnapshot();
      if (status.kind === 'loading' || preloadingId !== undefined) return;
      unsubscribe();
      resolve();
    };
    const unsubscribe = session.subscribe(look);
    look();
  });
}

/** What is shown is what is in memory, and nothing seems to be going on any more. */
function expectTrueSnapshot({ llm, manager }: ModelApp, engine: WatchedEngine): void {
  const { status, loaded, preloadingId } = llm.session.getSnapshot();
  const { states } = manager.getSnapshot();
  const shown = loaded.map(({ modelId }) => modelId).sort();
  expect(preloadingId).toBeUndefined();
  expect(engine.loaded()).toEqual(shown);
  expect(['empty', 'ready', 'failed']).toContain(status.kind);
  if (status.kind === 'ready') expect(shown).toContain(status.modelId);
  for (const modelId of shown) expect(states[modelId]?.kind, modelId).toBe('installed');
}

async function expectItStillAnswers(app: ModelApp, models: readonly LlmModelConfig[]) {
  const [config] = models;
  if (config === undefined) throw new Error('a world has models');
  await bringAll(app, models);
  await app.selection.select(config);
  const stats = await app.llm.session.generate(config, question, () => {});
  expect(stats.generatedTokens).toBeGreaterThan(0);
}
