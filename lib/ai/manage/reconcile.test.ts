import { describe, expect, it } from 'vitest';

import {
  GGUF_URL,
  MODEL,
  WEIGHTS,
  createTab,
  sha256,
  stateOf,
  type Tab,
} from '../../../tests/modelFixture';
import { ModelError } from '../../errors';
import type { DiskOperation } from '../../platform/memory/memoryDisk';
import { DEFAULT_MODEL } from '../modelConfig';

const FINAL = 'tiny/tiny.gguf';
const MANIFEST = 'tiny/model.json';

async function installedTab(): Promise<Tab> {
  const tab = await createTab();
  await tab.manager.start();
  await tab.manager.ensureModelPresent(MODEL);
  await tab.manager.close();
  return tab;
}

/** The next start over the same disk and database. */
async function restart({ world, database }: Tab): Promise<Tab> {
  const tab = await createTab({ world, database });
  await tab.manager.start();
  return tab;
}

describe('at start', () => {
  it('shows an installed model without reading its content or asking the network', async () => {
    const tab = await installedTab();
    tab.world.web.log.length = 0;
    tab.world.disk.beforeOperation = (operation, path) => {
      if (operation === 'digest') throw new ModelError('DISK_IO', { path, reason: 'not at start' });
    };
    const { manager } = await restart(tab);
    expect(stateOf(manager).kind).toBe('installed');
    expect(manager.getSnapshot().started).toBe(true);
    expect(tab.world.web.log).toEqual([]);
  });

  it('adopts a model that is on disk without a row', async () => {
    const tab = await installedTab();
    await tab.settings.removeDownloadedModel('tiny');
    const { settings } = await restart(tab);
    expect((await settings.getSettings()).downloadedModels).toMatchObject([
      { modelId: 'tiny', ptePath: FINAL, size: WEIGHTS.byteLength },
    ]);
  });

  it.each([
    ['its weights are gone', (tab: Tab) => tab.world.disk.files.delete(FINAL)],
    ['its weights are shorter', (tab: Tab) => tab.world.disk.files.set(FINAL, WEIGHTS.slice(1))],
    ['its manifest is gone', (tab: Tab) => tab.world.disk.files.delete(MANIFEST)],
    [
      'its manifest is damaged',
      (tab: Tab) => tab.world.disk.files.set(MANIFEST, new TextEncoder().encode('{"version":')),
    ],
  ])('calls a model absent, and removes its row, when %s', async (_, damage) => {
    const tab = await installedTab();
    await tab.settings.setSelectedModelId('tiny');
    damage(tab);
    const { manager, settings } = await restart(tab);
    expect(stateOf(manager).kind).toBe('absent');
    expect(await settings.isModelDownloaded('tiny')).toBe(false);
    expect(await settings.getSelectedModelId()).toBe(DEFAULT_MODEL.modelId);
    await manager.ensureModelPresent(MODEL);
    expect(stateOf(manager).kind).toBe('installed');
  });

  it('changes nothing when the disk can’t be read', async () => {
    const tab = await installedTab();
    await tab.settings.setSelectedModelId('tiny');
    tab.world.disk.beforeOperation = () => {
      throw new ModelError('STORAGE_UNAVAILABLE', { reason: 'locked' });
    };
    const next = await createTab({ world: tab.world, database: tab.database });
    await expect(next.manager.start()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    expect(await tab.settings.isModelDownloaded('tiny')).toBe(true);
    expect(await tab.settings.getSelectedModelId()).toBe('tiny');
    expect(next.manager.getSnapshot().started).toBe(false);
  });

  it.each(['tiny', FINAL, MANIFEST, '.staging', '.trash/tiny'])(
    'changes nothing when %s can’t be read, and names it',
    async (path) => {
      const tab = await installedTab();
      tab.world.disk.unreadable.add(path);
      const next = await createTab({ world: tab.world, database: tab.database });
      await expect(next.manager.start()).rejects.toMatchObject({
        code: 'STORAGE_UNAVAILABLE',
        details: { reason: expect.stringContaining(path) },
      });
      expect(await tab.settings.isModelDownloaded('tiny')).toBe(true);
    },
  );

  it.each(['lost+found', 'tiny/notes', 'tin', '.staging/another'])(
    'takes no notice of %s, which can’t be read and is nobody’s model',
    async (path) => {
      const tab = await installedTab();
      tab.world.disk.unreadable.add(path);
      const { manager } = await restart(tab);
      expect(stateOf(manager).kind).toBe('installed');
      expect(manager.getSnapshot().storage.usedBytes).toBeGreaterThan(WEIGHTS.byteLength);
      await manager.deleteModel(MODEL);
      await manager.ensureModelPresent(MODEL);
      expect(stateOf(manager).kind).toBe('installed');
    },
  );

  it('keeps the row of a catalog’s model while its folder can’t be read', async () => {
    const tab = await installedTab();
    tab.world.disk.unreadable.add('tiny');
    const without = await createTab({ world: tab.world, database: tab.database, models: [] });
    await without.manager.start();
    expect(await tab.settings.isModelDownloaded('tiny')).toBe(true);
  });

  it('keeps the row of a catalog’s model while its files lie there', async () => {
    const tab = await installedTab();
    const without = await createTab({ world: tab.world, database: tab.database, models: [] });
    await without.manager.start();
    expect(await tab.settings.isModelDownloaded('tiny')).toBe(true);
    tab.world.disk.files.clear();
    const gone = await createTab({ world: tab.world, database: tab.database, models: [] });
    await gone.manager.start();
    expect(await tab.settings.isModelDownloaded('tiny')).toBe(false);
  });
});

const changing: readonly DiskOperation[] = ['write', 'move', 'remove'];

/** Fails every changing operation from the n-th on, as a process that was killed would leave the disk. */
function dieAt({ world }: Tab, n: number): { happened: () => boolean } {
  let count = 0;
  world.disk.beforeOperation = (operation, path) => {
    if (changing.includes(operation)) count += 1;
    if (count >= n) throw new ModelError('DISK_IO', { path, reason: 'killed' });
  };
  return { happened: () => count >= n };
}

describe('killed at any step', () => {
  it('of an install, the model is whole or not there, and one more press brings it', async () => {
    let step = 0;
    for (let isReached = true; isReached;) {
      step += 1;
      const tab = await createTab();
      await tab.manager.start();
      const death = dieAt(tab, step);
      await tab.manager.ensureModelPresent(MODEL).catch(() => undefined);
      isReached = death.happened();
      tab.world.disk.beforeOperation = () => undefined;

      const next = await restart(tab);
      const { kind } = stateOf(next.manager);
      expect(['absent', 'paused', 'installed'], `step ${String(step)}`).toContain(kind);
      expect(await next.settings.isModelDownloaded('tiny')).toBe(kind === 'installed');
      await next.manager.ensureModelPresent(MODEL);
      expect(sha256(next.world.disk.files.get(FINAL) ?? new Uint8Array())).toBe(sha256(WEIGHTS));
      expect([...next.world.disk.files.keys()].sort()).toEqual([MANIFEST, FINAL]);
    }
    // Fewer would mean that the loop ended before the install's own steps.
    expect(step).toBeGreaterThan(10);
  });

  it('of a removal, the model is whole or gone, and one more press removes it', async () => {
    let step = 0;
    for (let isReached = true; isReached;) {
      step += 1;
      const tab = await createTab();
      await tab.manager.start();
      await tab.manager.ensureModelPresent(MODEL);
      const death = dieAt(tab, step);
      await tab.manager.deleteModel(MODEL).catch(() => undefined);
      isReached = death.happened();
      tab.world.disk.beforeOperation = () => undefined;

      const next = await restart(tab);
      const { kind } = stateOf(next.manager);
      expect(['absent', 'installed'], `step ${String(step)}`).toContain(kind);
      const isWhole =
        sha256(next.world.disk.files.get(FINAL) ?? new Uint8Array()) === sha256(WEIGHTS);
      expect(isWhole, `step ${String(step)}`).toBe(kind === 'installed');
      await next.manager.deleteModel(MODEL);
      expect([...next.world.disk.files.keys()], `step ${String(step)}`).toEqual([]);
    }
    expect(step).toBeGreaterThan(3);
  });

  it('keeps a model that was installed again over the remains of a removal', async () => {
    const tab = await installedTab();
    tab.world.disk.files.set('.trash/tiny/tiny.gguf', WEIGHTS);
    const { manager, world } = await restart(tab);
    expect(stateOf(manager).kind).toBe('installed');
    expect([...world.disk.files.keys()].sort()).toEqual([MANIFEST, FINAL]);
    expect(world.web.log.filter(({ url }) => url === GGUF_URL)).toHaveLength(1);
  });
});
