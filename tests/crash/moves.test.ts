/** A move to another volume and back, in a process that dies at any of its operations, and on a volume that goes away. */
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { ModelManager } from '../../lib/ai/modelManager';
import { HOMES_PATH, STORE } from '../../lib/platform/shared/homes';
import type { SqlDatabase } from '../../lib/platform/types';
import {
  CRASH_MODEL,
  checkTruth,
  checkWayOut,
  createDatabase,
  emptyDatabase,
  endsAlive,
  isLeftOver,
  kindOf,
  run,
} from './crashScenario';
import {
  afterKill,
  afterPowerCut,
  afterZeroingPowerCut,
  CARD,
  createDevice,
  createRandom,
  type Device,
} from './crashWorld';

let database: SqlDatabase;
beforeAll(async () => {
  database = await createDatabase();
});
beforeEach(() => emptyDatabase(database));

async function installed(): Promise<Device> {
  await emptyDatabase(database);
  const device = createDevice();
  const { manager } = run(device, database);
  await manager.start();
  await manager.ensureModelPresent(CRASH_MODEL);
  await manager.close();
  return device;
}

async function moved(): Promise<Device> {
  const device = await installed();
  const { manager } = run(device, database);
  await manager.start();
  await toCard(manager);
  await manager.close();
  return device;
}

const toCard = (manager: ModelManager) => manager.moveModel(CRASH_MODEL, { to: CARD });
const toStore = (manager: ModelManager) => manager.moveModel(CRASH_MODEL, { to: STORE });
const keysOf = ({ files }: Device) => [...files.keys()].sort();

const CARD_FILES = ['model.executorch.json', 'tokenizer.json', 'tokenizer_config.json'];
const ON_CARD = [
  HOMES_PATH,
  ...[...CARD_FILES, 'weights.pte'].map((name) => `@card/crash/${name}`),
];
const IN_STORE = [...CARD_FILES, 'weights.pte'].map((name) => `crash/${name}`);

const SCENARIOS = [
  { name: 'a move to a card', prepare: installed, work: toCard, end: ON_CARD },
  { name: 'a move back', prepare: moved, work: toStore, end: IN_STORE },
];

const ENDS = {
  'kill -9': (device: Device) => afterKill(device),
  'a power cut': (device: Device, at: number) => afterPowerCut(device, createRandom(at)),
  'a power cut that leaves zeros': (device: Device) => afterZeroingPowerCut(device),
};

async function checkUsable(left: Device): Promise<void> {
  const next = run(left, database);
  await next.manager.start();
  expect(kindOf(next), 'it is installed whatever happened').toBe('installed');
  await next.manager.verifyModel(CRASH_MODEL);
  await checkTruth(left, next, database);
  await next.manager.close();
}

describe.each(SCENARIOS)('$name', ({ prepare, work, end }) => {
  const whole = async (manager: ModelManager) => {
    await manager.start();
    await work(manager);
  };

  it.each(Object.entries(ENDS))(
    'P1: leaves an installed model by %s at any operation, and is finished by the next call',
    async (_, after) => {
      for (let diesAt = 1; ; diesAt += 1) {
        const device = await prepare();
        const isOver = await endsAlive(run(device, database, { diesAt }), whole);
        const left = isOver ? device : after(device, diesAt);
        await checkUsable(left);
        const again = run(left, database);
        await whole(again.manager);
        await again.manager.close();
        expect(keysOf(left)).toEqual(end);
        await checkUsable(left);
        await checkWayOut(left, database);
        if (!isOver) continue;
        expect(diesAt).toBeGreaterThan(30);
        return;
      }
    },
    60_000,
  );

  it('P2: comes to the same when it is cut off again while it recovers', async () => {
    for (let first = 5; first < 60; first += 7) {
      for (let second = 3; second < 60; second += 9) {
        const device = await prepare();
        await endsAlive(run(device, database, { diesAt: first }), whole);
        const once = afterPowerCut(device, createRandom(first));
        await endsAlive(run(once, database, { diesAt: second }), whole);
        const twice = afterZeroingPowerCut(once);
        await checkUsable(twice);
        const again = run(twice, database);
        await whole(again.manager);
        await again.manager.close();
        expect(keysOf(twice)).toEqual(end);
      }
    }
  }, 60_000);
});

describe('a card that goes away', () => {
  const pull = (device: Device) => device.volumes.set(CARD, gone);
  const plug = (device: Device) => device.volumes.set(CARD, here);
  const gone = { isConnected: false, capacityBytes: undefined };
  const here = { isConnected: true, capacityBytes: undefined };

  it('P3: makes its model disconnected, not absent, and the model is there again with the card', async () => {
    const device = await moved();
    pull(device);
    const without = run(device, database);
    await without.manager.start();
    expect(without.manager.getSnapshot().states['crash']).toEqual({
      kind: 'disconnected',
      place: CARD,
    });
    const refused = without.manager.ensureModelPresent(CRASH_MODEL);
    await expect(refused).rejects.toMatchObject({ code: 'PLACE_MISSING' });
    expect(kindOf(without), 'nothing else is shown after that').toBe('disconnected');
    await expect(without.manager.deleteModel(CRASH_MODEL)).rejects.toMatchObject({
      code: 'PLACE_MISSING',
    });
    expect(without.world.web.log, 'nothing is downloaded').toEqual([]);
    await without.manager.close();
    plug(device);
    await checkUsable(device);
    expect(keysOf(device)).toEqual(ON_CARD);
  });

  it.each(SCENARIOS)(
    'P4: loses nothing of $name at any operation',
    async ({ prepare, work, end }) => {
      for (let at = 1; ; at += 1) {
        const device = await prepare();
        const running = run(device, database);
        await running.manager.start();
        let count = 0;
        running.world.disk.beforeOperation = () => {
          count += 1;
          if (count === at) pull(device);
        };
        const problem: unknown = await work(running.manager).then(
          () => undefined,
          (error: unknown) => error,
        );
        if (problem !== undefined) expect(problem).toMatchObject({ code: 'PLACE_MISSING' });
        running.world.disk.beforeOperation = () => undefined;
        await running.manager.close();
        plug(device);
        await checkUsable(device);
        const again = run(device, database);
        await again.manager.start();
        await work(again.manager);
        await again.manager.close();
        expect(keysOf(device)).toEqual(end);
        if (count >= at) continue;
        expect(at).toBeGreaterThan(20);
        return;
      }
    },
  );

  it('P5: can be given up: the model can be downloaded again, and its files there stay', async () => {
    const device = await moved();
    const early = run(device, database);
    await early.manager.start();
    await expect(early.manager.forgetCopy(CRASH_MODEL)).rejects.toMatchObject({
      code: 'STORAGE_BUSY',
    });
    await early.manager.close();
    pull(device);
    const without = run(device, database);
    await without.manager.start();
    await without.manager.forgetCopy(CRASH_MODEL);
    expect(kindOf(without)).toBe('absent');
    await without.manager.ensureModelPresent(CRASH_MODEL);
    expect(kindOf(without)).toBe('installed');
    await without.manager.close();
    expect(keysOf(device)).toEqual([...ON_CARD.slice(1), ...IN_STORE]);
  });
});

describe('a move', () => {
  it('P6: refuses a damaged model, and leaves it where it is', async () => {
    const device = await installed();
    device.files.get('crash/weights.pte')?.fill(7, 100, 110);
    const { manager } = run(device, database);
    await manager.start();
    await expect(toCard(manager)).rejects.toMatchObject({
      code: 'HASH_MISMATCH',
      details: { fileName: 'weights.pte' },
    });
    await manager.cancelMove(CRASH_MODEL);
    expect(keysOf(device)).toEqual(IN_STORE);
    await manager.close();
  });

  it('P7: refuses a card without room before the first byte', async () => {
    const device = await installed();
    device.volumes.set(CARD, { isConnected: true, capacityBytes: 10_000 });
    const { manager } = run(device, database);
    await manager.start();
    await expect(toCard(manager)).rejects.toMatchObject({ code: 'NO_SPACE' });
    expect(keysOf(device).filter((key) => key.startsWith('@'))).toEqual([]);
    await manager.close();
  });

  it('P8: stays usable while it runs, tells its progress, and can be called off and taken up again', async () => {
    const device = await installed();
    const { manager, world } = run(device, database);
    await manager.start();
    const controller = new AbortController();
    const seen: unknown[] = [];
    const stop = manager.subscribe(() => {
      const { moves, states } = manager.getSnapshot();
      expect(states['crash']?.kind).toBe('installed');
      if (moves['crash']) seen.push(moves['crash'].to);
    });
    world.disk.beforeOperation = (operation, path) => {
      if (operation === 'move' && path.includes('tokenizer.json')) controller.abort();
    };
    await expect(
      manager.moveModel(CRASH_MODEL, { to: CARD }, controller.signal),
    ).rejects.toMatchObject({ name: 'AbortError' });
    world.disk.beforeOperation = () => undefined;
    expect(seen).toContain(CARD);
    expect(manager.getSnapshot().moves).toEqual({});
    expect(keysOf(device).some((key) => key.startsWith('@card/'))).toBe(true);
    await toCard(manager);
    expect(keysOf(device)).toEqual(ON_CARD);
    stop();
    await manager.close();
  });

  it('P9: takes an update, a repair, a removal and its way back on the card', async () => {
    const device = await moved();
    device.files.get('@card/crash/weights.pte')?.fill(7, 100, 110);
    const { manager } = run(device, database);
    await manager.start();
    await manager.repairModel(CRASH_MODEL);
    expect(keysOf(device)).toEqual(ON_CARD);
    await manager.deleteModel(CRASH_MODEL, { canComeBack: true });
    expect(keysOf(device).every((key) => key === HOMES_PATH || key.startsWith('@card/.'))).toBe(
      true,
    );
    await manager.bringBack(CRASH_MODEL);
    expect(keysOf(device)).toEqual(ON_CARD);
    expect(keysOf(device).filter(isLeftOver)).toEqual([]);
    await manager.close();
    await checkUsable(device);
  });
});
