import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { parseJournal } from '../../lib/download/journal/journalText';
import { ModelError } from '../../lib/errors';
import { createInMemoryDatabase } from '../../lib/platform/shared/inMemoryDatabase';
import type { Platform } from '../../lib/platform/types';
import { forgottenBytes } from '../forgottenBytes';
import { stagingPlace } from '../stagingPlace';
import { runCli, startCli } from './cli';
import { sizeOf } from './diskFixture';
import { nextTurn, createDiskScene, type App } from './diskScene';
import { mortal, mortalAt } from './mortal';

const scene = createDiskScene();
const MEBIBYTE = 1024 * 1024;

const dies = (work: Promise<unknown>) => expect(work).rejects.toThrow(/died at/);

describe('a process that is killed', () => {
  it('K1: again and again costs a mebibyte at most each time, and never asks for what is here', async () => {
    const kills = 3;
    let sentBytes = 0;
    for (let kill = 0; kill < kills; kill += 1) {
      const hadBytes = await scene.landedBytes('large');
      scene.hub.faults.push({ origin: 'cdn', skip: 2, fault: { stallAfter: 0 } });
      const { child, ended } = startCli(scene, ['--model', 'large', '--quiet']);
      await untilLanded(2, hadBytes);
      child.kill('SIGKILL');
      await ended;
      expect(scene.sentBytes()).toBeLessThanOrEqual(sizeOf('large') - hadBytes);
      sentBytes += scene.sentBytes();
      scene.hub.reset();
    }
    const keptBytes = await scene.landedBytes('large');
    expect(await runCli(scene, ['--model', 'large', '--quiet'])).toMatchObject({ code: 0 });
    expect(scene.sentBytes()).toBe(sizeOf('large') - keptBytes);
    expect(sentBytes + scene.sentBytes()).toBeLessThanOrEqual(sizeOf('large') + kills * MEBIBYTE);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'K11: by %s keeps every byte, gives the lock back and ends with 130',
    async (signal) => {
      scene.hub.faults.push({ origin: 'cdn', skip: 2, fault: { stallAfter: 300_000 } });
      const { child, ended } = startCli(scene, ['--model', 'large', '--quiet']);
      await untilLanded(2);
      child.kill(signal);
      expect(await ended).toMatchObject({ code: 130 });
      expect(await scene.landedBytes('large')).toBeGreaterThanOrEqual(MEBIBYTE);
      const part = join(stagingPlace(scene.folder, 'large'), 'large.gguf.part');
      expect(await forgottenBytes(part)).toBe(0);
    },
  );

  it('K11: by a second Ctrl-C ends at once, with 130 as well', async () => {
    scene.hub.faults.push({ origin: 'cdn', skip: 2, fault: { stallAfter: 0 } });
    const { child, ended } = startCli(scene, ['--model', 'large', '--quiet']);
    await untilLanded(2);
    child.kill('SIGINT');
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 130 });
  });

  /** Resolves when so many answers were sent whole and all but what a kill may cost is in the journal. */
  async function untilLanded(answers: number, hadBytes = 0): Promise<void> {
    const { hub } = scene;
    await hub.until(({ state }) => state === 'stalled');
    const whole = () => hub.log.filter(({ origin, state }) => origin === 'cdn' && state === 'sent');
    const bytes = () => whole().reduce((sum, { bodyBytesSent }) => sum + bodyBytesSent, 0);
    const aimed = () => hadBytes + bytes() - MEBIBYTE;
    while (whole().length < answers || (await scene.landedBytes('large')) < aimed()) {
      await nextTurn();
    }
  }
});

describe('a process that dies at any step', () => {
  /** Runs `work` in processes that die one step later each, until one lives. Returns how many died. */
  async function atEveryStep(
    prepare: () => Promise<void>,
    work: (app: App) => Promise<unknown>,
    look: (app: App) => Promise<void>,
  ): Promise<number> {
    for (let n = 1; ; n += 1) {
      await prepare();
      const victim = mortalAt(n);
      const app = await scene.open({ change: victim.change });
      const doomed = app.manager.start().then(() => work(app));
      await doomed.catch((error: unknown) => {
        if (!victim.isDead()) throw error;
      });
      await app.close();
      const next = await scene.start();
      await scene.expectTrueUsage(next);
      await look(next);
      await next.remove('other');
      await next.close();
      if (!victim.isDead()) return n - 1;
    }
  }

  const wholeOrNotThere = async (app: App) => {
    if (app.state('other').kind === 'installed') await scene.expectInstalled(app, 'other');
    await app.ensure('other');
    await scene.expectInstalled(app, 'other');
  };

  it('K7: of an install leaves the model whole or not there, no orphan, and one press brings it', async () => {
    const deaths = await atEveryStep(
      () => Promise.resolve(),
      (app) => app.ensure('other'),
      wholeOrNotThere,
    );
    expect(deaths).toBeGreaterThan(15);
  });

  it('K8: of a removal leaves the model whole or gone, never a part of it', async () => {
    const deaths = await atEveryStep(
      () => scene.installed('other'),
      (app) => app.remove('other'),
      async (app) => {
        if (app.state('other').kind === 'installed') await scene.expectInstalled(app, 'other');
        else expect(app.state('other').kind).toBe('absent');
        await app.remove('other');
        expect(app.manager.getSnapshot().storage.usedBytes).toBe(0);
      },
    );
    expect(deaths).toBeGreaterThanOrEqual(5);
  });

  it('K9: of a repair, the one thing that changes an installed model, leaves it whole or to go on with', async () => {
    const deaths = await atEveryStep(
      () => scene.installed('other'),
      (app) => app.manager.repairModel(scene.config('other')),
      async (app) => {
        await wholeOrNotThere(app);
        // Every byte had been here all the time.
        expect(scene.sentBytes()).toBe(0);
      },
    );
    expect(deaths).toBeGreaterThan(10);
  });
});

describe('what is remembered', () => {
  it('K6: a model that was installed and never recorded is there at the next start', async () => {
    const database = await createInMemoryDatabase();
    const recording = await scene.start({ database });
    recording.platform.database.batch = () => Promise.reject(new Error('died at the row'));
    await dies(recording.ensure());
    await recording.close();
    const next = await scene.start({ database: await createInMemoryDatabase() });
    await scene.expectInstalled(next);
    expect(await next.settings.isModelDownloaded('tiny')).toBe(true);
  });

  it('K10: a choice that could not be written leaves the old one', async () => {
    const database = await createInMemoryDatabase();
    const app = await scene.start({ database });
    await app.settings.setSelectedModelId('tiny');
    const { batch } = app.platform.database;
    app.platform.database.batch = () => Promise.reject(new Error('died at the row'));
    await dies(app.settings.setSelectedModelId('other'));
    app.platform.database.batch = batch;
    expect(await app.settings.getSelectedModelId()).toBe('tiny');
  });

  it('K12: a process that dies while it reads back does that again, and fetches nothing', async () => {
    let reads = 0;
    // More blocks than are read at once.
    const victim = mortal(({ operation }) => operation === 'digest' && ++reads === 2);
    const app = await scene.start({ change: victim.change });
    await dies(app.ensure());
    await app.close();
    const missing = sizeOf('tiny') - (await scene.landedBytes('tiny'));
    scene.hub.reset();
    const next = await scene.start();
    await next.ensure();
    await scene.expectInstalled(next);
    expect(scene.sentBytes()).toBe(missing);
  });

  it('K18: after a sync that failed only what was synced before counts, and the sync is not tried again', async () => {
    let syncs = 0;
    let elapsedMs = 0;
    scene.hub.faults.push({ origin: 'cdn', fault: { bytesPerSecond: 200_000 } });
    const app = await scene.start({
      change: (platform) => ({
        clock: { ...platform.clock, monotonicMs: () => elapsedMs },
        files: {
          ...platform.files,
          append(request) {
            const { path, durableAfter } = request;
            // Every other write of the journal is due to be synced.
            if (durableAfter === undefined) elapsedMs += 1000;
            else syncs += 1;
            if (syncs < 2) return platform.files.append(request);
            return Promise.reject(new ModelError('DISK_IO', { path, reason: 'EIO (fsync)' }));
          },
        },
      }),
    });
    await expect(app.ensure()).rejects.toMatchObject({ code: 'DISK_IO' });
    expect(syncs).toBe(2);
    const place = stagingPlace(scene.folder, 'tiny');
    const text = await readFile(join(place, 'tiny.gguf.part.journal'), 'utf8');
    const { synced, written } = parseJournal(text) ?? {};
    expect(synced?.length).toBeGreaterThan(0);
    expect(written).toEqual(synced);
  });
});

describe('a clock that is wrong', () => {
  const onDay = (nowMs: number) => ({
    change: (platform: Platform) => ({
      clock: { ...platform.clock, nowMs: () => nowMs },
    }),
  });
  const YEAR_MS = 365 * 24 * 3_600_000;

  it('K19: back in 1970 goes on with what was begun, waits no longer, and removes', async () => {
    await scene.halfWay();
    const app = await scene.start(onDay(0));
    expect(app.state().kind).toBe('paused');
    scene.hub.faults.push({ times: 1, fault: { status: 429, headers: { 'retry-after': '0' } } });
    await app.ensure();
    await scene.expectInstalled(app);
    await app.remove();
    expect(app.state().kind).toBe('absent');
  });

  it('K20: a year ahead deletes nothing', async () => {
    await scene.installed();
    const app = await scene.start(onDay(Date.now() + YEAR_MS));
    await scene.expectInstalled(app);
    await app.ensure();
    expect(scene.hub.log).toEqual([]);
  });
});
