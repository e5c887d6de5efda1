import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';

import {
  createMemoryNeighbourhood,
  type MemoryNeighbourhood,
} from '../../lib/platform/memory/memoryPeers';
import type { MemoryWorld } from '../../lib/platform/memory/memoryPlatform';
import { script } from '../../lib/platform/memory/memoryWeb';
import { STORE } from '../../lib/platform/shared/homes';
import type { LlmModelConfig } from '../../lib/ai/modelConfig';
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
import { checkTwin, isShared, runBoth, TWIN_MODEL, twinKind } from './shareScenario';

const RUNS = 400;

/** `share`: another model with an equal file is installed. `part`: that one is removed. */
const WORKS = [
  ...(['ensure', 'delete', 'remove', 'bring back', 'cancel', 'repair', 'pause'] as const),
  ...(['share', 'part', 'move to the card', 'move back', 'cancel the move'] as const),
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
  let hasShared = false;
  await fc.assert(
    fc.asyncProperty(
      fc.array(command, { minLength: 1, maxLength: 12 }),
      fc.nat(),
      async (commands, seed) => {
        await emptyDatabase(database);
        const random = createRandom(seed);
        let device = createDevice();
        let isTampered = false;
        let twin: Twin = { isHere: false, isTampered: false };
        for (const next of commands) {
          const isTamper = next.kind === 'tamper';
          isTampered ||= isTamper;
          twin.isTampered ||= isTamper && isShared(device);
          device = await obey(device, next, random);
          const looking = runBoth(device, database);
          await looking.manager.start();
          // Damage after an install shows when somebody looks, and Repair leads out of it.
          if (!isTampered) await checkTruth(device, looking, database);
          else isTampered = await isStillDamaged(looking, CRASH_MODEL);
          twin = await lookAtTwin(device, looking, { ...twin, isParted: next.kind === 'part' });
          hasShared ||= isShared(device);
          await looking.manager.close();
        }
        await repairInstalled(device);
        await checkWayOut(device, database, runBoth(device, database));
      },
    ),
    { numRuns: RUNS },
  );
  expect(hasShared, 'in some of them a file was shared').toBe(true);
}, 180_000);

interface Twin {
  isHere: boolean;
  /** Whether the file that it shares was damaged, and nothing has healed it yet. */
  isTampered: boolean;
}

/** The other model stays as it is, whatever is done to the one that shares its file. */
async function lookAtTwin(
  device: Device,
  looking: Running,
  before: Twin & { isParted: boolean },
): Promise<Twin> {
  const isHere = twinKind(looking) === 'installed';
  if (before.isHere && !before.isParted) expect(isHere, 'the other model is here').toBe(true);
  const isTampered = before.isTampered && isHere && (await isStillDamaged(looking, TWIN_MODEL));
  if (isHere && !isTampered) await checkTwin(device, looking);
  return { isHere, isTampered };
}

async function isStillDamaged({ manager }: Running, model: LlmModelConfig): Promise<boolean> {
  if (manager.getSnapshot().states[model.modelId]?.kind !== 'installed') return true;
  return manager.verifyModel(model).then(
    () => false,
    () => true,
  );
}

/** What is installed is repaired; then the other model, whether it is here or on its way, is removed. */
async function repairInstalled(device: Device): Promise<void> {
  const running = runBoth(device, database);
  const { manager } = running;
  await manager.start();
  if (kindOf(running) === 'installed') await manager.repairModel(CRASH_MODEL);
  if (twinKind(running) === 'installed') {
    await manager.repairModel(TWIN_MODEL);
    await checkTwin(device, running);
  }
  await manager.cancelDownload(TWIN_MODEL);
  await manager.deleteModel(TWIN_MODEL);
  await manager.close();
}

async function obey(device: Device, next: Command, random: () => number): Promise<Device> {
  if ('life' in next) return liveThrough(device, next, random);
  switch (next.kind) {
    case 'two processes':
      return twoProcesses(device, next.diesAt);
    case 'tamper':
      weightsOf(device)?.fill(7, next.at, next.at + 10);
      return device;
    case 'lose':
      await lose(device, next.what);
      return device;
  }
}

async function liveThrough(
  device: Device,
  { kind, life: { diesAt, end, trouble } }: Extract<Command, { life: LifeOf }>,
  random: () => number,
): Promise<Device> {
  const running = runBoth(device, database, {
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
  if (kind === 'part') return manager.deleteModel(TWIN_MODEL);
  if (kind === 'share') {
    await manager.ensureModelPresent(TWIN_MODEL);
    return;
  }
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
  const first = runBoth(device, database, { neighbourhood, diesAt });
  const second = runBoth(device, database, { neighbourhood });
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
