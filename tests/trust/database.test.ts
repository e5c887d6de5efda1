import { describe, expect, it } from 'vitest';

import { MAX_CATALOG_BYTES } from '../../lib/ai/registry/catalog';
import { loadModels } from '../../lib/ai/registry/loadModels';
import { DEFAULT_MODEL } from '../../lib/ai/modelConfig';
import { createModelSelection } from '../../lib/ai/engine/modelSelection';
import { migrate } from '../../lib/db/migrations';
import { createModelSettings } from '../../lib/db/modelSettings';
import { ModelError } from '../../lib/errors';
import { createInMemoryDatabase } from '../../lib/platform/shared/inMemoryDatabase';
import type { SqlDatabase, SqlStatement } from '../../lib/platform/types';
import { createTestSession, llamaCppOf } from '../llmFixture';
import { createTab, MODEL, stateOf } from '../modelFixture';
import { nextTurn, createDiskScene, type App } from './diskScene';
import { canMount, fill, mountMemory, needs } from './volumes';

const scene = createDiskScene();

/** A database that takes no writes while `reason` says why not. */
async function moodyDatabase() {
  const database = await createInMemoryDatabase();
  const mood: { reason: string | undefined } = { reason: undefined };
  const moody: SqlDatabase = {
    ...database,
    batch: async (statements) => {
      if (mood.reason !== undefined) throw new ModelError('DB_FAILED', { reason: mood.reason });
      await database.batch(statements);
    },
  };
  return { database: moody, mood };
}

const rowsOf = async ({ settings }: App) => (await settings.getSettings()).downloadedModels;

describe('a database that takes no writes', () => {
  it.each([
    ['B1', 'SQLITE_BUSY: database is locked'],
    ['B6', 'SQLITE_READONLY: attempt to write a readonly database'],
    ['D4', 'SQLITE_FULL: database or disk is full'],
  ])(
    '%s (%s): is said as itself; a model that came stays and is recorded later',
    async (_, reason) => {
      const { database, mood } = await moodyDatabase();
      const app = await scene.start({ database });
      mood.reason = reason;
      await expect(app.ensure()).rejects.toMatchObject({ code: 'DB_FAILED', details: { reason } });
      await scene.expectInstalled(app);
      expect(await rowsOf(app)).toEqual([]);
      mood.reason = undefined;
      const next = await scene.start({ database });
      await scene.expectInstalled(next);
      expect(await rowsOf(next)).toMatchObject([{ modelId: 'tiny' }]);
    },
  );

  it.skipIf(!canMount)(
    `D4: for want of room still lets a model go, and loses the row at the next start${needs(canMount, 'a mount')}`,
    async () => {
      const volume = mountMemory(scene, 'size=65m');
      const { database, mood } = await moodyDatabase();
      await scene.installed('tiny', { database });
      const empty = await fill(volume);
      mood.reason = 'SQLITE_FULL: database or disk is full';
      const app = await scene.start({ database });
      await expect(app.remove()).rejects.toMatchObject({ code: 'DB_FAILED' });
      expect(app.state().kind).toBe('absent');
      expect(app.manager.getSnapshot().storage.usedBytes).toBe(0);
      await empty();
      mood.reason = undefined;
      expect(await rowsOf(await scene.start({ database }))).toEqual([]);
    },
  );

  it('B6: starts, lists and verifies as long as nothing has to be written', async () => {
    const { database, mood } = await moodyDatabase();
    await scene.installed('tiny', { database });
    mood.reason = 'SQLITE_READONLY: attempt to write a readonly database';
    const app = await scene.start({ database });
    await scene.expectInstalled(app);
    await app.manager.verifyModel(scene.config('tiny'));
  });
});

describe('a database that takes no writes at a start that has some to make', () => {
  it('D4: shows what the disk says, lets a model go, and makes them at the next start', async () => {
    const { database, mood } = await moodyDatabase();
    await scene.installed('tiny', { database });
    const old = await scene.open({ database });
    await old.settings.removeDownloadedModel('tiny');
    mood.reason = 'SQLITE_FULL: database or disk is full';
    const app = await scene.start({ database });
    await scene.expectInstalled(app);
    expect(await rowsOf(app)).toEqual([]);
    mood.reason = undefined;
    expect(await rowsOf(await scene.start({ database }))).toMatchObject([{ modelId: 'tiny' }]);
  });
});

describe('a database that is lost', () => {
  it('B5: costs no model: all are taken back from their manifests, without the network', async () => {
    await scene.installed('tiny', { database: await createInMemoryDatabase() });
    await scene.installed('other');
    const app = await scene.start({ database: await createInMemoryDatabase() });
    await scene.expectInstalled(app);
    await scene.expectInstalled(app, 'other');
    expect((await rowsOf(app)).map(({ modelId }) => modelId).sort()).toEqual(['other', 'tiny']);
    expect(scene.hub.log).toEqual([]);
    await app.manager.verifyModel(scene.config('tiny'));
  });

  it('B4: in part, with rows of another time, ends as the disk says, selection included', async () => {
    const database = await createInMemoryDatabase();
    await scene.installed('tiny', { database });
    const old = await scene.open({ database });
    const [row] = await rowsOf(old);
    if (!row) throw new Error('no row');
    await old.settings.addDownloadedModel({
      ...row,
      modelId: 'other',
      ptePath: 'other/other.gguf',
    });
    await old.settings.addDownloadedModel({ ...row, size: 1, ptePath: 'elsewhere/tiny.gguf' });
    await old.settings.setSelectedModelId('other');
    const app = await scene.start({ database });
    expect(await rowsOf(app)).toEqual([row]);
    expect(await app.settings.getSelectedModelId()).toBe(DEFAULT_MODEL.modelId);
  });
});

describe('a schema', () => {
  /** What version 1 was when it was released, word for word: what lies on devices. */
  const RELEASED: Readonly<Record<number, readonly string[]>> = {
    1: [
      'CREATE TABLE setting (name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) STRICT',
      `CREATE TABLE downloaded_model (
        model_id TEXT PRIMARY KEY NOT NULL, downloaded_at INTEGER NOT NULL, pte_path TEXT NOT NULL,
        tokenizer_path TEXT, tokenizer_config_path TEXT, size_bytes INTEGER NOT NULL) STRICT`,
      "INSERT INTO setting VALUES ('selected_model_id', 'tiny')",
      "INSERT INTO downloaded_model VALUES ('tiny', 5, 'tiny/tiny.gguf', NULL, NULL, 7)",
    ],
  };

  it('B7: whose making dies at any statement is made whole by the next start', async () => {
    const schemaOf = async (database: SqlDatabase) => ({
      version: await database.all({ sql: 'PRAGMA user_version' }),
      entries: await database.all({ sql: 'SELECT name FROM sqlite_schema' }),
    });
    const nothing = await schemaOf(await createInMemoryDatabase());
    const complete = await createInMemoryDatabase();
    await migrate(complete);
    const whole = await schemaOf(complete);
    let made = false;
    for (let n = 0; !made; n += 1) {
      const database = await createInMemoryDatabase();
      let statementCount = 0;
      const dying: SqlDatabase = {
        ...database,
        batch(statements) {
          statementCount = statements.length;
          return database.batch(diesAt(statements, n));
        },
      };
      made = await migrate(dying).then(
        () => true,
        () => false,
      );
      expect(await schemaOf(database)).toEqual(made ? whole : nothing);
      await migrate(database);
      const settings = createModelSettings(database);
      expect(await settings.getSettings()).toMatchObject({ downloadedModels: [] });
      if (made) expect(n).toBe(statementCount);
    }
  });

  it('B7: is finished beside a tab of an older version, which makes the first tables meanwhile', async () => {
    const database = await createInMemoryDatabase();
    const older = [...(RELEASED[1] ?? []), 'PRAGMA user_version = 1'].map((sql) => ({ sql }));
    let attempts = 0;
    await migrate({
      ...database,
      async batch(statements) {
        attempts += 1;
        if (attempts === 1) await database.batch(older);
        await database.batch(statements);
      },
    });
    expect(attempts).toBe(2);
    expect(await createModelSettings(database).getSelectedModelId()).toBe('tiny');
    await scene.start({ database });
  });

  it('B8: of a newer app is refused and left as it is, and its models are still there', async () => {
    const database = await createInMemoryDatabase();
    await scene.installed('tiny', { database });
    await database.batch([{ sql: 'PRAGMA user_version = 99' }]);
    await expect(scene.open({ database })).rejects.toMatchObject({ code: 'DB_TOO_NEW' });
    expect(await database.all({ sql: 'PRAGMA user_version' })).toEqual([{ user_version: 99 }]);
    expect(await createModelSettings(database).isModelDownloaded('tiny')).toBe(true);
    await scene.expectInstalled(await scene.start());
  });

  it.each(Object.keys(RELEASED))('B9: of release %s keeps what it held', async (version) => {
    const database = await createInMemoryDatabase();
    const statements = RELEASED[Number(version)] ?? [];
    await database.batch([
      ...statements.map((sql) => ({ sql })),
      { sql: `PRAGMA user_version = ${version}` },
    ]);
    await migrate(database);
    expect(await createModelSettings(database).getSettings()).toEqual({
      selectedModelId: 'tiny',
      downloadedModels: [{ modelId: 'tiny', downloadedAt: 5, ptePath: 'tiny/tiny.gguf', size: 7 }],
    });
    expect(await database.all({ sql: 'PRAGMA integrity_check' })).toEqual([
      { integrity_check: 'ok' },
    ]);
  });

  function diesAt(statements: readonly SqlStatement[], n: number): SqlStatement[] {
    if (n >= statements.length) return [...statements];
    return [...statements.slice(0, n), { sql: 'SELECT * FROM nowhere' }];
  }
});

describe('two who write at once', () => {
  it('B10, C8: while one removes what the other selects, nobody ends on a model that is gone', async () => {
    for (let lead = 0; lead < 40; lead += 1) {
      const first = await createTab();
      const second = await createTab({ world: first.world, database: first.database });
      const [one, two] = [await selectionOf(first), await selectionOf(second)];
      await first.manager.ensureModelPresent(MODEL);
      while (stateOf(second.manager).kind !== 'installed') await nextTurn();
      const removal = one.deleteModel(MODEL);
      // Each time the other comes a little later.
      for (let turn = 0; turn < lead; turn += 1) await Promise.resolve();
      await Promise.allSettled([removal, two.select(MODEL)]);
      const later = await createTab({ world: first.world, database: first.database });
      const selected = await selectionOf(later);
      expect(stateOf(later.manager).kind).toBe('absent');
      expect(selected.getSelectedModelId()).toBe(DEFAULT_MODEL.modelId);
      expect(await later.settings.getSelectedModelId()).toBe(DEFAULT_MODEL.modelId);
      for (const { manager } of [first, second, later]) await manager.close();
    }
  });

  async function selectionOf({
    manager,
    settings,
    platform,
  }: Awaited<ReturnType<typeof createTab>>) {
    await manager.start();
    const { session } = await createTestSession({ engine: llamaCppOf(platform) });
    const parts = { manager, settings, peers: platform.peers, session, models: [MODEL] };
    const selection = createModelSelection(parts);
    await selection.start();
    return selection;
  }
});

describe('a catalog', () => {
  it('B11: as long as one may be starts within a second', async () => {
    const entries: string[] = [];
    let length = 0;
    for (let n = 0; length < MAX_CATALOG_BYTES - 2000; n += 1) {
      const id = `many-${String(n)}`;
      const text = JSON.stringify({ ...scene.config('tiny'), modelId: id, folderName: id });
      entries.push(text);
      length += text.length + 1;
    }
    const catalogText = `{"version":1,"models":[${entries.join(',')}]}`;
    // Of this process, whatever else the machine is doing.
    const before = process.cpuUsage();
    const { models, problems } = loadModels({ catalogText, hubEndpoint: scene.hub.endpoint });
    const app = await scene.start({ models });
    const { user, system } = process.cpuUsage(before);
    expect(user + system).toBeLessThan(1_000_000);
    expect(problems).toEqual([]);
    expect(entries.length).toBeGreaterThan(1000);
    expect(Object.keys(app.manager.getSnapshot().states).length).toBe(models.length);
  });
});
