import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';

import type { ModelManager } from '../../lib/ai/modelManager';
import { isAbortError, isModelError, ModelError } from '../../lib/errors';
import { script } from '../../lib/platform/memory/memoryWeb';
import type { SqlDatabase } from '../../lib/platform/types';
import { createDatabase, emptyDatabase, endsAlive } from './crashScenario';
import { STORE } from '../../lib/platform/shared/homes';
import { afterKill, afterPowerCut, CARD, copyOf, createDevice, createRandom } from './crashWorld';
import { installOld, NEWER_MODEL, runNewer, update, versionOn } from './versionsScenario';

const RUNS = 300;

const KINDS = [
  ...(['update', 'update', 'bring', 'take over', 'go back', 'go back', 'discard', 'look'] as const),
  ...(['move to the card', 'move back'] as const),
] as const;

interface Command {
  kind: (typeof KINDS)[number];
  /** The operation at which the process dies; undefined for never. */
  diesAt: number | undefined;
  end: 'kill' | 'power cut';
  trouble: 'none' | 'server' | 'wrong bytes' | 'file in use';
}

const command = fc.record<Command>({
  kind: fc.constantFrom(...KINDS),
  diesAt: fc.option(fc.integer({ min: 1, max: 90 }), { nil: undefined }),
  end: fc.constantFrom('kill', 'power cut'),
  trouble: fc.constantFrom('none', 'none', 'server', 'wrong bytes', 'file in use'),
});

let database: SqlDatabase;
beforeAll(async () => {
  database = await createDatabase();
});

async function act(manager: ModelManager, kind: Command['kind']): Promise<unknown> {
  const { versions } = manager;
  const { signal } = new AbortController();
  switch (kind) {
    case 'update':
      return update(manager);
    case 'bring':
      return versions.bring(NEWER_MODEL, { show: () => undefined }, signal);
    case 'take over':
      return versions.takeOver(NEWER_MODEL);
    case 'go back':
      return versions.goBack(NEWER_MODEL);
    case 'discard':
      return versions.discard(NEWER_MODEL);
    case 'look':
      return versions.find(NEWER_MODEL);
    case 'move to the card':
      return manager.moveModel(NEWER_MODEL, { to: CARD });
    case 'move back':
      return manager.moveModel(NEWER_MODEL, { to: STORE });
  }
}

function makeTrouble(world: ReturnType<typeof runNewer>['world'], trouble: Command['trouble']) {
  const gone = new ModelError('HTTP_NOT_FOUND', { host: 'hub.example', what: 'file' });
  for (const [url, bytes] of world.web.files) {
    if (trouble === 'server') script(world.web, url, { kind: 'fail', error: gone });
    if (trouble === 'wrong bytes')
      world.web.files.set(
        url,
        bytes.map((byte) => byte ^ 1),
      );
  }
  if (trouble !== 'file in use') return;
  let moves = 0;
  world.disk.beforeOperation = (operation, path) => {
    if (operation !== 'move' || !path.startsWith('crash/')) return;
    moves += 1;
    // The second file of the version that leaves; its way back must work.
    if (moves === 2) throw new ModelError('STORAGE_BUSY', { path });
  };
}

it('C8, K9: a version that loads is installed, whatever happens (replay with the seed that is printed)', async () => {
  await emptyDatabase(database);
  const first = createDevice();
  await installOld(first, database);
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.array(command, { minLength: 1, maxLength: 8 }),
      fc.nat(),
      async (commands, seed) => {
        const random = createRandom(seed);
        let device = { ...first, files: copyOf(first.files), durable: copyOf(first.durable) };
        for (const { kind, diesAt, end, trouble } of commands) {
          const running = runNewer(device, database, {
            diesAt,
            script: (world) => makeTrouble(world, trouble),
          });
          const survived = await endsAlive(running, async (manager) => {
            await manager.start();
            await act(manager, kind).catch((error: unknown) => {
              if (!isModelError(error) && !isAbortError(error)) throw error;
            });
            await manager.close();
          });
          if (!survived) {
            device = end === 'kill' ? afterKill(device) : afterPowerCut(device, random);
          }
          const looking = runNewer(device, database);
          await looking.manager.start();
          seen.add(await versionOn(device, looking));
          await looking.manager.verifyModel(NEWER_MODEL);
          await looking.manager.close();
        }
      },
    ),
    { numRuns: RUNS },
  );
  expect([...seen].sort(), 'both versions were installed in some of them').toEqual(['new', 'old']);
}, 180_000);
