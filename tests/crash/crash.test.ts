import { beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { ModelManager } from '../../lib/ai/modelManager';
import type { SqlDatabase } from '../../lib/platform/types';
import {
  CRASH_MODEL,
  checkTruth,
  checkWayOut,
  createDatabase,
  emptyDatabase,
  endsAlive,
  kindOf,
  run,
  type Running,
} from './crashScenario';
import {
  afterKill,
  afterPowerCut,
  afterZeroingPowerCut,
  copyOf,
  createDevice,
  createRandom,
} from './crashWorld';
import type { Device } from './crashWorld';

let database: SqlDatabase;
beforeAll(async () => {
  database = await createDatabase();
});
beforeEach(() => emptyDatabase(database));

interface Scenario {
  name: string;
  /** What the device holds before. */
  prepare: (device: Device) => Promise<void>;
  work: (manager: ModelManager) => Promise<unknown>;
  /** Whether the model may still be as damaged as it was before the work. */
  mayBeDamaged?: boolean;
  /** Whether a model that isn't here any more has left no byte. */
  leavesNothing?: boolean;
  /** How fast time passes: see `endsAlive`. */
  tickMs?: number;
}

async function install(device: Device): Promise<void> {
  const { manager } = run(device, database);
  await manager.start();
  await manager.ensureModelPresent(CRASH_MODEL);
  await manager.close();
}

async function damage(device: Device): Promise<void> {
  await install(device);
  for (const files of [device.files, device.durable]) {
    files.get('crash/weights.pte')?.fill(0, 5000, 5100);
  }
}

async function loseRecord(device: Device): Promise<void> {
  await install(device);
  for (const files of [device.files, device.durable]) files.delete('crash/model.json');
}

const ensure = (manager: ModelManager) => manager.ensureModelPresent(CRASH_MODEL);
const nothing = () => Promise.resolve();

const SCENARIOS: readonly Scenario[] = [
  { name: 'an install of several files', prepare: nothing, work: ensure },
  {
    name: 'an install that is over before any clock has asked for a sync',
    prepare: nothing,
    work: ensure,
    tickMs: 1,
  },
  {
    name: 'a removal',
    prepare: install,
    work: (manager) => manager.deleteModel(CRASH_MODEL),
    leavesNothing: true,
  },
  {
    name: 'a repair',
    prepare: damage,
    work: (manager) => manager.repairModel(CRASH_MODEL),
    mayBeDamaged: true,
  },
  { name: 'taking over files without a record', prepare: loseRecord, work: ensure },
];

const ENDS = [
  { end: 'kill -9', after: (device: Device) => afterKill(device) },
  {
    end: 'a power cut',
    after: (device: Device, at: number) => afterPowerCut(device, createRandom(at)),
  },
  {
    end: 'another power cut',
    after: (device: Device, at: number) => afterPowerCut(device, createRandom(at + 1_000_000)),
  },
  { end: 'a power cut that leaves zeros', after: (device: Device) => afterZeroingPowerCut(device) },
] as const;

async function begin({ prepare }: Scenario) {
  await emptyDatabase(database);
  const device = createDevice();
  await prepare(device);
  return device;
}

async function start(manager: ModelManager) {
  await manager.start();
}

describe.each(SCENARIOS)('$name', (scenario) => {
  const work = async (manager: ModelManager) => {
    await start(manager);
    await scenario.work(manager);
  };

  it.each(ENDS)(
    'K2, K3, K4, K6-K8: is whole or goes on after $end at any operation',
    async (how) => {
      for (let diesAt = 1; ; diesAt += 1) {
        const device = await begin(scenario);
        const running = run(device, database, { diesAt });
        const isOver = await endsAlive(running, work, scenario.tickMs);
        if (isOver) {
          expect(diesAt).toBeGreaterThan(10);
          return;
        }
        const left = how.after(device, diesAt);
        const next = run(left, database);
        await next.manager.start();
        if (await isUntouched(scenario, next)) await next.manager.repairModel(CRASH_MODEL);
        await checkTruth(left, next, database);
        if (scenario.leavesNothing && kindOf(next) !== 'installed') {
          expect([...left.files.keys()]).toEqual([]);
        }
        await checkWayOut(left, database);
      }
    },
  );

  it('K5: comes to the same when it is cut off again while it recovers', async () => {
    for (let diesAt = 1; ; diesAt += 3) {
      const device = await begin(scenario);
      const running = run(device, database, { diesAt });
      const isOver = await endsAlive(running, work, scenario.tickMs);
      if (isOver) return;
      const left = afterPowerCut(device, createRandom(diesAt));
      const outcome = await recoverInPieces(scenario, left);
      expect(outcome).toBeGreaterThan(0);
    }
  });
});

/** Whether the process died before its repair began: the model is then what it was, damage and all. */
async function isUntouched({ mayBeDamaged = false }: Scenario, running: Running): Promise<boolean> {
  if (!mayBeDamaged || kindOf(running) !== 'installed') return false;
  return running.manager.verifyModel(CRASH_MODEL).then(
    () => false,
    () => true,
  );
}

/** Cuts the recovery off at each of its operations in turn; answers how often. */
async function recoverInPieces(scenario: Scenario, left: Device): Promise<number> {
  for (let diesAt = 1; ; diesAt += 1) {
    const device = { ...left, files: copyOf(left.files), durable: copyOf(left.durable) };
    const recovering = run(device, database, { diesAt });
    const isOver = await endsAlive(recovering, start);
    const again = isOver ? device : afterPowerCut(device, createRandom(diesAt));
    const next = run(again, database);
    await next.manager.start();
    if (!(await isUntouched(scenario, next))) await checkTruth(again, next, database);
    const kind = kindOf(next);
    // Twice is as good as once.
    const third = run(again, database);
    await third.manager.start();
    expect(kindOf(third)).toBe(kind);
    if (isOver) return diesAt;
  }
}
