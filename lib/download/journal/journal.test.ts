import { describe, expect, it, vi } from 'vitest';

import {
  GGUF_URL,
  MODEL,
  WEIGHTS,
  createTab,
  skipWaits,
  untilState,
} from '../../../tests/modelFixture';
import { ModelError } from '../../errors';
import { createManualClock } from '../../platform/memory/manualClock';
import { createMemoryDisk } from '../../platform/memory/memoryDisk';
import { createMemoryFileStore } from '../../platform/memory/memoryFileStore';
import {
  createMemoryPlatform,
  createMemoryWorld,
  type MemoryWorld,
} from '../../platform/memory/memoryPlatform';
import { script } from '../../platform/memory/memoryWeb';
import type { FileStore } from '../../platform/types';
import { openJournal, readJournal } from './journal';
import { formatHeader, formatLine, parseJournal } from './journalText';
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
    const tab = await start();
    const { manager, world } = tab;
    skipWaits(tab);
    const gone = new ModelError('HTTP_NOT_FOUND', { host: 'hub.example', what: 'file' });
    // Too little for a line of the journal before the end.
    script(world.web, GGUF_URL, { kind: 'cut', afterBytes: 100 });
    for (let piece = 1; piece < 40; piece += 1) {
      script(world.web, GGUF_URL, { kind: 'fail', error: gone });
    }
    refuses(world, broken);
    await expect(manager.ensureModelPresent(MODEL)).rejects.toMatchObject({
      code: 'HTTP_NOT_FOUND',
    });
  });
});

describe('a sync of the journal', () => {
  const LINE = { startBytes: 0, endBytes: 8 * 1024 };

  async function openedOver(files: FileStore) {
    const { host, clock } = createMemoryPlatform();
    const place = {
      ...{ path: 'a.part.journal', partPath: 'a.part', totalBytes: 16 * 1024 },
      hasDigest: true,
      onFailure: vi.fn(),
    };
    const journal = await openJournal({ files, host, clock, sizes: SIZES }, place, 16 * 1024);
    journal.landed.add(LINE);
    journal.note(LINE);
    return { journal, onFailure: place.onFailure, text: () => files.readText(place.path) };
  }

  it('vouches for what has landed, off the clock', async () => {
    const { journal, text } = await openedOver(createMemoryFileStore(createMemoryDisk()));
    await journal.sync();
    expect(parseJournal(await text())?.synced).toEqual([LINE]);
    await journal.close();
  });

  it('isn’t tried again after one failed: the system tells a lost byte only once', async () => {
    const files = createMemoryFileStore(createMemoryDisk());
    const failure = new ModelError('DISK_IO', { path: 'a.part', reason: 'EIO' });
    let failures = 1;
    const { journal, onFailure, text } = await openedOver({
      ...files,
      append(request) {
        if (request.durableAfter === undefined || failures-- < 1) return files.append(request);
        return Promise.reject(failure);
      },
    });
    await journal.sync();
    await journal.sync();
    expect(onFailure).toHaveBeenCalledTimes(1);
    await expect(journal.close()).rejects.toBe(failure);
    expect(parseJournal(await text())).toMatchObject({ synced: [], written: [] });
  });
});

describe('a journal that is longer than what is read of a record', () => {
  const landed = (startBytes: number, endBytes: number, kind: 'landed' | 'synced' | 'lost') =>
    formatLine({ kind, range: { startBytes, endBytes } });

  it('vouches for no more than what was synced, for what was taken back may be in the rest', async () => {
    const disk = createMemoryDisk();
    const files = createMemoryFileStore(disk);
    const known = landed(0, 40, 'landed') + landed(0, 10, 'synced');
    const filler = landed(0, 10, 'landed').repeat(50_000);
    const text = formatHeader(100, 'boot') + known + filler + landed(20, 40, 'lost');
    await files.writeText('record', text);
    const place = { path: 'record', totalBytes: 100, hasDigest: true };
    const facts = await readJournal({ files, host: { bootId: 'boot' } }, place, 100);
    expect(facts.written).toEqual([{ startBytes: 0, endBytes: 10 }]);
  });

  it('is never one of ours: what its syncs add counts as well', async () => {
    const disk = createMemoryDisk();
    const files = createMemoryFileStore(disk);
    const clock = createManualClock();
    const tools = {
      files,
      host: { bootId: 'boot' },
      clock,
      sizes: { ...SIZES, unwrittenBytes: 1 },
    };
    const place = {
      path: 'record',
      partPath: 'part',
      totalBytes: SIZE,
      hasDigest: true,
      onFailure: () => undefined,
    };
    const journal = await openJournal(tools, place, SIZE);
    let longest = 0;
    // Sixteen connections, each of which brings a byte now and then.
    for (let round = 0; round < 2_000; round += 1) {
      for (let connection = 0; connection < 16; connection += 1) {
        const startBytes = connection * 5_000 + round;
        const range = { startBytes, endBytes: startBytes + 1 };
        journal.landed.add(range);
        if (connection === 0) journal.note(range);
      }
      await journal.sync();
      longest = Math.max(longest, disk.files.get('record')?.byteLength ?? 0);
    }
    await journal.close();
    expect(longest).toBeLessThan(512 * 1024);
  });
});
