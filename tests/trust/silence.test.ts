import { expect, it } from 'vitest';

import type { Downloader } from '../../lib/platform/types';
import { readCatalog } from '../../scripts/cli/readCatalog';
import { rejectionOf } from '../conformance/expectFailure';
import { MANY_PIECES } from './nodeScene';
import { PART_BYTES, sceneForEach } from './sceneForEach';
import { pinned, SIZE, tagged } from './served';

const stage = sceneForEach();

const failures = () =>
  [...stage.scene.shown.values()]
    .flat()
    .flatMap((state) => ('failure' in state ? [state.failure] : []));
const silence = { code: 'NET_STALLED', details: { waitedMs: 10_000, receivedBytes: 0 } };
/** There is one hub: it gets longer than one connection of several. */
const silentHub = { code: 'NET_STALLED', details: { waitedMs: 15_000 } };

it.each([
  ['N25: before the head', { holdHead: true }],
  ['N25: before the first byte', { stallAfter: 0 }],
  ['N25: in the middle', { stallAfter: 100_000 }],
  ['N27: before the last byte', { stallAfter: SIZE - 1 }],
] as const)(
  '%s, ten silent seconds are the end of a connection, not of the download',
  async (_, fault) => {
    stage.onFile(fault, 1);
    const startedAtMs = stage.scene.clock.monotonicMs();
    await stage.scene.ensure();
    expect(failures()).toMatchObject([silence]);
    expect(stage.scene.clock.monotonicMs() - startedAtMs).toBeGreaterThanOrEqual(10_000);
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

const API = /^\/api\/models\//;
const waits = () =>
  [...stage.scene.shown.values()]
    .flat()
    .flatMap((state) => (state.kind === 'waiting' && 'failure' in state ? [state.failure] : []));
const reopenTagged = () =>
  stage.reopen({ models: [tagged(stage.hub)], runtime: 'executorch', sizes: MANY_PIECES });

it.each([
  ['before the head', { holdHead: true }],
  ['inside its JSON', { stallAfter: 20 }],
] as const)('N25: asks the hub again when its answer falls silent %s', async (_, fault) => {
  await reopenTagged();
  stage.hub.faults.push({ match: API, times: 1, bytesOf: 'text', fault });
  await stage.scene.ensure();
  expect(waits()).toMatchObject([silentHub]);
});

it('N25: says so when the hub stays silent, and has not asked for a file', async () => {
  await reopenTagged();
  stage.hub.faults.push({ match: API, fault: { holdHead: true } });
  await stage.scene.failure(['NET_STALLED']);
  expect(stage.hub.log.map(({ path }) => path)).toEqual(
    Array(6).fill('/api/models/owner/tiny/revision/v1'),
  );
});

it.each(['pauseDownload', 'cancelDownload'] as const)(
  'N25: stops at once on %s while the hub says nothing',
  async (stop) => {
    await reopenTagged();
    const { hub, scene } = stage;
    hub.faults.push({ match: API, times: 1, fault: { holdHead: true } });
    const done = rejectionOf(scene.manager.ensureModelPresent(tagged(hub)));
    const held = await hub.until(({ state }) => state === 'stalled');
    // No time passes here.
    await scene.manager[stop](tagged(hub));
    expect(await done).toMatchObject({ name: 'AbortError' });
    await hub.until(() => held.state === 'closed');
  },
);

it('N25: reads a catalog whose address falls silent once', async () => {
  const { hub, scene } = stage;
  const text = '{ "version": 1, "models": [] }';
  const body = { status: 200, body: text } as const;
  hub.faults.push({ times: 1, bytesOf: 'text', fault: { ...body, stallAfter: 5 } });
  hub.faults.push({ fault: body });
  const { tools, warnings } = catalogTools();
  const read = await scene.drive(readCatalog(`${hub.endpoint}/catalog.json`, tools));
  expect(read).toEqual({ text, problem: undefined });
  expect(warnings).toHaveLength(1);
});

it('N25: goes on without a catalog whose address stays silent, with a word before each attempt', async () => {
  const { hub, scene } = stage;
  hub.faults.push({ fault: { holdHead: true } });
  const { tools, warnings } = catalogTools();
  const { text, problem } = await scene.drive(readCatalog(`${hub.endpoint}/catalog.json`, tools));
  expect(text).toBeUndefined();
  expect(problem).toContain('stalled');
  expect(warnings).toHaveLength(5);
});

function catalogTools() {
  const warnings: string[] = [];
  const warn = (warning: string) => warnings.push(warning);
  return { tools: { ...stage.scene.platform, random: () => 0, warn }, warnings };
}

it('N26: gives up an answer of the hub that drips', async () => {
  await reopenTagged();
  const { hub, scene } = stage;
  hub.faults.push({ match: API, times: 1, bytesOf: 'text', fault: { stallEvery: 1 } });
  const done = scene.manager.ensureModelPresent(tagged(hub));
  const drip = await hub.until(({ state }) => state === 'stalled');
  let drips = 1;
  for (; drips < 20 && drip.state !== 'closed'; drips += 1) {
    scene.clock.advance(10_000);
    hub.release();
    const isNext = () => drip.state === 'closed' || drip.bodyBytesSent > drips;
    await hub.until(isNext);
  }
  await scene.drive(done);
  expect(drips).toBeLessThan(10);
  expect(waits()).toMatchObject([{ code: 'NET_STALLED' }]);
});
