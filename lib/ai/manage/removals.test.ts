import { expect, it } from 'vitest';

import { MODEL, WEIGHTS, createTab, sha256, stateOf } from '../../../tests/modelFixture';
import { ModelError } from '../../errors';
import { createMemoryWorld } from '../../platform/memory/memoryPlatform';

const FINAL = 'tiny/tiny.gguf';
const KEPT = '.removed/tiny/tiny.gguf';

async function removed() {
  const tab = await createTab();
  await tab.manager.start();
  await tab.manager.ensureModelPresent(MODEL);
  const before = stateOf(tab.manager);
  const row = await tab.settings.getSettings();
  await tab.manager.deleteModel(MODEL, { canComeBack: true });
  tab.world.web.log.length = 0;
  return { ...tab, before, row };
}

const paths = ({ world }: Awaited<ReturnType<typeof removed>>) => [...world.disk.files.keys()];

it('removes a model at once, and frees its bytes in what is shown', async () => {
  const tab = await removed();
  const { manager, settings } = tab;
  expect(stateOf(manager).kind).toBe('absent');
  expect(await settings.isModelDownloaded('tiny')).toBe(false);
  expect(manager.getSnapshot().storage.usedBytes).toBe(0);
  expect(manager.getSnapshot().kept).toMatchObject([{ place: 'removed', modelId: 'tiny' }]);
  expect(await manager.getModelSize(MODEL)).toBe(0);
  expect(paths(tab).filter((path) => path.startsWith('tiny/'))).toEqual([]);
});

it('brings it back as it was, without a request', async () => {
  const tab = await removed();
  await tab.manager.bringBack(MODEL);
  expect(stateOf(tab.manager)).toEqual(tab.before);
  expect(await tab.settings.getSettings()).toEqual(tab.row);
  expect(paths(tab).sort()).toEqual(['tiny/model.json', FINAL]);
  expect(tab.manager.getSnapshot().kept).toEqual([]);
  expect(tab.world.web.log).toEqual([]);
  await tab.manager.bringBack(MODEL).catch((error: unknown) => {
    expect(error).toMatchObject({ code: 'MODEL_MISSING' });
  });
  expect(stateOf(tab.manager)).toEqual(tab.before);
});

it('uses it in place of a download, and reads it back: it may have been removed because it was damaged', async () => {
  const tab = await removed();
  const damaged = WEIGHTS.slice();
  damaged.fill(0, 100, 200);
  tab.world.disk.files.set(KEPT, damaged);
  await tab.manager.ensureModelPresent(MODEL);
  const found = tab.world.disk.files.get(FINAL);
  expect(sha256(found ?? new Uint8Array())).toBe(sha256(WEIGHTS));
  expect(paths(tab).sort()).toEqual(['tiny/model.json', FINAL]);
});

it('asks no server for a download of what is undamaged', async () => {
  const tab = await removed();
  await tab.manager.ensureModelPresent(MODEL);
  expect(stateOf(tab.manager).kind).toBe('installed');
  expect(tab.world.web.log).toEqual([]);
});

it('leaves a removed build alone that isn’t the published one any more', async () => {
  const world = createMemoryWorld();
  const first = await createTab({ world });
  await first.manager.start();
  await first.manager.ensureModelPresent(MODEL);
  await first.manager.deleteModel(MODEL, { canComeBack: true });
  await first.manager.close();
  const { ggufSource } = MODEL;
  if (ggufSource.kind !== 'remote') throw new Error('the fixture is remote');
  const other = WEIGHTS.slice().reverse();
  const newer = { ...MODEL, ggufSource: { ...ggufSource, sha256: sha256(other) } };
  const next = await createTab({ world, models: [newer] });
  world.web.files.set(ggufSource.url, other);
  await next.manager.start();
  await next.manager.ensureModelPresent(newer);
  expect(sha256(world.disk.files.get(FINAL) ?? WEIGHTS)).toBe(sha256(other));
  expect(next.manager.getSnapshot().kept).toHaveLength(1);
});

it('stays as it was when a file is in use', async () => {
  const { manager, world } = await createTab();
  await manager.start();
  await manager.ensureModelPresent(MODEL);
  world.disk.beforeOperation = (operation, path) => {
    if (operation === 'move' && path === FINAL) throw new ModelError('STORAGE_BUSY', { path });
  };
  const removal = manager.deleteModel(MODEL, { canComeBack: true });
  await expect(removal).rejects.toMatchObject({ code: 'STORAGE_BUSY' });
  expect(stateOf(manager).kind).toBe('installed');
  expect([...world.disk.files.keys()].sort()).toEqual(['tiny/model.json', FINAL]);
});

it('comes back later where it couldn’t be moved back at once', async () => {
  const world = createMemoryWorld();
  const { manager } = await createTab({ world });
  await manager.start();
  await manager.ensureModelPresent(MODEL);
  world.disk.beforeOperation = (operation, path) => {
    const isStuck = path === FINAL || path === '.removed/tiny/model.json';
    if (operation === 'move' && isStuck) throw new ModelError('STORAGE_BUSY', { path });
  };
  const removal = manager.deleteModel(MODEL, { canComeBack: true });
  await expect(removal).rejects.toMatchObject({ code: 'STORAGE_BUSY' });
  expect(world.disk.files.has(FINAL)).toBe(true);
  world.disk.beforeOperation = () => undefined;
  const next = await createTab({ world });
  await next.manager.start();
  await next.manager.bringBack(MODEL);
  expect(stateOf(next.manager).kind).toBe('installed');
  expect(sha256(world.disk.files.get(FINAL) ?? new Uint8Array())).toBe(sha256(WEIGHTS));
});

it('is deleted right away on a full disk, which has no room for the record', async () => {
  const { manager, world } = await createTab();
  await manager.start();
  await manager.ensureModelPresent(MODEL);
  world.disk.capacityBytes = WEIGHTS.byteLength;
  await manager.deleteModel(MODEL, { canComeBack: true });
  expect(world.disk.files.size).toBe(0);
  await expect(manager.bringBack(MODEL)).rejects.toMatchObject({ code: 'MODEL_MISSING' });
});

it('is deleted right away when asked to, with what was kept of it before', async () => {
  const tab = await removed();
  await tab.manager.deleteModel(MODEL);
  expect(paths(tab)).toEqual([]);
});

it('keeps only the latest removal of a model', async () => {
  const tab = await removed();
  tab.world.disk.files.set('.removed/tiny/old.txt', new Uint8Array(3));
  await tab.manager.ensureModelPresent(MODEL);
  tab.clock.advance(1_000);
  await tab.manager.deleteModel(MODEL, { canComeBack: true });
  expect(tab.manager.getSnapshot().kept).toMatchObject([{ keptAt: tab.clock.nowMs() }]);
});

it('says that it can’t come back once its room was needed', async () => {
  const tab = await removed();
  for (const path of paths(tab)) tab.world.disk.files.delete(path);
  await expect(tab.manager.bringBack(MODEL)).rejects.toMatchObject({ code: 'MODEL_MISSING' });
  expect(stateOf(tab.manager).kind).toBe('absent');
});

it('shows a removal and its way back in other tabs', async () => {
  const world = createMemoryWorld();
  const [one, two] = [await createTab({ world }), await createTab({ world })];
  await one.manager.start();
  await two.manager.start();
  const settled = () =>
    new Promise((resolve) => {
      setImmediate(resolve);
    });
  await one.manager.ensureModelPresent(MODEL);
  await one.manager.deleteModel(MODEL, { canComeBack: true });
  await settled();
  expect(two.manager.getSnapshot().kept).toHaveLength(1);
  await two.manager.bringBack(MODEL);
  await settled();
  expect(stateOf(one.manager).kind).toBe('installed');
  expect(one.manager.getSnapshot().kept).toEqual([]);
});
