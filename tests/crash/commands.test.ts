import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';

import {
  createMemoryNeighbourhood,
  type MemoryNeighbourhood,
} from '../../lib/platform/memory/memoryPeers';
import type { MemoryWorld } from '../../lib/platform/memory/memoryPlatform';
import { script } from '../../lib/platform/memory/memoryWeb';
import { STORE } from '../../lib/platform/shared/homes';
import { ModelError, isAbortError, isModelError } from '../../lib/errors';
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
  CARD,
  createDevice,
  createRandom,
  type Device,
} from './crashWorld';

const RUNS = 400;

const WORKS = [
  ...(['ensure', 'delete', 'remove', 'bring back', 'cancel', 'repair', 'pause'] as const),
  ...(['move to the card', 'move back', 'cancel the move'] as const),
] as const;

const LOSSES = [
  ...(['record', 'plan', 'journal', 'weights', 'database'] as const),
  ...(['kept weights', 'kept record'] as const),
] as const;

/** What a person, a network, a disk or a power plant may do, one after the other. */
type Command =
  | { kind: (typeof WORKS)[number]; life: LifeOf }
  | { kind: 'two processes'; diesAt: number }
  | { kind: 'tamper'; at: number }
  | { kind: 'lose'; what: (typeof LOSSES)[number] };

interface LifeOf {
  /** The operation at which the process dies; undefined for never. */
  diesAt: number | undefined;
  end: 'kill' | 'power cut';
  trouble:
    'none' | 'cut' | 'server' | 'range ignored' | 'wrong bytes' | 'disk full' | 'card pulled';
}

const life = fc.record<LifeOf>({
  diesAt: fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
  end: fc.constantFrom('kill', 'power cut'),
  trouble: fc.constantFrom(
    ...(['none', 'cut', 'server', 'range ignored', 'wrong bytes', 'disk full'] as const),
    'card pulled',
  ),
});
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('ensure', ...WORKS),
      life,
    }),
  },
  fc.record({ kind: fc.constant('two processes'), diesAt: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ kind: fc.constant('tamper'), at: fc.nat(17_999) }),
  fc.record({
    kind: fc.constant('lose'),
    what: fc.constantFrom(...LOSSES),
  }),
);

let database: SqlDatabase;
beforeAll(async () => {
  database = await createDatabase();
});

it('stays true and leads out, whatever happens to it (replay with the seed that is printed)', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(command, { minLength: 1, maxLength: 12 }),
      fc.nat(),
      async (commands, seed) => {
        await emptyDatabase(database);
        const random = createRandom(seed);
        let device = createDevice();
        let isTampered = false;
        for (const next of commands) {
          device = await obey(device, next, random);
          isTampered ||= next.kind === 'tamper';
          const looking = run(device, database);
          await looking.manager.start();
          // Damage after an install shows when somebody looks, and Repair leads out of it.
          if (!isTampered) await checkTruth(device, looking, database);
          else isTampered = await isStillDamaged(looking);
          await looking.manager.close();
        }
        await repairIfInstalled(device);
        await checkWayOut(device, database);
      },
    ),
    { numRuns: RUNS },
  );
}, 120_000);

async function isStillDamaged(looking: Running): Promise<boolean> {
  if (kindOf(looking) !== 'installed') return true;
  return looking.manager.verifyModel(CRASH_MODEL).then(
    () => false,
    () => true,
  );
}

async function repairIfInstalled(device: Device): Promise<void> {
  const { manager, ...rest } = run(device, database);
  await manager.start();
  if (kindOf({ manager, ...rest }) === 'installed') await manager.repairModel(CRASH_MODEL);
  await manager.close();
}

async function obey(device: Device, next: Command, random: () => number): Promise<Device> {
  switch (next.kind) {
    case 'two processes':
      return twoProcesses(device, next.diesAt);
    case 'tamper':
      weightsOf(device)?.fill(7, next.at, next.at + 10);
      return device;
    case 'lose':
      await lose(device, next.what);
      return device;
    default:
      return liveThrough(device, next, random);
  }
}

async function liveThrough(
  device: Device,
  { kind, life: { diesAt, end, trouble } }: Extract<Command, { life: LifeOf }>,
  random: () => number,
): Promise<Device> {
  const running = run(device, database, {
    diesAt,
    script: (world) => {
      makeTrouble(world, trouble);
    },
  });
  const survived = await endsAlive(running, async (manager) => {
    await manager.start();
    await act(running, kind).catch(expectTyped);
    await manager.close();
  });
  plugIn(device);
  if (survived) return device;
  return end === 'kill' ? afterKill(device) : afterPowerCut(device, random);
}

async function act({ manager }: Running, kind: Command['kind']): Promise<void> {
  if (kind === 'delete') return manager.deleteModel(CRASH_MODEL);
  if (kind === 'remove') return manager.deleteModel(CRASH_MODEL, { canComeBack: true });
  if (kind === 'bring back') return manager.bringBack(CRASH_MODEL);
  if (kind === 'cancel') return manager.cancelDownload(CRASH_MODEL);
  if (kind === 'move to the card') return manager.moveModel(CRASH_MODEL, { to: CARD });
  if (kind === 'move back') return manager.moveModel(CRASH_MODEL, { to: STORE });
  if (kind === 'cancel the move') return manager.cancelMove(CRASH_MODEL);
  const present =
    kind === 'repair' ? manager.repairModel(CRASH_MODEL) : manager.ensureModelPresent(CRASH_MODEL);
  if (kind === 'pause') manager.pauseDownload(CRASH_MODEL);
  await present;
}

/** No failure is a surprise. */
function expectTyped(error: unknown): void {
  if (!isModelError(error) && !isAbortError(error)) throw error;
}

function makeTrouble(world: MemoryWorld, trouble: LifeOf['trouble']): void {
  const gone = new ModelError('HTTP_NOT_FOUND', { host: 'hub.example', what: 'file' });
  for (const [url, bytes] of world.web.files) {
    if (trouble === 'server') script(world.web, url, { kind: 'fail', error: gone });
    if (trouble === 'range ignored') script(world.web, url, { kind: 'ignore-range' });
    if (trouble === 'wrong bytes')
      world.web.files.set(
        url,
        bytes.map((byte) => byte ^ 1),
      );
    if (trouble === 'cut') {
      script(world.web, url, { kind: 'cut', afterBytes: 700 }, { kind: 'fail', error: gone });
    }
  }
  if (trouble === 'card pulled') pullLater(world);
  if (trouble === 'disk full') {
    world.disk.beforeOperation = (operation, path) => {
      if (operation === 'write' && path.endsWith('.part')) {
        throw new ModelError('NO_SPACE', { neededBytes: 1, freeBytes: 0 });
      }
    };
  }
}

const PULLED_AT = 25;

function pullLater({ disk }: MemoryWorld): void {
  let operations = 0;
  disk.beforeOperation = () => {
    operations += 1;
    if (operations === PULLED_AT)
      disk.volumes.set(CARD, { isConnected: false, capacityBytes: undefined });
  };
}

function plugIn({ volumes }: Device): void {
  volumes.set(CARD, { isConnected: true, capacityBytes: undefined });
}

/** Wherever they lie. */
function weightsOf({ files }: Device): Uint8Array | undefined {
  return files.get('crash/weights.pte') ?? files.get('@card/crash/weights.pte');
}

async function lose(device: Device, what: Extract<Command, { kind: 'lose' }>['what']) {
  const lost = {
    record: 'crash/model.executorch.json',
    plan: '.staging-executorch/crash/plan.json',
    journal: '.staging-executorch/crash/weights.pte.part.journal',
    weights: 'crash/weights.pte',
    'kept weights': '.removed-executorch/crash/weights.pte',
    'kept record': '.removed-executorch/crash/kept.json',
    database: undefined,
  }[what];
  if (lost === undefined) return emptyDatabase(database);
  device.files.delete(lost);
  device.durable.delete(lost);
}

/** Both want the same: one of them transfers, and the other takes over when that one dies. */
async function twoProcesses(device: Device, diesAt: number): Promise<Device> {
  const neighbourhood = createMemoryNeighbourhood();
  const first = run(device, database, { neighbourhood, diesAt });
  const second = run(device, database, { neighbourhood });
  const ensure = async ({ manager }: Running) => {
    await manager.start();
    await manager.ensureModelPresent(CRASH_MODEL);
  };
  const taken = endsAlive(first, () => ensure(first));
  const watched = ensure(second);
  const survived = await taken;
  if (!survived) releaseLocks(neighbourhood);
  await watched;
  expect(kindOf(second)).toBe('installed');
  if (survived) expect([first, second].some(({ world }) => world.web.log.length === 0)).toBe(true);
  await second.manager.close();
  return device;
}

/** What the system does with the locks of a process that died. */
function releaseLocks({ held }: MemoryNeighbourhood): void {
  for (const [name, waiting] of [...held]) {
    const next = waiting.shift();
    if (next) next();
    else held.delete(name);
  }
}
