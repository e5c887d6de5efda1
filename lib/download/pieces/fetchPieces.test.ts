import { expect, it } from 'vitest';

import { createTab, GGUF_URL, MODEL } from '../../../tests/modelFixture';
import { createMemoryWorld } from '../../platform/memory/memoryPlatform';
import { script } from '../../platform/memory/memoryWeb';

const KIBIBYTE = 1024;
const SIZES = {
  firstPieceBytes: 4 * KIBIBYTE,
  largestPieceBytes: 4 * KIBIBYTE,
  smallestPieceBytes: 4 * KIBIBYTE,
  unwrittenBytes: 4 * KIBIBYTE,
  blockBytes: 32 * KIBIBYTE,
};
const MOST = 16;

/** How many connections a file has, none of which brings anything, before and after the first moments. */
async function connectionsAt(load: number | undefined): Promise<[before: number, after: number]> {
  const world = createMemoryWorld();
  world.web.maxConnections = MOST;
  const never = new Promise<void>(() => undefined);
  for (let connection = 0; connection < MOST + 1; connection += 1) {
    script(world.web, GGUF_URL, { kind: 'hold', afterBytes: 1, until: never });
  }
  const host = load === undefined ? {} : { watchLoad: () => () => load };
  const { manager, clock } = await createTab({ world, host, sizes: SIZES });
  await manager.start();
  manager.ensureModelPresent(MODEL).catch(() => undefined);
  const settled = async () => {
    for (let asked = -1; asked !== world.web.log.length || asked === 0;) {
      asked = world.web.log.length;
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
    return world.web.log.length;
  };
  const before = await settled();
  clock.advance(200);
  const after = await settled();
  await manager.close();
  return [before, after];
}

it('goes from eight connections to all that are worth it, where this process has time for them', async () => {
  expect(await connectionsAt(0.3)).toEqual([8, MOST]);
});

it('stays at eight where this process can’t keep up with those', async () => {
  expect(await connectionsAt(0.95)).toEqual([8, 8]);
});

it('goes to all where nobody tells how busy it is', async () => {
  expect(await connectionsAt(undefined)).toEqual([8, MOST]);
});
