import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { ModelError } from '../../lib/errors';
import { createInMemoryDatabase } from '../../lib/platform/shared/inMemoryDatabase';
import { createManualClock } from '../../lib/platform/memory/manualClock';
import type { Platform } from '../../lib/platform/types';
import { untilState } from '../modelFixture';
import { asNobody, runCli } from './cli';
import { bytesOf, sizeOf } from './diskFixture';
import { nextTurn, createDiskScene, type App } from './diskScene';
import { watched } from './mortal';
import {
  canMount,
  canMountImage,
  codeOf,
  fill,
  mountImage,
  mountMemory,
  mountOver,
  needs,
  remount,
  reopenImage,
  shorten,
} from './volumes';

const scene = createDiskScene();
const MEBIBYTE = 1024 * 1024;
/** What is left free beside a model, and a little more than a model. */
const ROOMY = 'size=65m';
const aMount = needs(canMount, 'a mount');
const anImage = needs(canMountImage, 'a loop mount');

describe('a disk that is full', () => {
  it.skipIf(!canMount)(`D1: from the start is said before the first byte${aMount}`, async () => {
    mountMemory(scene, 'size=20m');
    const app = await scene.start();
    const failure = { code: 'NO_SPACE', details: { neededBytes: 64 * MEBIBYTE + sizeOf('tiny') } };
    await expect(app.ensure()).rejects.toMatchObject(failure);
    expect(scene.hub.log).toEqual([]);
    expect(app.state()).toMatchObject({ kind: 'failed', failure, receivedBytes: 0 });
    // A larger disk, as if the person had made room.
    remount(join(scene.base, 'volume'), ROOMY);
  });

  it.skipIf(!canMount)(
    `D2: in the middle pauses with its bytes, tries nothing, and goes on when there is room${aMount}`,
    async () => {
      const volume = mountMemory(scene, ROOMY);
      const clock = createManualClock();
      const app = await scene.start({ waitsForSpace: true, change: () => ({ clock }) });
      scene.hub.faults.push({ origin: 'cdn', skip: 2, fault: { stallAfter: 0 } });
      const ending = app.ensure();
      await scene.hub.until(({ state }) => state === 'stalled');
      while ((await scene.landedBytes('tiny')) === 0) await nextTurn();
      const empty = await fill(volume);
      scene.hub.faults.clear();
      scene.hub.release();
      const state = await untilState(app.manager, 'waiting', { modelId: 'tiny', reason: 'space' });
      const keptBytes = await scene.landedBytes('tiny');
      expect(state).toMatchObject({ failure: { code: 'NO_SPACE' } });
      expect(keptBytes).toBeGreaterThan(0);
      const asked = scene.hub.log.length;
      clock.advance(4_000);
      expect(scene.hub.log.length).toBe(asked);
      await empty();
      clock.advance(1_000);
      await ending;
      await scene.expectInstalled(app);
    },
  );

  it.skipIf(!canMount)(`D2: to the last byte still removes what was begun${aMount}`, async () => {
    const volume = mountMemory(scene, ROOMY);
    await scene.halfWay();
    const empty = await fill(volume);
    await expectRemoved();
    await empty();
  });

  it.skipIf(!canMountImage)(
    `D4: to the last block still removes an installed model${anImage}`,
    async () => {
      const { volume } = mountImage(scene, 80 * MEBIBYTE);
      await scene.installed();
      const empty = await fill(volume);
      await expectRemoved();
      await empty();
    },
  );

  it.skipIf(!canMount)(`D5: without a name to spare is said as full${aMount}`, async () => {
    const volume = mountMemory(scene, `${ROOMY},nr_inodes=20`);
    await scene.installed('other');
    const names = await takeNames(volume);
    const app = await scene.start();
    await expect(app.ensure()).rejects.toMatchObject({ code: 'NO_SPACE' });
    expect(app.state('other').kind).toBe('installed');
    await app.remove('other');
    expect(app.state('other').kind).toBe('absent');
    remount(volume, `nr_inodes=${String(100 + names)}`);
  });

  it('D3: at any step of any kind keeps what was verified, and the next press goes on', async () => {
    let steps = Infinity;
    for (let n = 1; n <= steps; n += 1) {
      let taken = 0;
      let isFull = true;
      const change = (platform: Platform) =>
        watched(platform, (operation, path) => {
          const writes = ['writeText', 'append', 'move', 'fetch'].includes(operation);
          if (isFull && writes && ++taken === n) {
            throw new ModelError('NO_SPACE', { neededBytes: path.length, freeBytes: 0 });
          }
        });
      const app = await scene.start({ change });
      const outcome = await codeOf(app.ensure());
      expect(outcome).toBe(taken < n ? 'done' : 'NO_SPACE');
      if (taken < n) steps = n;
      const keptBytes = await scene.landedBytes('tiny');
      isFull = false;
      scene.hub.reset();
      await app.ensure();
      await scene.expectInstalled(app);
      if (keptBytes > 0) expect(scene.sentBytes()).toBeLessThanOrEqual(sizeOf('tiny') - keptBytes);
      await app.remove();
      await app.close();
    }
    expect(steps).toBeGreaterThan(8);
  });

  it.skipIf(!canMountImage)(
    `D3, K18: at the moment when bytes go to the disk for good is a failure, not a model${anImage}`,
    async () => {
      // The disk says that it has room; what it lies on hasn't.
      const outer = mountMemory(scene, 'size=8m');
      mountImage(scene, 90 * MEBIBYTE, outer);
      const empty = await fill(outer);
      const app = await scene.start();
      expect(['NO_SPACE', 'DISK_IO']).toContain(await codeOf(app.ensure()));
      expect(app.state().kind).not.toBe('installed');
      await empty();
    },
  );

  async function expectRemoved(): Promise<void> {
    const app = await scene.start();
    await app.remove();
    expect(app.state().kind).toBe('absent');
    expect(app.manager.getSnapshot().storage.usedBytes).toBe(0);
    await app.close();
  }
});

describe('a disk that refuses', () => {
  it.skipIf(!canMount)(
    `D6: every write lists, verifies and loads what is there, and says why no more comes${aMount}`,
    async () => {
      const volume = mountMemory(scene, ROOMY);
      await scene.installed();
      await scene.halfWay('other');
      await mkdir(scene.at('.trash/tiny'), { recursive: true });
      await writeFile(scene.at('.trash/tiny/old'), 'on its way out');
      remount(volume, 'ro');
      const app = await scene.start();
      await scene.expectInstalled(app);
      await app.manager.verifyModel(scene.config('tiny'));
      expect(app.state('other').kind).toBe('paused');
      expect(await codeOf(app.ensure('other'))).toBe('DISK_IO');
      expect(await codeOf(app.remove())).toBe('DISK_IO');
      await scene.expectInstalled(app);
      remount(volume, 'rw');
    },
  );

  it('D7: to be read says so, and takes nothing for gone', async () => {
    await scene.installed();
    const before = await readFile(scene.at('tiny/model.json'), 'utf8');
    await chmod(scene.at('tiny'), 0o000);
    const { code, err, out } = await runCli(scene, ['--list'], asNobody);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('EACCES');
    await chmod(scene.at('tiny'), 0o755);
    expect(await readFile(scene.at('tiny/model.json'), 'utf8')).toBe(before);
    expect((await runCli(scene, ['--list'], asNobody)).out).toMatch(/tiny +installed/);
  });

  it('D7: to be read names the folder of ours that can’t be', async () => {
    await scene.installed();
    await chmod(scene.at('tiny'), 0o000);
    const { code, err } = await runCli(scene, ['--list'], asNobody);
    await chmod(scene.at('tiny'), 0o755);
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('tiny: EACCES') });
  });

  it('D7: somebody else’s folder among the models, to be read, hides none of them', async () => {
    await scene.installed();
    const foreign = ['lost+found', '.Trash-0', 'tiny/notes', '.staging/unknown'];
    for (const name of foreign) await mkdir(scene.at(name), { recursive: true });
    for (const name of foreign) await chmod(scene.at(name), 0o000);
    const listed = await runCli(scene, ['--list'], asNobody);
    const verified = await runCli(scene, ['--verify', '--model', 'tiny'], asNobody);
    for (const name of foreign) await chmod(scene.at(name), 0o755);
    expect(listed).toMatchObject({ code: 0, out: expect.stringMatching(/tiny +installed/) });
    expect(verified).toMatchObject({ code: 0, err: '' });
  });

  it('D8: to be there changes no row, and has every model when it comes back', async () => {
    const database = await createInMemoryDatabase();
    await scene.installed('tiny', { database });
    const rows = await rowsOf(await scene.open({ database }));
    await rename(scene.folder, `${scene.folder}.away`);
    await writeFile(scene.folder, 'a file where the folder should be');
    const app = await scene.open({ database });
    expect(await codeOf(app.manager.start())).toBe('STORAGE_UNAVAILABLE');
    expect(await rowsOf(app)).toEqual(rows);
    expect(app.manager.getSnapshot().started).toBe(false);
    await rename(scene.folder, join(scene.base, 'volume'));
    await rename(`${scene.folder}.away`, scene.folder);
    await app.manager.start();
    await scene.expectInstalled(app);
  });

  it.skipIf(!canMount)(
    `D8: to be there at all, as one that was taken out, has every model when it is back${aMount}`,
    async () => {
      const database = await createInMemoryDatabase();
      await scene.installed('tiny', { database });
      const rows = await rowsOf(await scene.open({ database }));
      const putBack = mountOver(scene, scene.folder, 'size=1m');
      const without = await scene.start({ database });
      expect(without.state().kind).toBe('absent');
      await without.close();
      putBack();
      const app = await scene.start({ database });
      await scene.expectInstalled(app);
      expect(await rowsOf(app)).toEqual(rows);
      expect(scene.hub.log).toEqual([]);
    },
  );

  it.skipIf(!canMountImage)(
    `D9: to read while it verifies says so, and deletes nothing${anImage}`,
    async () => {
      const place = mountImage(scene, 90 * MEBIBYTE);
      await scene.installed();
      let whole = Buffer.alloc(0);
      await reopenImage(place, async () => {
        whole = await readFile(place.image);
      });
      const app = await scene.start();
      // The far end of the disk is gone; its records are at the near one.
      await shorten(place.image, whole.indexOf(bytesOf('tiny').subarray(0, 4096)) + 8192);
      expect(await codeOf(app.manager.verifyModel(scene.config('tiny')))).toBe('DISK_IO');
      expect(app.state().kind).toBe('installed');
      await reopenImage(place, () => writeFile(place.image, whole));
      await app.manager.verifyModel(scene.config('tiny'));
    },
  );

  it.skipIf(!canMount)(
    `D16: to rename from one volume to another fails, is no copy, and fetches nothing again${aMount}`,
    async () => {
      await mkdir(scene.at('tiny'), { recursive: true });
      const unmount = mountOver(scene, scene.at('tiny'), ROOMY);
      const app = await scene.start();
      await expect(app.ensure()).rejects.toMatchObject({
        code: 'DISK_IO',
        details: { reason: 'EXDEV (rename)' },
      });
      expect(app.state().kind).not.toBe('installed');
      unmount();
      scene.hub.reset();
      await app.ensure();
      await scene.expectInstalled(app);
      expect(scene.hub.log).toEqual([]);
    },
  );

  const rowsOf = async ({ settings }: App) => (await settings.getSettings()).downloadedModels;
});

/** Takes every inode that is left. */
async function takeNames(volume: string): Promise<number> {
  for (let taken = 0; ; taken += 1) {
    try {
      await writeFile(join(volume, `name-${String(taken)}`), '');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return taken;
      throw error;
    }
  }
}
