import { beforeAll, beforeEach, describe, expect, it } from 'vitest';

import {
  CRASH_FILES,
  checkTruth,
  checkWayOut,
  CRASH_MODEL,
  createDatabase,
  emptyDatabase,
  endsAlive,
  kindOf,
  run,
} from '../../../tests/crash/crashScenario';
import {
  afterKill,
  afterPowerCut,
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

const FOLDER = '/data/react-native-executorch';
const [WEIGHTS = new Uint8Array(), ...OTHERS] = Object.values(CRASH_FILES);
/** Of the size of the weights, and not them. */
const WRONG = WEIGHTS.slice().fill(7, 100, 200);
const FOREIGN = {
  [`${FOLDER}/1_100% #1 wrong`]: WRONG,
  [`${FOLDER}/0_another size`]: new Uint8Array(5),
};

/** Another program has left the model’s files there under names of its own, and two others. */
function deviceWith(files: readonly Uint8Array[]): Device {
  const device = createDevice();
  const left = files.map((bytes, index) => [`${FOLDER}/${String(index + 2)}_x`, bytes] as const);
  for (const [path, bytes] of [...Object.entries(FOREIGN), ...left]) {
    device.outside.set(path, bytes.slice());
  }
  return device;
}

interface Adopting {
  diesAt?: number;
  /** Whether every request fails. */
  isOffline?: boolean;
  folder?: string;
}

async function adoptAll(device: Device, options: Adopting = {}) {
  const { diesAt, isOffline = false, folder = FOLDER } = options;
  const script: NonNullable<Parameters<typeof run>[2]>['script'] = ({ web }) => {
    if (isOffline) web.files.clear();
  };
  const running = run(device, database, { diesAt, script });
  const isOver = await endsAlive(running, async (manager) => {
    await manager.start();
    await manager.adoptFolder(CRASH_MODEL, folder);
    await manager.close();
  });
  return { running, isOver };
}

const digests = (files: Iterable<Uint8Array>) => [...files].map(sha256).sort();
const contents = (files: ReadonlyMap<string, Uint8Array>) =>
  Object.fromEntries([...files].map(([path, bytes]) => [path, sha256(bytes)]));
const FOREIGN_CONTENTS = contents(new Map(Object.entries(FOREIGN)));

/** Every file of the other program is outside, among the visitors, in staging or in the model. */
function checkNothingIsLost({ files, outside }: Device, before: Device, diedAt: number) {
  const here = new Set(digests([...files.values(), ...outside.values()]));
  for (const digest of digests(before.outside.values())) {
    expect(here.has(digest), `died at ${diedAt}`).toBe(true);
  }
}

describe('adopting a folder of another program', () => {
  it('installs the model’s files without a request, and leaves the others as they were', async () => {
    const device = deviceWith([WEIGHTS, ...OTHERS]);
    const { running, isOver } = await adoptAll(device, { isOffline: true });
    expect(isOver).toBe(true);
    expect(kindOf(running)).toBe('installed');
    await checkTruth(device, running, database);
    expect(contents(device.outside)).toEqual(FOREIGN_CONTENTS);
    expect([...device.files.keys()].filter((path) => path.startsWith('.'))).toEqual([]);
  });

  it('takes it as a URI, too', async () => {
    const device = deviceWith([WEIGHTS, ...OTHERS]);
    const { running } = await adoptAll(device, { folder: `file://${FOLDER}/`, isOffline: true });
    expect(kindOf(running)).toBe('installed');
  });

  it('puts a file with the wrong bytes back, and downloads that one', async () => {
    const device = deviceWith(OTHERS);
    const { running } = await adoptAll(device);
    expect(kindOf(running)).toBe('installed');
    expect(contents(device.outside)).toEqual(FOREIGN_CONTENTS);
  });

  it('touches nothing where the model is installed', async () => {
    const device = deviceWith([WEIGHTS, ...OTHERS]);
    await adoptAll(device);
    const again = deviceWith([WEIGHTS, ...OTHERS]);
    const before = { files: contents(device.files), outside: contents(again.outside) };
    const installed = { ...device, outside: again.outside };
    await adoptAll(installed, { isOffline: true });
    expect({ files: contents(installed.files), outside: contents(installed.outside) }).toEqual(
      before,
    );
  });

  it('downloads where there is no such folder', async () => {
    const device = deviceWith([WEIGHTS, ...OTHERS]);
    const { running } = await adoptAll(device, { folder: '/nowhere' });
    expect(kindOf(running)).toBe('installed');
    expect(device.outside.size).toBe(5);
  });

  it('puts a file back when the caller gives up while it is compared', async () => {
    const device = deviceWith([WEIGHTS, ...OTHERS]);
    const before = contents(device.outside);
    const controller = new AbortController();
    const { manager } = run(device, database, {
      script: ({ disk }) => {
        disk.beforeOperation = (operation) => {
          if (operation === 'digest') controller.abort();
        };
      },
    });
    await manager.start();
    const adopting = manager.adoptFolder(CRASH_MODEL, FOLDER, controller.signal);
    await expect(adopting).rejects.toMatchObject({ name: 'AbortError' });
    await manager.close();
    expect(contents(device.outside)).toEqual(before);
    expect([...device.files.keys()].filter((path) => path.startsWith('.adopting'))).toEqual([]);
  });

  it.each([
    // Nothing that was there may have to be downloaded.
    { end: 'kill -9', after: (device: Device) => afterKill(device), isOffline: true },
    {
      end: 'a power cut',
      after: (device: Device, at: number) => afterPowerCut(device, createRandom(at)),
      isOffline: false,
    },
  ])('loses nothing by $end at any operation, and the next call goes on', async (row) => {
    const { after, isOffline } = row;
    for (let diesAt = 1; ; diesAt += 1) {
      await emptyDatabase(database);
      const device = deviceWith([WEIGHTS, ...OTHERS]);
      const before = afterKill(device);
      const { isOver } = await adoptAll(device, { diesAt });
      if (isOver) {
        expect(diesAt).toBeGreaterThan(40);
        return;
      }
      const left = after(device, diesAt);
      checkNothingIsLost(left, before, diesAt);

      const next = run(left, database);
      await next.manager.start();
      await checkTruth(left, next, database);
      await next.manager.close();
      checkNothingIsLost(left, before, diesAt);
      const visitors = [...left.files.keys()].filter((path) => path.startsWith('.adopting'));
      expect(visitors, `died at ${diesAt}`).toEqual([]);
      expect(contents(left.outside)).toMatchObject(FOREIGN_CONTENTS);

      const again = await adoptAll(left, { isOffline });
      expect(kindOf(again.running), `died at ${diesAt}`).toBe('installed');
      await checkTruth(left, again.running, database);
      expect(contents(left.outside)).toMatchObject(FOREIGN_CONTENTS);
      // A power cut leaves bytes in staging that are fetched again.
      if (isOffline) expect(contents(left.outside)).toEqual(FOREIGN_CONTENTS);
      await checkWayOut(left, database);
    }
  });
});
