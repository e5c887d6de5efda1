/** U9: one of two models that share a file, in a process that dies at any of its operations: the other one always loads. */
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { ModelManager } from '../../lib/ai/modelManager';
import type { SqlDatabase } from '../../lib/platform/types';
import {
  CRASH_MODEL,
  checkAccount,
  checkTruth,
  createDatabase,
  emptyDatabase,
  endsAlive,
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
import { BOTH, BOTH_NEWER, checkTwin, isShared, runBoth, TWIN_MODEL } from './shareScenario';
import { NEWER_MODEL, update, versionOn } from './versionsScenario';

let database: SqlDatabase;
beforeAll(async () => {
  database = await createDatabase();
});
beforeEach(() => emptyDatabase(database));

type Work = (manager: ModelManager) => Promise<unknown>;

interface Scenario {
  name: string;
  /** What was done before, after both were installed. */
  before?: Work;
  work: Work;
  /** Whether the list states the newer version of the one model. */
  isNewer?: true;
}

const SCENARIOS: readonly Scenario[] = [
  { name: 'is repaired', work: (manager) => manager.repairModel(CRASH_MODEL) },
  { name: 'is removed', work: (manager) => manager.deleteModel(CRASH_MODEL) },
  {
    name: 'is removed for a while',
    work: (manager) => manager.deleteModel(CRASH_MODEL, { canComeBack: true }),
  },
  {
    name: 'comes back',
    before: (manager) => manager.deleteModel(CRASH_MODEL, { canComeBack: true }),
    work: (manager) => manager.bringBack(CRASH_MODEL),
  },
  {
    name: 'is installed, and shares its file by that',
    before: (manager) => manager.deleteModel(CRASH_MODEL),
    work: (manager) => manager.ensureModelPresent(CRASH_MODEL),
  },
  { name: 'is updated', work: update, isNewer: true },
  {
    name: 'goes back',
    before: update,
    work: (manager) => manager.versions.goBack(NEWER_MODEL),
    isNewer: true,
  },
];

const ENDS = [
  { end: 'kill -9', after: (device: Device) => afterKill(device) },
  {
    end: 'a power cut',
    after: (device: Device, at: number) => afterPowerCut(device, createRandom(at)),
  },
  { end: 'a power cut that leaves zeros', after: (device: Device) => afterZeroingPowerCut(device) },
] as const;

const modelsOf = ({ isNewer }: Scenario) => (isNewer ? BOTH_NEWER : BOTH);

/** Both models are installed and share their weights; then what was done before. */
async function prepared(scenario: Scenario): Promise<() => Device> {
  await emptyDatabase(database);
  const device = createDevice();
  const first = runBoth(device, database);
  await first.manager.start();
  await first.manager.ensureModelPresent(TWIN_MODEL);
  await first.manager.ensureModelPresent(CRASH_MODEL);
  await first.manager.close();
  expect(isShared(device)).toBe(true);
  if (scenario.before) {
    const { manager } = runBoth(device, database, { models: modelsOf(scenario) });
    await manager.start();
    await scenario.before(manager);
    await manager.close();
  }
  return () => ({ ...device, files: copyOf(device.files), durable: copyOf(device.durable) });
}

/** What holds after the next start, and the way out. */
async function check(left: Device, scenario: Scenario): Promise<void> {
  const models = modelsOf(scenario);
  const next = runBoth(left, database, { models });
  await next.manager.start();
  await checkTwin(left, next);
  await next.manager.verifyModel(TWIN_MODEL);
  if (scenario.isNewer) await versionOn(left, next);
  else await checkTruth(left, next, database);
  await checkAccount(left, next);
  const [one = CRASH_MODEL] = models;
  await next.manager.ensureModelPresent(one);
  await next.manager.verifyModel(one);
  await next.manager.deleteModel(one);
  await checkTwin(left, next);
  await next.manager.deleteModel(TWIN_MODEL);
  await next.manager.close();
  expect([...left.files.keys()].filter((path) => !path.startsWith('.earlier'))).toEqual([]);
}

describe.each(SCENARIOS)('of two models with an equal file, one $name', (scenario) => {
  const work = async (manager: ModelManager) => {
    await manager.start();
    await scenario.work(manager);
  };

  it.each(ENDS)('and the other one loads after $end at any operation', async (how) => {
    const begin = await prepared(scenario);
    for (let diesAt = 1; ; diesAt += 1) {
      const device = begin();
      const running = runBoth(device, database, { diesAt, models: modelsOf(scenario) });
      if (await endsAlive(running, work)) {
        expect(diesAt).toBeGreaterThan(6);
        await check(device, scenario);
        return;
      }
      await check(how.after(device, diesAt), scenario);
    }
  });
});

it('a repair of a damaged file that is shared heals both', async () => {
  const begin = await prepared({ name: '', work: () => Promise.resolve() });
  const device = begin();
  device.files.get('crash/weights.pte')?.fill(0, 5_000, 5_100);
  const { manager, ...rest } = runBoth(device, database);
  await manager.start();
  await expect(manager.verifyModel(TWIN_MODEL)).rejects.toMatchObject({ name: 'ModelError' });
  await manager.repairModel(CRASH_MODEL);
  await checkTwin(device, { manager, ...rest });
  expect(isShared(device)).toBe(true);
  await manager.close();
});
