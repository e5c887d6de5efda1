/** A download that runs, or that a person pauses, in a process that dies at any of its operations. */
import { beforeAll, beforeEach, expect, it } from 'vitest';

import type { ModelManager } from '../../lib/ai/modelManager';
import { createBegunDownloadStore, type BegunDownload } from '../../lib/db/begunDownloads';
import { script } from '../../lib/platform/memory/memoryWeb';
import type { SqlDatabase } from '../../lib/platform/types';
import { until } from '../modelFixture';
import {
  CRASH_MODEL,
  CRASH_WEIGHTS_URL,
  checkTruth,
  createDatabase,
  emptyDatabase,
  endsAlive,
  kindOf,
  run,
  type Running,
} from './crashScenario';
import { afterKill, afterPowerCut, createDevice, createRandom, type Device } from './crashWorld';

const ENDS = {
  'kill -9': (device: Device) => afterKill(device),
  'a power cut': (device: Device, at: number) => afterPowerCut(device, createRandom(at)),
};

let database: SqlDatabase;
beforeAll(async () => {
  database = await createDatabase();
});
beforeEach(() => emptyDatabase(database));

async function noted(): Promise<BegunDownload | undefined> {
  const [only] = await createBegunDownloadStore(database).list();
  return only;
}

/** What the next start does by itself, until it is installed or nothing moves any more. */
async function startAgain(device: Device): Promise<Running> {
  const next = run(device, database, { goesOn: true });
  const before = await noted();
  const isToGoOn = before !== undefined && before.pausedAt === undefined;
  await endsAlive(next, async (manager) => {
    await manager.start();
    if (!isToGoOn) return;
    await untilInstalled(manager);
    // The download itself reads that only after its end.
    await manager.refreshStorage();
  });
  return next;
}

const untilInstalled = (manager: ModelManager) =>
  until(manager, ({ states }) => states[CRASH_MODEL.modelId]?.kind === 'installed');

it.each(Object.entries(ENDS))(
  'goes on at the next start after %s at any operation, once it was noted',
  async (_, after) => {
    let continued = 0;
    for (let diesAt = 1; ; diesAt += 1) {
      await emptyDatabase(database);
      const device = createDevice();
      const running = run(device, database, { diesAt, goesOn: true });
      const isOver = await endsAlive(running, async (manager) => {
        await manager.start();
        await manager.ensureModelPresent(CRASH_MODEL);
      });
      if (isOver) break;
      const left = after(device, diesAt);
      const hadNote = (await noted()) !== undefined;
      const next = await startAgain(left);
      if (hadNote) continued += 1;
      else expect(next.world.web.log).toEqual([]);
      if (hadNote) expect(kindOf(next)).toBe('installed');
      await checkTruth(left, next, database);
      await next.manager.close();
    }
    expect(continued).toBeGreaterThan(10);
    expect(await noted()).toBeUndefined();
  },
);

it.each(Object.entries(ENDS))('stays paused after %s at any operation', async (_, after) => {
  const never = new Promise<void>(() => undefined);
  let stayed = 0;
  for (let diesAt = 1; ; diesAt += 1) {
    await emptyDatabase(database);
    const device = createDevice();
    const running = run(device, database, {
      diesAt,
      goesOn: true,
      script: ({ web }) => {
        script(web, CRASH_WEIGHTS_URL, { kind: 'hold', afterBytes: 4_000, until: never });
      },
    });
    const isOver = await endsAlive(running, async (manager) => {
      await manager.start();
      const ended = manager.ensureModelPresent(CRASH_MODEL).catch(() => undefined);
      await until(manager, ({ states }) => {
        const state = states[CRASH_MODEL.modelId];
        return state?.kind === 'downloading' && state.receivedBytes > 0;
      });
      manager.pauseDownload(CRASH_MODEL);
      await ended;
    });
    const isPaused = (await noted())?.pausedAt !== undefined;
    if (isOver) expect(isPaused).toBe(true);
    if (isPaused) {
      stayed += 1;
      const next = await startAgain(isOver ? device : after(device, diesAt));
      expect(['absent', 'paused']).toContain(kindOf(next));
      expect(next.world.web.log).toEqual([]);
      await next.manager.close();
    }
    if (isOver) break;
  }
  expect(stayed).toBeGreaterThan(1);
});
