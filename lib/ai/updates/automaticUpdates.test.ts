import { describe, expect, it } from 'vitest';

import { createManualClock } from '../../platform/memory/manualClock';
import { DEFAULT_PREFERENCES, type AppPreferences } from '../../db/preferences';
import { MODEL } from '../../../tests/modelFixture';
import { ModelError } from '../../errors';
import { startAutomaticUpdates } from './automaticUpdates';
import type { ModelUpdate } from './modelUpdate';
import type { Updates } from './updates';
import { NO_UPDATES } from './updatesSnapshot';

const DAY_MS = 24 * 60 * 60 * 1000;
const UPDATE: ModelUpdate = {
  ...{ modelId: MODEL.modelId, runtime: 'llama.cpp', config: MODEL, origin: 'hub' },
  ...{ dateMs: 1, downloadBytes: 1, totalBytes: 1, changes: ['weights'] },
  ...{ notes: undefined, license: undefined },
};

interface Options {
  preferences?: Partial<AppPreferences>;
  update?: Partial<ModelUpdate>;
  isMetered?: boolean;
  wanted?: readonly string[];
  isOffline?: boolean;
}

/** An app that has started, and what it does by itself, in order. */
function begin({ preferences, update, isMetered, wanted = [], isOffline = false }: Options) {
  const clock = createManualClock();
  const done: string[] = [];
  let lookedAt: number | undefined;
  const updates: Pick<Updates, 'look' | 'update' | 'wantedIds' | 'getSnapshot'> = {
    wantedIds: () => wanted,
    look() {
      done.push('look');
      const failure = { code: 'NET_OFFLINE', details: { host: 'hub.example' } } as const;
      const stoppedBy = isOffline ? failure : undefined;
      return Promise.resolve({ updates: [], problems: {}, stoppedBy });
    },
    update(modelId) {
      done.push(`update ${modelId}`);
      return isOffline
        ? Promise.reject(new ModelError('NET_OFFLINE', { host: 'hub.example' }))
        : Promise.resolve();
    },
    getSnapshot: () => ({ ...NO_UPDATES, updates: { [MODEL.modelId]: { ...UPDATE, ...update } } }),
  };
  const stop = startAutomaticUpdates({
    updates,
    preferences: { getSnapshot: () => ({ ...DEFAULT_PREFERENCES, ...preferences }) },
    host: { isMetered: () => isMetered },
    clock,
    lookedAt: {
      read: () => Promise.resolve(lookedAt),
      write(atMs) {
        lookedAt = atMs;
        return Promise.resolve();
      },
    },
  });
  const pass = async (ms: number) => {
    clock.advance(ms);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { done, pass, stop };
}

describe('what an app does by itself', () => {
  it('is nothing at the start, and nothing at all unless a person allowed it', async () => {
    const { done, pass } = begin({});
    await pass(DAY_MS);
    await pass(DAY_MS);
    expect(done).toEqual([]);
  });

  it('is to look once a day, some time after the start', async () => {
    const { done, pass } = begin({ preferences: { looksForUpdates: true } });
    await pass(1_000);
    expect(done).toEqual([]);
    await pass(19_000);
    expect(done).toEqual(['look']);
    await pass(DAY_MS);
    expect(done).toEqual(['look', 'look']);
  });

  it('is silent without a connection, and looks again the next time', async () => {
    const { done, pass } = begin({ preferences: { looksForUpdates: true }, isOffline: true });
    await pass(20_000);
    await pass(DAY_MS);
    expect(done).toEqual(['look', 'look']);
  });

  it('is to update on a network that isn’t metered, if that is switched on', async () => {
    const preferences = { updatesByItself: true };
    const metered = begin({ preferences, isMetered: true });
    await metered.pass(20_000);
    expect(metered.done).toEqual([]);
    const free = begin({ preferences, isMetered: false });
    await free.pass(20_000);
    expect(free.done).toEqual([`update ${MODEL.modelId}`]);
  });

  it.each<[string, Partial<ModelUpdate>]>([
    ['another licence', { license: { from: 'mit', to: 'other' } }],
    ['a licence that has to be accepted', { config: { ...MODEL, needsAcceptance: true } }],
    ['a version that failed its trial here', { wasRefused: true }],
  ])('is not to bring %s', async (_, update) => {
    const { done, pass } = begin({ preferences: { updatesByItself: true }, update });
    await pass(20_000);
    expect(done).toEqual([]);
  });

  it('is to go on with an update that a person began, whatever is allowed', async () => {
    const { done, pass } = begin({ wanted: ['begun'], isMetered: true });
    await pass(20_000);
    expect(done).toEqual(['update begun']);
  });

  it('ends with the app', async () => {
    const { done, pass, stop } = begin({ preferences: { looksForUpdates: true } });
    stop();
    await pass(DAY_MS);
    expect(done).toEqual([]);
  });
});
