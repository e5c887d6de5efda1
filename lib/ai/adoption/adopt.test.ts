import { beforeAll, beforeEach, describe, expect, it } from 'vitest';

import {
  CRASH_FILES,
  checkTruth,
  checkWayOut,
  CRASH_MODEL,
  OTHER_PROGRAM,
  createDatabase,
  emptyDatabase,
  endsAlive,
  kindOf,
  run,
} from '../../../tests/crash/crashScenario';
import {
  afterKill,
  afterPowerCut,
  afterZeroingPowerCut,
  createDevice,
  createRandom,
  type Device,
} from '../../../tests/crash/crashWorld';
import { sha256 } from '../../../tests/modelFixture';
import type { SqlDatabase } from '../../platform/types';

let database: SqlDatabase;
beforeAll(async () => {
  database = await createDatabase();
});
beforeEach(() => emptyDatabase(database));

const PATHS = Object.keys(CRASH_FILES).map((name, index) => `${OTHER_PROGRAM}/${index}_${name}`);

/** A device on which another program has left these files, in any order and under names of its own. */
function deviceWith(files: readonly Uint8Array[]): Device {
  const device = createDevice();
  files.forEach((bytes, index) => {
    const path = PATHS[index] ?? '';
    device.files.set(path, bytes.slice());
    device.durable.set(path, bytes.slice());
  });
  return device;
}

interface Adopting {
  diesAt?: number;
  /** Whether every request fails. */
  isOffline?: boolean;
}

const truth = () => Object.values(CRASH_FILES);

async function adoptAll(device: Device, { diesAt, isOffline = false }: Adopting = {}) {
  const script: NonNullable<Parameters<typeof run>[2]>['script'] = ({ web }) => {
    if (isOffline) web.files.clear();
  };
  const running = run(device, database, { diesAt, script });
  const isOver = await endsAlive(running, async (manager) => {
    await manager.start();
    await manager.adoptFiles(CRASH_MODEL, PATHS);
    await manager.close();
  });
  return { running, isOver };
}

describe('adopting files of another program', () => {
  it('installs them without a request, and leaves none in their old place', async () => {
    const device = deviceWith(truth());
    const { running, isOver } = await adoptAll(device, { isOffline: true });
    expect(isOver).toBe(true);
    expect(kindOf(running)).toBe('installed');
    await checkTruth(device, running, database);
    expect([...device.files.keys()].filter((path) => path.startsWith(OTHER_PROGRAM))).toEqual([]);
  });

  it('leaves a file of the right size and the wrong bytes where it is, and downloads that one', async () => {
    const [weights = new Uint8Array(), ...others] = truth();
    const wrong = weights.slice();
    wrong[7] = (wrong[7] ?? 0) ^ 1;
    const device = deviceWith([wrong, ...others]);
    const { running } = await adoptAll(device);
    expect(kindOf(running)).toBe('installed');
    await checkTruth(device, running, database);
    expect(sha256(device.files.get(PATHS[0] ?? '') ?? new Uint8Array())).toBe(sha256(wrong));
    expect(device.files.has(PATHS[1] ?? '')).toBe(false);
  });

  it('leaves everything in its place where the model is installed, or the paths name nothing', async () => {
    const device = deviceWith(truth());
    await adoptAll(device);
    const copies = deviceWith(truth());
    for (const [path, bytes] of copies.files) device.files.set(path, bytes);
    await adoptAll(device);
    expect(PATHS.every((path) => device.files.has(path))).toBe(true);

    const empty = createDevice();
    const { running } = await adoptAll(empty);
    expect(kindOf(running)).toBe('installed');
  });

  it.each([
    // Nothing that was there may have to be downloaded.
    { end: 'kill -9', after: (device: Device) => afterKill(device), isOffline: true },
    {
      end: 'a power cut',
      after: (device: Device, at: number) => afterPowerCut(device, createRandom(at)),
      isOffline: false,
    },
    {
      end: 'a power cut that leaves zeros',
      after: (device: Device) => afterZeroingPowerCut(device),
      isOffline: false,
    },
  ])('is whole or goes on after $end at any operation', async ({ after, isOffline }) => {
    for (let diesAt = 1; ; diesAt += 1) {
      await emptyDatabase(database);
      const device = deviceWith(truth());
      const { isOver } = await adoptAll(device, { diesAt });
      if (isOver) {
        expect(diesAt).toBeGreaterThan(20);
        return;
      }
      const left = after(device, diesAt);
      const next = run(left, database);
      await next.manager.start();
      await checkTruth(left, next, database);
      await next.manager.close();
      const again = await adoptAll(left, { isOffline });
      expect(kindOf(again.running), `died at ${diesAt}`).toBe('installed');
      await checkTruth(left, again.running, database);
      for (const path of PATHS) left.files.delete(path);
      await checkWayOut(left, database);
    }
  });
});
