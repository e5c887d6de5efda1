/** A machine that says nonsense of itself: whatever rests on it is left out, and nothing fails. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { bootId } from './peers/bootId';
import { freeBytesAt, type Volume } from './files/nodeFreeBytes';
import { createNodeHost, type Machine } from './nodeHost';

const GIB = 1024 ** 3;

const refuse = () => {
  throw new Error('EPERM');
};

/** As a whole one, but for what is given. */
const hostOf = (said: Partial<Machine>) =>
  createNodeHost(
    { root: '/models', runtime: 'llama.cpp' },
    {
      totalMemory: () => 8 * GIB,
      constrainedMemory: () => 0,
      availableMemory: () => 2 * GIB,
      processor: () => 'A processor',
      watchLoad: () => () => 0.5,
      bootId: () => 'boot',
      ...said,
    },
  );

describe('memory', () => {
  it.each([NaN, 0, -1, undefined, Infinity, 2 ** 64])(
    'is what the container allows where the whole is said to be %s',
    async (total) => {
      const host = hostOf({ totalMemory: () => total, constrainedMemory: () => GIB });
      expect((await host.memory()).totalBytes).toBe(GIB);
      const untold = hostOf({ totalMemory: () => total, availableMemory: () => total });
      expect(await untold.memory()).toEqual({ totalBytes: undefined, availableBytes: undefined });
    },
  );

  it.each([0, undefined, 2 ** 64, 64 * GIB])(
    'is the machine’s where the container’s limit is said to be %s',
    async (limit) => {
      const { totalBytes } = await hostOf({ constrainedMemory: () => limit }).memory();
      expect(totalBytes).toBe(8 * GIB);
    },
  );

  it.each([0, -1, NaN, undefined])('of which %s is said to be free may all be', async (free) => {
    const { availableBytes } = await hostOf({ availableMemory: () => free }).memory();
    expect(availableBytes).toBeUndefined();
  });

  it('has no more free than there is', async () => {
    const limited = hostOf({ constrainedMemory: () => GIB });
    expect(await limited.memory()).toEqual({ totalBytes: GIB, availableBytes: GIB });
  });

  it('is untold where nobody may ask', async () => {
    const host = hostOf({
      ...{ totalMemory: refuse, constrainedMemory: refuse, availableMemory: refuse },
    });
    expect(await host.memory()).toEqual({ totalBytes: undefined, availableBytes: undefined });
  });
});

it.each([() => undefined, () => ' ', refuse])('has a name without its processor’s', (processor) => {
  expect(hostOf({ processor }).deviceName).toContain('unknown processor');
});

it.each([NaN, undefined, -1])('counts as busy where its load is said to be %s', (share) => {
  expect(hostOf({ watchLoad: () => () => share }).watchLoad?.()()).toBe(1);
  expect(hostOf({ watchLoad: refuse }).watchLoad?.()()).toBe(1);
  expect(hostOf({ watchLoad: () => () => 7 }).watchLoad?.()()).toBe(1);
  expect(hostOf({}).watchLoad?.()()).toBe(0.5);
});

describe('the name of a start of the system', () => {
  const KERNEL_ID = '3f5c0f4e-8b1a-4f63-9d57-1b0c4f7f7a11';
  const system = {
    kernelId: refuse as () => string,
    uptimeSeconds: () => 600 as unknown,
    nowMs: () => 1e12,
  };

  it('is the kernel’s', () => {
    expect(bootId({ ...system, kernelId: () => KERNEL_ID })).toBe(KERNEL_ID);
  });

  it.each(['', '00000000-0000-0000-0000-000000000000', 'a b', 'x'.repeat(80)])(
    'is its minute where the kernel says %j',
    (said) => {
      expect(bootId({ ...system, kernelId: () => said })).toBe(bootId(system));
      expect(bootId(system)).toBe(`started-${String(Math.round((1e9 - 600) / 60))}`);
    },
  );

  it.each([refuse, () => NaN, () => 0, () => -5])(
    'is another for each process where nothing tells, so that what was not synced isn’t trusted',
    (uptimeSeconds) => {
      const names = [bootId({ ...system, uptimeSeconds }), bootId({ ...system, uptimeSeconds })];
      expect(new Set(names).size).toBe(2);
      // As a journal writes it down.
      for (const name of names) expect(name).toMatch(/^[0-9A-Za-z.-]{1,64}$/);
    },
  );
});

describe('free space', () => {
  const volume = { blocks: 1000, bavail: 10, bsize: 4096 };
  const told = (said: Partial<Volume>) =>
    freeBytesAt('/models', () => Promise.resolve({ ...volume, ...said }));

  it('is what may be written, also where that is nothing', async () => {
    expect(await told({})).toBe(40_960);
    expect(await told({ bavail: 0 })).toBe(0);
  });

  it.each<Partial<Volume>>([
    { blocks: 0, bavail: 0 },
    { blocks: NaN },
    { bsize: 0 },
    { bavail: -1 },
    { bavail: NaN },
    { bavail: 2_000 },
    { blocks: 2 ** 53, bavail: 2 ** 52 },
    { blocks: 2 ** 64, bavail: 2 ** 64 },
  ])('is untold where a volume says %j of itself', async (said) => {
    expect(await told(said)).toBeUndefined();
  });

  it.each(['ENOSYS', 'EPERM', 'EACCES', 'EIO', 'ESTALE', 'ENOTCONN'])(
    'is untold where asking fails with %s',
    async (code) => {
      const failure = Object.assign(new Error(code), { code });
      expect(await freeBytesAt('/models', () => Promise.reject(failure))).toBeUndefined();
    },
  );

  it('is that of the volume on which a folder would be made', async () => {
    expect(await freeBytesAt(join(tmpdir(), 'no', 'such', 'folder'))).toBeGreaterThanOrEqual(0);
  });
});
