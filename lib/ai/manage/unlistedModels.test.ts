import { describe, expect, it } from 'vitest';

import { MODEL, WEIGHTS, createTab, stateOf, until, type Tab } from '../../../tests/modelFixture';
import { ModelError } from '../../errors';
import { TinyDemo } from '../modelConfig';
import { withUnlisted } from './unlistedModels';

async function installedTab(): Promise<Tab> {
  const tab = await createTab();
  await tab.manager.start();
  await tab.manager.ensureModelPresent(MODEL);
  await tab.manager.close();
  return tab;
}

async function begunTab(): Promise<Tab> {
  const tab = await createTab();
  await tab.manager.start();
  const ended = tab.manager.ensureModelPresent(MODEL).catch(() => undefined);
  await until(tab.manager, () => tab.world.disk.files.has('.staging/tiny/plan.json'));
  tab.manager.pauseDownload(MODEL);
  await ended;
  await tab.manager.close();
  return tab;
}

/** The next start over the same disk and database, without the catalog. */
async function restart({ world, database, platform }: Tab): Promise<Tab> {
  const models = await withUnlisted(platform.files, [TinyDemo]);
  const tab = await createTab({ world, database, models });
  await tab.manager.start();
  return tab;
}

const listed = (tab: Tab) => withUnlisted(tab.platform.files, [TinyDemo]);

describe('models whose catalog is gone', () => {
  it('are listed as installed, and can be loaded from where they lie', async () => {
    const tab = await installedTab();
    const [, model] = await listed(tab);
    expect(model).toMatchObject({ modelId: 'tiny', isUnlisted: true, folderName: 'tiny' });
    const { manager } = await restart(tab);
    expect(stateOf(manager)).toMatchObject({ kind: 'installed', sizeBytes: WEIGHTS.byteLength });
    if (!model) throw new Error('not listed');
    expect(await manager.ensureModelPresent(model)).toEqual({ ptePath: 'tiny/tiny.gguf' });
  });

  it('are verified against their record', async () => {
    const tab = await installedTab();
    const { manager, world } = await restart(tab);
    const [, model] = await listed(tab);
    if (!model) throw new Error('not listed');
    await manager.verifyModel(model);
    world.disk.files.get('tiny/tiny.gguf')?.fill(0, 0, 1);
    await expect(manager.verifyModel(model)).rejects.toMatchObject({ code: 'HASH_MISMATCH' });
  });

  it('are removed with every byte, and with their record', async () => {
    const tab = await installedTab();
    const { manager, world, settings } = await restart(tab);
    const [, model] = await listed(tab);
    if (!model) throw new Error('not listed');
    await manager.deleteModel(model);
    expect([...world.disk.files.keys()]).toEqual([]);
    expect(await settings.isModelDownloaded('tiny')).toBe(false);
    expect(stateOf(manager)).toMatchObject({ kind: 'unavailable' });
    expect(await listed(tab)).toEqual([TinyDemo]);
  });

  it('can’t be downloaded, and say why', async () => {
    const tab = await begunTab();
    const { manager } = await restart(tab);
    const [, model] = await listed(tab);
    if (!model) throw new Error('not listed');
    await expect(manager.ensureModelPresent(model)).rejects.toMatchObject({
      code: 'MODEL_UNAVAILABLE',
    });
  });

  it('that were only begun show their bytes, and can be removed', async () => {
    const tab = await begunTab();
    const { manager, world } = await restart(tab);
    const [, model] = await listed(tab);
    if (!model) throw new Error('not listed');
    expect(stateOf(manager)).toMatchObject({ kind: 'unavailable' });
    expect(stateOf(manager)).toHaveProperty('usedBytes');
    await manager.deleteModel(model);
    expect([...world.disk.files.keys()]).toEqual([]);
    expect(stateOf(manager)).not.toHaveProperty('usedBytes');
  });

  it('are ordinary models again when the catalog is back', async () => {
    const tab = await installedTab();
    expect(await withUnlisted(tab.platform.files, [TinyDemo, MODEL])).toEqual([TinyDemo, MODEL]);
  });

  it.each([
    ['a folder of an offered model that differs in case', 'TINY', 'someone'],
    ['an id that no catalog could state', 'other', '../up'],
    ['an id that is offered from another folder', 'other', MODEL.modelId],
  ])('are not made of %s', async (_, folderName, modelId) => {
    const tab = await installedTab();
    const manifest = JSON.parse(
      new TextDecoder().decode(tab.world.disk.files.get('tiny/model.json')),
    ) as Record<string, unknown>;
    const text = JSON.stringify({ ...manifest, modelId });
    tab.world.disk.files.set(`${folderName}/model.json`, new TextEncoder().encode(text));
    expect(await withUnlisted(tab.platform.files, [MODEL])).toEqual([MODEL]);
  });

  it('are left out where the disk can’t be read', async () => {
    const tab = await installedTab();
    tab.world.disk.beforeOperation = () => {
      throw new ModelError('STORAGE_UNAVAILABLE', { reason: 'unplugged' });
    };
    expect(await listed(tab)).toEqual([TinyDemo]);
  });
});
