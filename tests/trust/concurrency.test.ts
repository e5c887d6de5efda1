import { fstatSync, openSync, closeSync, readSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { TRANSFER_SIZES } from '../../lib/download/journal/sizes';
import { isAbortError } from '../../lib/errors';
import { createMemoryPlatform } from '../../lib/platform/memory/memoryPlatform';
import { noiseContent } from '../hub/content';
import { COMMIT, untilState } from '../modelFixture';
import { stagingPlace } from '../stagingPlace';
import { runCli, startCli } from './cli';
import { BLOCK_BYTES, bytesOf, sizeOf } from './diskFixture';
import { flipByte, nextTurn, createDiskScene, type App } from './diskScene';
import { watched } from './mortal';

const scene = createDiskScene();

/** A model that was begun and is held up in the middle. */
async function heldUp(app: App) {
  scene.hub.faults.push({ origin: 'cdn', skip: 3, fault: { stallAfter: 0 } });
  const ending = app.ensure();
  // Whoever asks for the outcome gets it; until then it is nobody's.
  ending.catch(() => undefined);
  await scene.hub.until(({ state }) => state === 'stalled');
  while ((await scene.landedBytes('tiny')) === 0) await nextTurn();
  return {
    ending,
    goOn() {
      scene.hub.faults.clear();
      scene.hub.release();
    },
  };
}

describe('processes', () => {
  it('C1: that all want one model transfer it once', async () => {
    const runs = Array.from({ length: 4 }, () => runCli(scene, ['--model', 'large', '--quiet']));
    expect((await Promise.all(runs)).map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect(scene.sentBytes()).toBe(sizeOf('large'));
  });

  it('C2: that wait for one that is killed take over at once, from where it was', async () => {
    scene.hub.faults.push({ origin: 'cdn', skip: 2, fault: { stallAfter: 0 } });
    const holder = startCli(scene, ['--model', 'large', '--quiet']);
    await scene.hub.until(({ state }) => state === 'stalled');
    while ((await scene.landedBytes('large')) === 0) await nextTurn();
    const app = await scene.start({ sizes: TRANSFER_SIZES });
    const ending = app.ensure('large');
    await untilState(app.manager, 'waiting', { modelId: 'large', reason: 'other-owner' });
    scene.hub.faults.clear();
    scene.hub.release();
    holder.child.kill('SIGKILL');
    const killedAt = performance.now();
    await untilState(app.manager, 'downloading', { modelId: 'large' });
    expect(performance.now() - killedAt).toBeLessThan(1000);
    await ending;
    await scene.expectInstalled(app, 'large');
    await holder.ended;
  });

  it('C11: an app and a command line share one folder and one transfer', async () => {
    scene.hub.faults.push({ origin: 'cdn', skip: 2, fault: { stallAfter: 0 } });
    const app = await scene.start({ sizes: TRANSFER_SIZES });
    const ending = app.ensure('large');
    await scene.hub.until(({ state }) => state === 'stalled');
    const { child, ended } = startCli(scene, ['--model', 'large', '--json']);
    await new Promise<void>((resolve) => {
      child.stdout?.on('data', (text: Buffer) => {
        if (text.includes('other-owner')) resolve();
      });
    });
    scene.hub.faults.clear();
    scene.hub.release();
    await ending;
    // The command looks at the model, too, and has a place of its own for as long as that takes.
    expect(await ended).toMatchObject({ code: 0, err: '' });
    await scene.expectInstalled(app, 'large');
    expect(scene.sentBytes()).toBe(sizeOf('large'));
  });

  it('C3: whose locks lie lose bandwidth, and never call a wrong file a model', async () => {
    const lying = () => ({ peers: createMemoryPlatform().peers });
    const apps = await Promise.all([1, 2, 3].map(() => scene.start({ change: lying })));
    await Promise.allSettled(apps.map((app) => app.ensure()));
    for (const app of apps) await app.close();
    const next = await scene.start();
    if (next.state().kind === 'installed') await scene.expectInstalled(next);
  });

  it('C13: one that starts while another transfers leaves that alone', async () => {
    const first = await scene.start();
    const { ending, goOn } = await heldUp(first);
    const plan = join(stagingPlace(scene.folder, 'tiny'), 'plan.json');
    const before = await readFile(plan, 'utf8');
    const second = await scene.start();
    expect(second.state().kind).toBe('paused');
    expect(await readFile(plan, 'utf8')).toBe(before);
    goOn();
    await ending;
    await scene.expectInstalled(first);
    expect(scene.sentBytes()).toBe(sizeOf('tiny'));
  });

  it('C13: one that starts between two renames of another leaves those to it', async () => {
    let next: App | undefined;
    const first = await scene.start({
      change: (platform) =>
        watched(platform, async (operation) => {
          if (operation === 'move') next ??= await scene.start();
        }),
    });
    await first.ensure();
    await scene.expectInstalled(first);
    expect(next?.state().kind).toBe('paused');
  });
});

describe('one process', () => {
  it('C5: that removes what it downloads, at any step, has nothing left', async () => {
    await atEveryStep(async (app, ending) => {
      await app.remove('other');
      await ending;
      expect(app.state('other').kind).toBe('absent');
      expect(app.manager.getSnapshot().storage.usedBytes).toBe(0);
    });
  });

  it('C10: that cancels at any step has all of it or nothing', async () => {
    await atEveryStep(async (app, ending) => {
      await app.manager.cancelDownload(scene.config('other'));
      const outcome = await ending;
      const state = app.state('other').kind;
      expect([outcome, state]).toEqual(
        outcome === 'done' ? ['done', 'installed'] : ['aborted', 'absent'],
      );
      if (outcome === 'done') await scene.expectInstalled(app, 'other');
      await app.remove('other');
    });
  });

  /** Downloads again and again, and interferes one step later each time. */
  async function atEveryStep(
    interfere: (app: App, ending: Promise<'done' | 'aborted'>) => Promise<void>,
  ): Promise<void> {
    let steps = Infinity;
    for (let n = 1; n < steps; n += 1) {
      let taken = -Infinity;
      let reached = () => {};
      const atStep = new Promise<void>((resolve) => {
        reached = resolve;
      });
      const app = await scene.open({
        change: (platform) =>
          watched(platform, () => {
            if (++taken === n) reached();
          }),
      });
      await app.manager.start();
      taken = 0;
      const ending = app.ensure('other').then(
        () => 'done' as const,
        (error: unknown) => {
          if (isAbortError(error)) return 'aborted' as const;
          throw error;
        },
      );
      await Promise.race([atStep, ending]);
      if (taken < n) steps = n;
      await interfere(app, ending);
      await app.close();
    }
    expect(steps).toBeGreaterThan(15);
  }

  it('C9: that is told to go, pause and cancel without an end never loses its way', async () => {
    const app = await scene.start();
    const tiny = scene.config('tiny');
    scene.hub.faults.push({ origin: 'cdn', fault: { bytesPerSecond: 400_000 } });
    const asked: Promise<unknown>[] = [];
    const ask = (work: Promise<unknown>) => {
      // How it ended is looked at when all have.
      work.catch(() => undefined);
      asked.push(work);
    };
    for (let press = 0; press < 100; press += 1) {
      if (press % 2 === 0) ask(app.ensure());
      else if (press % 7 === 0) ask(app.manager.cancelDownload(tiny));
      else app.manager.pauseDownload(tiny);
      for (let turn = 0; turn < press % 5; turn += 1) await nextTurn();
    }
    app.manager.pauseDownload(tiny);
    const outcomes = await Promise.allSettled(asked);
    const failures = outcomes.filter(
      (outcome) => outcome.status === 'rejected' && !isAbortError(outcome.reason),
    );
    expect(failures).toEqual([]);
    expect(['absent', 'paused']).toContain(app.state().kind);
    // Nobody is left who reads.
    await Promise.all(
      scene.hub.log.map((entry) => scene.hub.until((now) => now === entry && now.state !== 'open')),
    );
  });

  it('C6: that removes and brings a model again leaves its readers the old bytes', async () => {
    await scene.installed();
    const reader = openSync(scene.at('tiny/tiny.gguf'), 'r');
    try {
      const app = await scene.start();
      await app.remove();
      await app.ensure();
      const bytes = Buffer.alloc(sizeOf('tiny'));
      expect(readSync(reader, bytes, 0, bytes.byteLength, 0)).toBe(sizeOf('tiny'));
      expect(bytes).toEqual(bytesOf('tiny'));
    } finally {
      closeSync(reader);
    }
  });

  it('C6: that repairs a model never makes it shorter under its readers', async () => {
    await scene.installed();
    await flipByte(scene.at('tiny/tiny.gguf'), 2 * BLOCK_BYTES);
    const reader = openSync(scene.at('tiny/tiny.gguf'), 'r');
    try {
      const sizes = new Set<number>();
      const app = await scene.start({
        change: (platform) =>
          watched(platform, () => {
            sizes.add(fstatSync(reader).size);
          }),
      });
      await app.manager.repairModel(scene.config('tiny'));
      await scene.expectInstalled(app);
      expect([...sizes]).toEqual([sizeOf('tiny')]);
    } finally {
      closeSync(reader);
    }
  });

  it('C12: whose catalog changes on the way brings what was begun, of one revision', async () => {
    const [name = '', repo] = [...scene.hub.repos][0] ?? [];
    if (!repo) throw new Error('no repository');
    const begun = scene.config('tiny');
    const { ggufSource } = begun;
    if (ggufSource.kind !== 'remote') throw new Error('not remote');
    // By branch and with no digest of its own: what it means is settled when it is begun.
    const url = ggufSource.url.replace(COMMIT, 'main');
    const models = [{ ...begun, ggufSource: { kind: 'remote', url } as const }];
    const app = await scene.start({ models });
    const { ending, goOn } = await heldUp({
      ...app,
      ensure: () => app.manager.ensureModelPresent(models[0] ?? begun),
    });
    const newer = noiseContent('newer', sizeOf('tiny'));
    scene.hub.repos.set(name, {
      ...repo,
      commit: 'd'.repeat(40),
      files: { 'tiny.gguf': { content: newer, lfs: true } },
      olderCommits: { [COMMIT]: repo.files },
    });
    app.manager.pauseDownload(begun);
    await expect(ending).rejects.toSatisfy(isAbortError);
    goOn();
    await app.close();
    const next = await scene.start({ models });
    await next.manager.ensureModelPresent(models[0] ?? begun);
    await scene.expectInstalled(next);
    await next.remove();
  });
});
