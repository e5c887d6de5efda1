import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import {
  ADDED,
  atCommit,
  createAddedScene,
  idsOf,
  kindOf,
  settled,
  type AddedScene,
} from '../../../tests/addedScene';
import { MODEL } from '../../../tests/modelFixture';
import { createInMemoryDatabase } from '../../platform/shared/inMemoryDatabase';
import type { SqlDatabase } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import { parseCatalog } from '../registry/catalog';

let database: SqlDatabase;
let scene: AddedScene;
beforeAll(async () => {
  database = await createInMemoryDatabase();
});
beforeEach(async () => {
  scene = await createAddedScene(database);
});
afterEach(() => scene.dispose());

const from = (repository: string, change: Partial<LlmModelConfig> = {}): LlmModelConfig => ({
  ...ADDED,
  provenance: { repository, commit: 'd'.repeat(40) },
  ...change,
});

describe('a model that a person adds', () => {
  it('is offered at once with its provenance, and downloads nothing', async () => {
    const shelf = await scene.open();
    const offered = await shelf.add(ADDED, 'hub');
    expect(offered).toMatchObject({ modelId: 'own-q4', provenance: ADDED.provenance });
    expect(shelf.registry.find('own-q4')).toBe(offered);
    expect(kindOf(shelf, 'own-q4')).toBe('absent');
    const [added] = shelf.added.getSnapshot().models;
    expect(added).toEqual({ model: offered, origin: 'hub', addedAt: scene.clock.nowMs() });
    expect(scene.world.web.log).toEqual([]);
  });

  it('is there after a restart, installed where its files are, and not unlisted', async () => {
    const first = await scene.open();
    await first.add(ADDED, 'hub');
    await first.ensure('own-q4');
    await first.close();
    const shelf = await scene.open();
    expect(idsOf(shelf)).toEqual(['tiny', 'own-q4']);
    expect(kindOf(shelf, 'own-q4')).toBe('installed');
  });

  it('appears in other tabs, which read the database and believe no message', async () => {
    const [shelf, other] = [await scene.open(), await scene.open()];
    await shelf.add(ADDED, 'hub');
    await settled();
    expect(idsOf(other)).toEqual(['tiny', 'own-q4']);
    await shelf.forget('own-q4');
    await settled();
    expect(idsOf(other)).toEqual(['tiny']);
  });

  it('stays one card however often it is added', async () => {
    const shelf = await scene.open();
    for (let time = 0; time < 3; time += 1) await shelf.add(ADDED, 'hub');
    expect(idsOf(shelf)).toEqual(['tiny', 'own-q4']);
    const snapshot = shelf.added.getSnapshot();
    expect(snapshot.models).toHaveLength(1);
  });

  it('stays one card when two tabs add it at once', async () => {
    const [shelf, other] = [await scene.open(), await scene.open()];
    await Promise.all([shelf.add(ADDED, 'hub'), other.add(ADDED, 'link')]);
    expect(await scene.rows()).toHaveLength(1);
  });

  it('keeps its id and its time when a newer commit replaces it', async () => {
    const shelf = await scene.open();
    await shelf.add(ADDED, 'hub');
    const addedAt = scene.clock.nowMs();
    scene.clock.advance(1_000);
    const newer = await shelf.add({ ...atCommit('e'.repeat(40)), modelId: 'renamed' }, 'link');
    expect(newer).toMatchObject({ modelId: 'own-q4', provenance: { commit: 'e'.repeat(40) } });
    expect(shelf.added.getSnapshot().models).toMatchObject([{ origin: 'hub', addedAt }]);
  });

  it('is refused with its reason where no catalog could state it', async () => {
    const shelf = await scene.open();
    const broken = { ...ADDED, folderName: '../elsewhere' };
    await expect(shelf.add(broken, 'hub')).rejects.toMatchObject({
      code: 'CATALOG_INVALID',
      details: { reason: expect.stringContaining('folderName') as string },
    });
    expect(await scene.rows()).toEqual([]);
  });
});

describe('an id or a folder that is in use', () => {
  it('stays with the registry, and the added model gets another', async () => {
    const shelf = await scene.open();
    const offered = await shelf.add(
      from('me/tiny', { modelId: 'tiny', folderName: 'tiny' }),
      'hub',
    );
    expect(offered).toMatchObject({ modelId: 'tiny-2', folderName: 'tiny-2' });
    expect(shelf.registry.find('tiny')).toBe(MODEL);
  });

  it('is compared without regard to case, for file systems that do so', async () => {
    const shelf = await scene.open();
    const offered = await shelf.add(from('me/other', { folderName: 'TINY' }), 'hub');
    expect(offered).toMatchObject({ modelId: 'own-q4', folderName: 'own-q4' });
  });

  it('stays with the first of two added models, also when two tabs choose at once', async () => {
    const [shelf, other] = [await scene.open(), await scene.open()];
    const ids = await Promise.all([
      shelf.add(from('a/own'), 'hub'),
      other.add(from('b/own'), 'hub'),
    ]);
    expect(ids.map(({ modelId }) => modelId).sort()).toEqual(['own-q4', 'own-q4-2']);
    await settled();
    expect(idsOf(shelf)).toEqual(idsOf(other));
  });

  it('fits the longest allowed id', async () => {
    const shelf = await scene.open();
    const long = { modelId: 'a'.repeat(64), folderName: 'a'.repeat(64) };
    await shelf.add(from('a/own', long), 'hub');
    const { modelId } = await shelf.add(from('b/own', long), 'hub');
    expect(modelId).toBe(`${'a'.repeat(62)}-2`);
  });

  it('goes to the registry when a later version has a model of that id; the row stays', async () => {
    const first = await scene.open();
    await first.add(ADDED, 'hub');
    await first.close();
    const taken = { ...MODEL, modelId: 'own-q4', folderName: 'own-q4' };
    const shelf = await scene.open({ models: [MODEL, taken] });
    expect(shelf.registry.find('own-q4')).toBe(taken);
    expect(shelf.added.getSnapshot()).toMatchObject({
      models: [],
      problems: [{ modelId: 'own-q4', reason: expect.stringContaining('registry') as string }],
    });
    expect(await scene.rows()).toHaveLength(1);
    const again = await scene.open();
    expect(again.added.getSnapshot()).toMatchObject({ models: [{ origin: 'hub' }], problems: [] });
  });

  it('is given up while the app runs when a catalog brings a model of that id', async () => {
    const shelf = await scene.open();
    await shelf.add(ADDED, 'hub');
    const taken = { ...MODEL, modelId: 'own-q4', folderName: 'own-q4' };
    shelf.registry.offer([taken]);
    expect(shelf.added.getSnapshot()).toMatchObject({ models: [], problems: [{}] });
    expect(shelf.registry.find('own-q4')).toBe(taken);
    shelf.registry.withdraw(['own-q4']);
    expect(shelf.added.getSnapshot()).toMatchObject({ models: [{}], problems: [] });
  });

  it('leads back to the files where the database was lost and the model is added again', async () => {
    const first = await scene.open();
    await first.add(ADDED, 'hub');
    await first.ensure('own-q4');
    await first.close();
    await scene.run('DELETE FROM added_model');
    const shelf = await scene.open();
    expect(idsOf(shelf)).toEqual(['tiny', 'own-q4?']);
    await shelf.add(ADDED, 'hub');
    await settled();
    expect(idsOf(shelf)).toEqual(['tiny', 'own-q4']);
    expect(kindOf(shelf, 'own-q4')).toBe('installed');
  });
});

describe('a model that is forgotten', () => {
  it('has no files, or none any more; its card stays when only they are removed', async () => {
    const shelf = await scene.open();
    await shelf.add(ADDED, 'hub');
    await shelf.ensure('own-q4');
    await expect(shelf.forget('own-q4')).rejects.toMatchObject({
      code: 'MODEL_HAS_FILES',
      details: { modelId: 'own-q4', sizeBytes: expect.any(Number) as number },
    });
    await shelf.remove('own-q4');
    expect(idsOf(shelf)).toEqual(['tiny', 'own-q4']);
    expect(kindOf(shelf, 'own-q4')).toBe('absent');
    await shelf.forget('own-q4');
    await settled();
    expect(idsOf(shelf)).toEqual(['tiny']);
    expect(await scene.rows()).toEqual([]);
  });

  it('takes its files along on request, and does not come back after a restart', async () => {
    const shelf = await scene.open();
    await shelf.add(ADDED, 'hub');
    await shelf.ensure('own-q4');
    await shelf.forget('own-q4', { removesFiles: true });
    expect([...scene.world.disk.files.keys()]).toEqual([]);
    await shelf.close();
    expect(idsOf(await scene.open())).toEqual(['tiny']);
  });

  it('must have been added', async () => {
    const shelf = await scene.open();
    await shelf.add(ADDED, 'hub');
    await expect(shelf.forget('tiny')).rejects.toMatchObject({
      code: 'MODEL_UNKNOWN',
      details: { modelId: 'tiny', knownIds: ['own-q4'] },
    });
  });

  it('may be a row that can’t be read', async () => {
    await scene.open();
    await scene.run(`INSERT INTO added_model VALUES ('lost', '{"not', 'hub', 5)`);
    const shelf = await scene.open();
    expect(shelf.added.getSnapshot().problems).toEqual([
      { modelId: 'lost', reason: 'It can’t be read.' },
    ]);
    await shelf.forget('lost');
    expect(shelf.added.getSnapshot().problems).toEqual([]);
  });
});

describe('the list as a text', () => {
  it('is a catalog that others read, and comes back the same elsewhere', async () => {
    const shelf = await scene.open();
    await shelf.add(ADDED, 'hub');
    const text = shelf.added.exportList();
    expect(parseCatalog(text, 'https://hub.example')).toMatchObject({
      models: [{ modelId: 'own-q4', provenance: ADDED.provenance }],
      problems: [],
    });
    const elsewhere = await createAddedScene(await createInMemoryDatabase());
    const other = await elsewhere.open();
    const imported = await other.added.importList(text);
    expect(imported).toMatchObject({ added: [{ modelId: 'own-q4' }], unchanged: [], problems: [] });
    expect(other.added.exportList()).toBe(text);
    expect(await other.added.importList(text)).toMatchObject({ added: [], unchanged: ['own-q4'] });
    await elsewhere.dispose();
  });

  it('keeps properties and builds that this version does not know', async () => {
    const shelf = await scene.open();
    await shelf.add(ADDED, 'hub');
    const list = JSON.parse(shelf.added.exportList()) as { models: Record<string, unknown>[] };
    const [entry] = list.models;
    if (!entry) throw new Error('the list has an entry');
    const builds = [...(entry['builds'] as unknown[]), { runtime: 'of-tomorrow', parts: [1] }];
    await shelf.forget('own-q4');
    const text = JSON.stringify({ version: 2, models: [{ ...entry, builds, mood: 'good' }] });
    await shelf.added.importList(text);
    await shelf.close();
    const [exported] = (
      JSON.parse((await scene.open()).added.exportList()) as { models: unknown[] }
    ).models;
    expect(exported).toEqual({ ...entry, builds, mood: 'good' });
  });

  it('names each entry that can’t be added, and adds the others', async () => {
    const shelf = await scene.open();
    await shelf.add(ADDED, 'hub');
    const [entry] = (JSON.parse(shelf.added.exportList()) as { models: object[] }).models;
    const other = { ...entry, modelId: 'more', folderName: 'more' };
    const models = [
      { ...other, provenance: { repository: 'you/more', commit: 'f'.repeat(40) } },
      { ...other, modelId: 'BAD ID' },
      7,
      { ...other, modelId: 'long', folderName: 'long', unknown: 'x'.repeat(1024 * 1024) },
    ];
    const imported = await shelf.added.importList(JSON.stringify({ version: 2, models }));
    expect(imported.added.map(({ modelId }) => modelId)).toEqual(['more']);
    expect(imported.problems).toMatchObject([
      { modelId: 'BAD ID' },
      { modelId: undefined },
      { modelId: 'long', reason: 'It is too long to be kept.' },
    ]);
    expect(idsOf(shelf)).toEqual(['tiny', 'own-q4', 'more']);
    // Each row that was written can be read.
    expect(shelf.added.getSnapshot().problems).toEqual([]);
  });

  it.each(['', 'null', '{"version":3,"models":[]}'])('is refused as a whole: %j', async (text) => {
    const shelf = await scene.open();
    await expect(shelf.added.importList(text)).rejects.toMatchObject({ code: 'CATALOG_INVALID' });
  });
});
