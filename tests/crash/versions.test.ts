import { beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { ModelManager } from '../../lib/ai/modelManager';
import type { SqlDatabase } from '../../lib/platform/types';
import { createDatabase, emptyDatabase, endsAlive } from './crashScenario';
import {
  afterKill,
  afterPowerCut,
  afterZeroingPowerCut,
  copyOf,
  createDevice,
  createRandom,
  type Device,
} from './crashWorld';
import {
  installBoth,
  installOld,
  NEWER_MODEL,
  runNewer,
  update,
  versionOn,
} from './versionsScenario';

let database: SqlDatabase;
beforeAll(async () => {
  database = await createDatabase();
});
beforeEach(() => emptyDatabase(database));

interface Scenario {
  name: string;
  prepare: (device: Device, database: SqlDatabase) => Promise<void>;
  work: (manager: ModelManager) => Promise<unknown>;
  before: 'old' | 'new';
  after: 'old' | 'new';
}

const SCENARIOS: readonly Scenario[] = [
  { name: 'an update', prepare: installOld, work: update, before: 'old', after: 'new' },
  {
    name: 'going back',
    prepare: installBoth,
    work: (manager) => manager.versions.goBack(NEWER_MODEL),
    before: 'new',
    after: 'old',
  },
  {
    name: 'an update whose bytes are here, after going back',
    async prepare(device, database_) {
      await installBoth(device, database_);
      const { manager } = runNewer(device, database_);
      await manager.start();
      await manager.versions.goBack(NEWER_MODEL);
      await manager.close();
    },
    work: (manager) => manager.versions.goBack(NEWER_MODEL),
    before: 'old',
    after: 'new',
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

/** Prepared once for each scenario, because every death needs it anew. */
async function prepared(scenario: Scenario): Promise<() => Device> {
  const device = createDevice();
  await scenario.prepare(device, database);
  return () => ({ ...device, files: copyOf(device.files), durable: copyOf(device.durable) });
}

describe.each(SCENARIOS)('$name', (scenario) => {
  const work = async (manager: ModelManager) => {
    await manager.start();
    await scenario.work(manager);
  };

  it('comes to the other version when nothing happens', async () => {
    const device = (await prepared(scenario))();
    const running = runNewer(device, database);
    await work(running.manager);
    expect(await versionOn(device, running)).toBe(scenario.after);
    const { earlier, waiting } = await running.manager.versions.find(NEWER_MODEL);
    expect(earlier, 'the other version is kept').toBeDefined();
    expect(waiting).toBeUndefined();
    await running.manager.close();
  });

  it.each(ENDS)('K9, C8: has a version that loads after $end at any operation', async (how) => {
    const begin = await prepared(scenario);
    const seen = new Set<string>();
    for (let diesAt = 1; ; diesAt += 1) {
      const device = begin();
      const isOver = await endsAlive(runNewer(device, database, { diesAt }), work);
      if (isOver) {
        expect(diesAt).toBeGreaterThan(10);
        break;
      }
      const left = how.after(device, diesAt);
      const next = runNewer(left, database);
      await next.manager.start();
      const version = await versionOn(left, next);
      seen.add(version);
      if (version === scenario.before) {
        await scenario.work(next.manager);
        expect(await versionOn(left, next)).toBe(scenario.after);
      }
      await next.manager.deleteModel(NEWER_MODEL);
      expect([...left.files.keys()], 'a removal leaves nothing').toEqual([]);
      await next.manager.close();
    }
    expect([...seen].sort(), 'deaths before and after the exchange').toEqual(['new', 'old']);
  });

  it('K5, K9: comes to the same when it is cut off again while it recovers', async () => {
    const begin = await prepared(scenario);
    for (let diesAt = 1; ; diesAt += 2) {
      const device = begin();
      if (await endsAlive(runNewer(device, database, { diesAt }), work)) return;
      const left = afterPowerCut(device, createRandom(diesAt));
      for (let again = 1; ; again += 1) {
        const cut = { ...left, files: copyOf(left.files), durable: copyOf(left.durable) };
        const recovering = runNewer(cut, database, { diesAt: again });
        const isOver = await endsAlive(recovering, (manager) => manager.start());
        const twice = isOver ? cut : afterPowerCut(cut, createRandom(again));
        const next = runNewer(twice, database);
        await next.manager.start();
        await versionOn(twice, next);
        await next.manager.close();
        if (isOver) break;
      }
    }
  });
});
