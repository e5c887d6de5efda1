/** A model that its publisher withdraws: in front of the download, in front of the engine, and remembered. */
import { afterEach, beforeEach, expect, it } from 'vitest';

import { ENDPOINT, GGUF_URL, MODEL, sha256, WEIGHTS } from '../../../tests/modelFixture';
import { createMemoryPlatform, createMemoryWorld } from '../../platform/memory/memoryPlatform';
import { createInMemoryDatabase } from '../../platform/shared/inMemoryDatabase';
import { systemClock } from '../../platform/shared/systemClock';
import type { SqlDatabase } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import { startModelApp, type ModelApp } from '../startModelApp';

const REASON = 'Its template was damaged.';
const { modelId } = MODEL;
const VERSION = sha256(WEIGHTS);
const refusal = { code: 'MODEL_WITHDRAWN', details: { modelId, reason: REASON } };

let world: ReturnType<typeof createMemoryWorld>;
let database: SqlDatabase;
const apps: ModelApp[] = [];

beforeEach(async () => {
  world = createMemoryWorld();
  world.web.files.set(GGUF_URL, WEIGHTS);
  world.web.answerText = () => ({ status: 404, text: '', headers: {} });
  database = await createInMemoryDatabase();
});
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
});

/** A start of the app with a catalog that says this about the model. */
async function start(withdrawn: LlmModelConfig['withdrawn'], version = VERSION): Promise<ModelApp> {
  for (const app of apps.splice(0)) await app.close();
  const kept = { ...database, close: () => Promise.resolve() };
  const platform = createMemoryPlatform({
    ...{ world, hubEndpoint: ENDPOINT, database: kept, clock: systemClock },
  });
  const stated = { sizeBytes: WEIGHTS.byteLength, sha256: version };
  const source = { kind: 'remote', url: GGUF_URL, ...stated } as const;
  const model = { ...MODEL, ggufSource: source, ...(withdrawn && { withdrawn }) };
  const offered = { models: [model], problems: [] };
  const app = await startModelApp(platform, { random: () => 0, offered });
  apps.push(app);
  return app;
}

const kindIn = (app: ModelApp) => app.manager.getSnapshot().states[modelId]?.kind;
const modelIn = (app: ModelApp) => {
  const model = app.registry.find(modelId);
  if (!model) throw new Error('no model');
  return model;
};

it.each<[string, LlmModelConfig['withdrawn']]>([
  ['model', { reason: REASON }],
  ['version', { reason: REASON, versions: ['f'.repeat(64), VERSION] }],
])('a withdrawn %s isn’t downloaded, and nobody is asked for a byte', async (_, withdrawn) => {
  const app = await start(withdrawn);
  expect((await app.shelf.plan(modelId)).refusals).toEqual([refusal]);
  await expect(app.shelf.ensure(modelId)).rejects.toMatchObject(refusal);
  await expect(app.shelf.adopt(modelId, '/elsewhere')).rejects.toMatchObject(refusal);
  expect(kindIn(app)).toBe('absent');
  expect(world.web.log).toEqual([]);
});

it('is downloaded and loaded after the person’s decision, which later starts remember', async () => {
  const app = await start({ reason: REASON });
  await app.shelf.withdrawals.useAnyway(modelId);
  await app.shelf.ensure(modelId);
  await app.llm.session.load(modelIn(app));
  const next = await start({ reason: REASON });
  await next.llm.session.load(modelIn(next));
  expect(next.llm.session.getSnapshot().status).toMatchObject({ kind: 'ready', modelId });
});

it('stays on the device when it is withdrawn later, and isn’t loaded until the person decides', async () => {
  const before = await start(undefined);
  await before.shelf.ensure(modelId);
  await before.llm.session.load(modelIn(before));
  const app = await start({ reason: REASON, versions: [VERSION] });
  expect(kindIn(app)).toBe('installed');
  await expect(app.llm.session.load(modelIn(app))).rejects.toMatchObject(refusal);
  expect(app.llm.session.getSnapshot().status).toMatchObject({ kind: 'failed', failure: refusal });
  await expect(app.shelf.verify(modelId)).resolves.toBeUndefined();
  await app.shelf.withdrawals.useAnyway(modelId);
  await app.llm.session.load(modelIn(app));
  expect(app.llm.session.getSnapshot().status).toMatchObject({ kind: 'ready' });
});

it('another version of it is neither refused nor covered by the decision', async () => {
  const other = await start({ reason: REASON, versions: ['f'.repeat(64)] });
  await other.shelf.withdrawals.useAnyway(modelId);
  await other.shelf.ensure(modelId);
  await other.llm.session.load(modelIn(other));
  const app = await start({ reason: REASON, versions: [VERSION] });
  await expect(app.llm.session.load(modelIn(app))).rejects.toMatchObject(refusal);
});

it('a decision about one version is none about the next one', async () => {
  const app = await start({ reason: REASON });
  await app.shelf.withdrawals.useAnyway(modelId);
  expect((await app.shelf.plan(modelId)).refusals).toEqual([]);
  const next = await start({ reason: REASON }, 'e'.repeat(64));
  expect((await next.shelf.plan(modelId)).refusals).toEqual([refusal]);
});

it('a model that was never withdrawn costs no look into the database', async () => {
  const app = await start(undefined);
  const asked: string[] = [];
  const { all } = database;
  database.all = (statement) => {
    asked.push(statement.sql);
    return all(statement);
  };
  await app.shelf.ensure(modelId);
  await app.llm.session.load(modelIn(app));
  expect(asked.filter((sql) => sql.includes('used_anyway'))).toEqual([]);
});
