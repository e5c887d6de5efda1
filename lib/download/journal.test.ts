import { describe, expect, it } from 'vitest';

import { GGUF_URL, MODEL, WEIGHTS, createTab, untilState } from '../../tests/modelFixture';
import { ModelError } from '../errors';
import { createMemoryWorld, type MemoryWorld } from '../platform/memory/memoryPlatform';
import { script } from '../platform/memory/memoryWeb';
import { TRANSFER_SIZES } from './sizes';

const SIZE = WEIGHTS.byteLength;
const SIZES = {
  ...TRANSFER_SIZES,
  firstPieceBytes: 8 * 1024,
  smallestPieceBytes: 4 * 1024,
  unwrittenBytes: 4 * 1024,
};

async function start() {
  const world = createMemoryWorld();
  const tab = await createTab({ world, sizes: SIZES });
  await tab.manager.start();
  return tab;
}

const sentBytes = ({ web }: MemoryWorld) =>
  web.log.reduce((sum, entry) => sum + entry.sentBytes, 0);

describe('a journal that can’t be written', () => {
  const full = new ModelError('NO_SPACE', { neededBytes: 1, freeBytes: undefined });
  const broken = new ModelError('DISK_IO', { path: 'tiny.gguf.part.journal', reason: 'EIO' });

  const refuses = (world: MemoryWorld, fault: ModelError) => {
    world.disk.beforeOperation = (operation, path) => {
      const hasBegun = sentBytes(world) > 0;
      if (hasBegun && operation === 'append' && path.endsWith('.journal')) throw fault;
    };
  };
  /** Connections that bring a little and then have no end of their own. */
  const endless = ({ web }: MemoryWorld) => {
    const until = new Promise<void>(() => undefined);
    for (let piece = 0; piece < 8; piece += 1) {
      script(web, GGUF_URL, { kind: 'hold', afterBytes: 6000, until });
    }
  };

  it('ends the transfer at once', async () => {
    const { manager, world } = await start();
    endless(world);
    refuses(world, broken);
    await expect(manager.ensureModelPresent(MODEL)).rejects.toMatchObject({ code: 'DISK_IO' });
    expect(sentBytes(world)).toBeLessThan(SIZE / 2);
  });

  it('makes the transfer wait for space where there is none', async () => {
    const { manager, world } = await start();
    endless(world);
    refuses(world, full);
    const ended = manager.ensureModelPresent(MODEL).catch((error: unknown) => error);
    await untilState(manager, 'waiting', { reason: 'space' });
    expect(sentBytes(world)).toBeLessThan(SIZE / 2);
    await manager.close();
    expect(await ended).toMatchObject({ name: 'AbortError' });
  });

  it('says nothing when it was another failure that ended the transfer', async () => {
    const { manager, world } = await start();
    const gone = new ModelError('HTTP_NOT_FOUND', { host: 'hub.example', what: 'file' });
    // Too little for a line of the journal before the end.
    script(world.web, GGUF_URL, { kind: 'cut', afterBytes: 100 });
    for (let piece = 1; piece < 8; piece += 1) {
      script(world.web, GGUF_URL, { kind: 'fail', error: gone });
    }
    refuses(world, broken);
    await expect(manager.ensureModelPresent(MODEL)).rejects.toMatchObject({
      code: 'HTTP_NOT_FOUND',
    });
  });
});
