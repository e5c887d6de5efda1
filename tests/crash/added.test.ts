/** A model that is added, downloaded, removed and forgotten, in a process that dies at any of its operations. */
import { beforeAll, expect, it } from 'vitest';

import { createShelf, type Shelf } from '../../lib/ai/createShelf';
import type { SqlDatabase } from '../../lib/platform/types';
import { ADDED, ADDED_URL, ADDED_WEIGHTS, EMPTYING, idsOf, kindOf } from '../addedScene';
import { ENDPOINT, MODEL } from '../modelFixture';
import { createDatabase, emptyDatabase } from './crashScenario';
import { afterKill, createDevice, live, type Device } from './crashWorld';

const ID = ADDED.modelId;
const SERVED = new Map([[ADDED_URL, ADDED_WEIGHTS]]);

let database: SqlDatabase;
beforeAll(async () => {
  // It outlives each process.
  database = { ...(await createDatabase()), close: () => Promise.resolve() };
});

interface Lived {
  isOver: boolean;
  operations: number;
}

/** Runs `work` on a shelf of this device, until it ends or its process dies. */
async function runShelf(
  device: Device,
  work: (shelf: Shelf) => Promise<unknown>,
  diesAt?: number,
): Promise<Lived> {
  const life = live(device, { database, served: SERVED, hubEndpoint: ENDPOINT, diesAt });
  const whole = async () => {
    const shelf = await createShelf({
      platform: life.platform,
      ...{ models: [MODEL], random: () => 0, waitsForSpace: false },
    });
    await work(shelf);
    await shelf.close();
    return true;
  };
  let hasEnded = false;
  const outcome = Promise.race([whole(), life.died.then(() => false)]).finally(() => {
    hasEnded = true;
  });
  const tick = () => {
    if (hasEnded) return;
    life.clock.advance(500);
    setImmediate(tick);
  };
  tick();
  const isOver = await outcome;
  return { isOver, operations: life.operations() };
}

async function wholeLife(shelf: Shelf): Promise<void> {
  await shelf.add(ADDED, 'hub');
  await shelf.marks.setNote(ID, 'Mine.');
  await shelf.ensure(ID);
  await shelf.forget(ID, { removesFiles: true });
}

const rows = () => database.all({ sql: 'SELECT * FROM added_model' });
const marks = () => database.all({ sql: 'SELECT * FROM model_mark' });

/** What must hold at the next start, wherever the process died. */
async function checkTruth(shelf: Shelf, device: Device): Promise<void> {
  const kept = await rows();
  const hasFiles = [...device.files.keys()].some((path) => path.includes(ADDED.folderName));
  expect(shelf.added.getSnapshot()).toMatchObject({ models: kept.map(() => ({})), problems: [] });
  if (kept.length === 0) {
    // It was forgotten, or never added; no file of it is left that no card shows.
    expect(hasFiles).toBe(false);
    expect(idsOf(shelf)).toEqual([MODEL.modelId]);
    expect(await marks()).toEqual([]);
    return;
  }
  expect(idsOf(shelf)).toEqual([MODEL.modelId, ID]);
  if (kindOf(shelf, ID) === 'installed') {
    const bytes = device.files.get(`${ADDED.folderName}/own-Q4_K_M.gguf`);
    expect(bytes).toEqual(ADDED_WEIGHTS);
  }
}

it('is on the list or not, never in part, and can be forgotten from wherever it stands', async () => {
  for (let diesAt = 1; ; diesAt += 1) {
    await emptyDatabase(database);
    await database.batch(EMPTYING);
    const device = createDevice();
    const { isOver } = await runShelf(device, wholeLife, diesAt);
    const next = afterKill(device);
    await runShelf(next, async (shelf) => {
      await checkTruth(shelf, next);
      await shelf.add(ADDED, 'hub');
      expect(idsOf(shelf)).toEqual([MODEL.modelId, ID]);
      await shelf.forget(ID, { removesFiles: true });
    });
    expect([...next.files.keys()]).toEqual([]);
    expect(await rows()).toEqual([]);
    if (!isOver) continue;
    expect(diesAt).toBeGreaterThan(60);
    return;
  }
}, 120_000);
