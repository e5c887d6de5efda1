import { expect, it } from 'vitest';

import { createObservable } from '../observable';
import type { LlmSnapshot, LlmStatus } from './llmSnapshot';
import { noteUses } from './noteUses';

function begin(noteUse: (modelId: string) => Promise<void>) {
  const empty: LlmSnapshot = {
    ...{ status: { kind: 'empty' }, lastStats: undefined, loaded: [] },
    ...{ preloadingId: undefined, interruptedId: undefined },
  };
  const snapshot = createObservable(empty);
  const stop = noteUses({ getSnapshot: snapshot.get, subscribe: snapshot.subscribe }, { noteUse });
  const show = (status: LlmStatus, loaded: LlmSnapshot['loaded'] = []) =>
    snapshot.set({ ...empty, status, loaded });
  return { show, stop };
}

it('notes each answer once, and neither loads nor measurements', () => {
  const noted: string[] = [];
  const { show, stop } = begin((modelId) => {
    noted.push(modelId);
    return Promise.resolve();
  });
  show({ kind: 'loading', modelId: 'a', fraction: 0.5 });
  show({ kind: 'ready', modelId: 'a' });
  show({ kind: 'measuring', modelId: 'a' });
  expect(noted).toEqual([]);
  show({ kind: 'generating', modelId: 'a' });
  show({ kind: 'generating', modelId: 'a' });
  show({ kind: 'ready', modelId: 'a' });
  show({ kind: 'generating', modelId: 'a' });
  show({ kind: 'generating', modelId: 'b' });
  expect(noted).toEqual(['a', 'a', 'b']);
  stop();
  show({ kind: 'generating', modelId: 'c' });
  expect(noted).toEqual(['a', 'a', 'b']);
});

it('never disturbs an answer when the database refuses the write', async () => {
  const unhandled: unknown[] = [];
  const listen = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', listen);
  const { show } = begin(() => Promise.reject(new Error('The disk is full.')));
  show({ kind: 'generating', modelId: 'a' });
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  process.off('unhandledRejection', listen);
  expect(unhandled).toEqual([]);
});
