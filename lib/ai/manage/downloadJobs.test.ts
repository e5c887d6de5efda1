import { expect, it } from 'vitest';

import { createTab, MODEL, stateOf } from '../../../tests/modelFixture';

it('hears a pause that comes while a new download waits for the end of the one before', async () => {
  const { manager, world } = await createTab();
  await manager.start();
  const asked = [manager.ensureModelPresent(MODEL)];
  manager.pauseDownload(MODEL);
  asked.push(manager.ensureModelPresent(MODEL));
  manager.pauseDownload(MODEL);
  const outcomes = await Promise.allSettled(asked);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(['absent', 'paused']).toContain(stateOf(manager).kind);
  expect(world.disk.files.has('tiny/tiny.gguf')).toBe(false);
});

it('downloads although nobody answers whether the models are to be kept', async () => {
  const { manager } = await createTab({
    host: { requestPersistence: () => new Promise(() => undefined) },
  });
  await manager.start();
  await manager.ensureModelPresent(MODEL);
  expect(stateOf(manager).kind).toBe('installed');
  expect(manager.getSnapshot().persistent).toBeUndefined();
});
