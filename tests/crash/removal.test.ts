/** A removal that can be taken back, in a process that dies at any of its operations, and of those of the way back. */
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { ModelManager } from '../../lib/ai/modelManager';
import type { SqlDatabase } from '../../lib/platform/types';
import {
  CRASH_FILES,
  CRASH_MODEL,
  checkTruth,
  checkWayOut,
  createDatabase,
  emptyDatabase,
  endsAlive,
  kindOf,
  run,
} from './crashScenario';
import {
  afterKill,
  afterPowerCut,
  afterZeroingPowerCut,
  copyOf,
  createDevice,
  createRandom,
  type Device,
} from './crashWorld';

/** A file that the manifest doesn't name: it goes with the model, and comes back with it. */
const BESIDE = 'crash/notes.txt';
const TEXT = new TextEncoder().encode('mine');

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
  for (const files of [device.files, device.durable]) files.set(BESIDE, TEXT);
  return device;
}

async function removed(): Promise<Device> {
  const device = await installed();
  const { manager } = run(device, database);
  await manager.start();
  await remove(manager);
  await manager.close();
  return device;
}

const remove = (manager: ModelManager) => manager.deleteModel(CRASH_MODEL, { canComeBack: true });
const bringBack = (manager: ModelManager) => manager.bringBack(CRASH_MODEL);

const SCENARIOS = [
  { name: 'a removal', prepare: installed, work: remove, isRead: false },
  { name: 'its way back', prepare: removed, work: bringBack, isRead: false },
  {
    name: 'a download in place of which it comes back',
    prepare: removed,
    work: (manager: ModelManager) => manager.ensureModelPresent(CRASH_MODEL),
    isRead: true,
  },
];

const ENDS = {
  'kill -9': (device: Device) => afterKill(device),
  'a power cut': (device: Device, at: number) => afterPowerCut(device, createRandom(at)),
  'a power cut that leaves zeros': (device: Device) => afterZeroingPowerCut(device),
};

/** It is installed or it can come back, whole; and it comes back without a request. */
async function checkNothingLost(left: Device, isRead: boolean): Promise<void> {
  const next = run(left, database);
  await next.manager.start();
  await checkTruth(left, next, database);
  const { kept } = next.manager.getSnapshot();
  if (kindOf(next) === 'installed') expect(kept).toEqual([]);
  // A download reads its files back, and goes on with that.
  else if (isRead && kept.length === 0) await next.manager.ensureModelPresent(CRASH_MODEL);
  else {
    expect(kept).toMatchObject([{ place: 'removed', folderName: 'crash' }]);
    expect([...left.files.keys()].filter((path) => path.startsWith('crash/'))).toEqual([]);
    await next.manager.bringBack(CRASH_MODEL);
  }
  expect(kindOf(next)).toBe('installed');
  await checkTruth(left, next, database);
  expect(left.files.get(BESIDE)).toEqual(TEXT);
  expect([...left.files.keys()].filter((path) => path.startsWith('.'))).toEqual([]);
  // Of files that are read back, only what was synced counts after a reboot.
  if (!isRead || left.bootId === 'boot-0') expect(next.world.web.log).toEqual([]);
  await next.manager.close();
}

describe.each(SCENARIOS)('$name', ({ prepare, work, isRead }) => {
  const whole = async (manager: ModelManager) => {
    await manager.start();
    await work(manager);
  };

  it.each(Object.entries(ENDS))('U1: loses nothing by %s at any operation', async (_, after) => {
    for (let diesAt = 1; ; diesAt += 1) {
      const device = await prepare();
      const running = run(device, database, { diesAt });
      const isOver = await endsAlive(running, whole);
      const left = isOver ? device : after(device, diesAt);
      await checkNothingLost(left, isRead);
      await checkWayOut(left, database);
      if (!isOver) continue;
      expect(diesAt).toBeGreaterThan(20);
      return;
    }
  });

  it('U2: comes to the same when it is cut off again while it recovers', async () => {
    for (let diesAt = 1; ; diesAt += 6) {
      const device = await prepare();
      const isOver = await endsAlive(run(device, database, { diesAt }), whole);
      if (isOver) return;
      const left = afterPowerCut(device, createRandom(diesAt));
      for (let dies = 1; ; dies += 1) {
        const once = { ...left, files: copyOf(left.files), durable: copyOf(left.durable) };
        const recovering = run(once, database, { diesAt: dies });
        const hasRecovered = await endsAlive(recovering, (manager) => manager.start());
        await checkNothingLost(hasRecovered ? once : afterKill(once), isRead);
        if (hasRecovered) break;
      }
    }
  });
});

it('U3: brings the model back after a restart, and for a day', async () => {
  const device = await removed();
  const next = run(device, database);
  await next.manager.start();
  expect(kindOf(next)).toBe('absent');
  await next.manager.bringBack(CRASH_MODEL);
  await checkTruth(device, next, database);
  await next.manager.deleteModel(CRASH_MODEL, { canComeBack: true });
  next.clock.advance(24 * 60 * 60 * 1000);
  await expect(next.manager.bringBack(CRASH_MODEL)).rejects.toMatchObject({
    code: 'MODEL_MISSING',
  });
  await next.manager.close();
  const late = run(device, database);
  late.clock.advance(24 * 60 * 60 * 1000);
  await late.manager.start();
  expect([...device.files.keys()]).toEqual([]);
});

it('U4: leaves the files of a later install alone, and of a person who put them there', async () => {
  const device = await removed();
  for (const [name, bytes] of Object.entries(CRASH_FILES)) device.files.set(`crash/${name}`, bytes);
  const next = run(device, database);
  await next.manager.start();
  expect([...device.files.keys()].filter((path) => path.startsWith('crash/'))).toHaveLength(3);
  expect(next.manager.getSnapshot().kept).toHaveLength(1);
});
