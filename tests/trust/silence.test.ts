import { expect, it } from 'vitest';

import type { Downloader } from '../../lib/platform/types';
import { MANY_PIECES } from './nodeScene';
import { PART_BYTES, sceneForEach } from './sceneForEach';
import { pinned, SIZE } from './served';

const stage = sceneForEach();

const failures = () =>
  [...stage.scene.shown.values()]
    .flat()
    .flatMap((state) => ('failure' in state ? [state.failure] : []));
const silence = { code: 'NET_STALLED', details: { silentMs: 30_000 } };

it.each([
  ['N25: before the head', { holdHead: true }],
  ['N25: before the first byte', { stallAfter: 0 }],
  ['N25: in the middle', { stallAfter: 100_000 }],
  ['N27: before the last byte', { stallAfter: SIZE - 1 }],
] as const)(
  '%s, thirty silent seconds are the end of a connection, not of the download',
  async (_, fault) => {
    stage.onFile(fault, 1);
    const startedAtMs = stage.scene.clock.monotonicMs();
    await stage.scene.ensure();
    expect(failures()).toMatchObject([silence]);
    expect(stage.scene.clock.monotonicMs() - startedAtMs).toBeGreaterThanOrEqual(30_000);
    expect(stage.hub.log.filter(({ state }) => state === 'stalled')).toEqual([]);
  },
);

it('N25: says so when the silence doesn’t end, and keeps what it has', async () => {
  await stage.receivePart();
  stage.onFile({ stallAfter: 0 });
  await stage.scene.failure(['NET_STALLED']);
  expect(stage.scene.state()).toMatchObject({ kind: 'failed', receivedBytes: PART_BYTES });
});

it('N26: gives up a connection that brings less than a kibibyte a second for two minutes', async () => {
  const { hub } = stage;
  const written = createWatch();
  await stage.reopen({ change: ({ downloader }) => ({ downloader: written.of(downloader) }) });
  const { scene } = stage;
  hub.faults.push({ origin: 'cdn', times: 1, fault: { stallEvery: 1000 } });
  const done = scene.manager.ensureModelPresent(pinned(hub));
  await hub.until(({ state }) => state === 'stalled');
  const [drip] = hub.log.filter(({ state }) => state === 'stalled');
  const closed = hub.until(() => drip?.state === 'closed');
  let drips = 1;
  for (; drips < 20 && drip?.state !== 'closed'; drips += 1) {
    await Promise.race([written.until(drips * 1000), closed]);
    scene.clock.advance(10_000);
    const next = (drips + 1) * 1000;
    const isNext = () => drip?.state === 'closed' || drip?.bodyBytesSent === next;
    hub.release();
    await hub.until(isNext);
  }
  hub.reset();
  await scene.drive(done);
  expect(drips).toBeLessThan(20);
});

function createWatch() {
  let position = 0;
  let look: () => void = () => undefined;
  return {
    of: (downloader: Downloader): Downloader => ({
      ...downloader,
      fetchFile(request, events, signal) {
        const onProgress = (endBytes: number) => {
          events.onProgress(endBytes);
          position = endBytes;
          look();
        };
        return downloader.fetchFile(request, { ...events, onProgress }, signal);
      },
    }),
    until: (bytes: number) =>
      new Promise<void>((resolve) => {
        look = () => {
          if (position >= bytes) resolve();
        };
        look();
      }),
  };
}

it('N27: shows the reading back of a whole file as that, not as the last of the download', async () => {
  const { scene } = stage;
  await scene.ensure();
  const kinds = scene.shown.get('tiny')?.map(({ kind }) => kind) ?? [];
  expect(kinds).toContain('verifying');
  expect(kinds.lastIndexOf('downloading')).toBeLessThan(kinds.indexOf('verifying'));
});

it('N36: goes on over new connections when all of them are gone at once', async () => {
  const { hub } = stage;
  await stage.reopen({ sizes: MANY_PIECES });
  hub.faults.push({ origin: 'cdn', skip: 4, times: 8, fault: { stallAfter: 10_000 } });
  const done = stage.scene.manager.ensureModelPresent(pinned(hub));
  await hub.until(() => hub.log.filter(({ state }) => state === 'stalled').length === 8);
  hub.dropConnections();
  await stage.scene.drive(done);
  expect(failures().map(({ code }) => code)).not.toContain('NET_STALLED');
});

it('N37: goes on after hours of sleep, and leaves no hole', async () => {
  const { hub } = stage;
  await stage.reopen({ sizes: MANY_PIECES });
  hub.faults.push({ origin: 'cdn', skip: 4, times: 8, fault: { stallAfter: 10_000 } });
  const done = stage.scene.manager.ensureModelPresent(pinned(hub));
  await hub.until(() => hub.log.filter(({ state }) => state === 'stalled').length === 8);
  // The servers have long given up when the machine wakes.
  stage.scene.clock.advance(3 * 60 * 60 * 1000);
  hub.dropConnections();
  await stage.scene.drive(done);
  expect(stage.scene.state()).toMatchObject({ kind: 'installed', sizeBytes: SIZE });
});

it('N38: starts, lists, verifies, selects and removes without a network', async () => {
  const { hub } = stage;
  await stage.scene.ensure();
  await stage.reopen({
    models: [pinned(hub), pinned(hub, 'other')],
    hubEndpoint: 'http://127.0.0.1:9',
  });
  hub.reset();
  const { scene } = stage;
  const { manager } = scene;
  expect(scene.state()).toMatchObject({ kind: 'installed', sizeBytes: SIZE });
  expect(scene.state(pinned(hub, 'other'))).toEqual({ kind: 'absent' });
  await scene.ensure();
  await manager.verifyModel(pinned(hub));
  expect(await manager.getModelSize(pinned(hub))).toBeGreaterThanOrEqual(SIZE);
  await manager.deleteModel(pinned(hub));
  expect(scene.state()).toEqual({ kind: 'absent' });
  expect(hub.log).toEqual([]);
});
