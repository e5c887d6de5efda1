/** What a browser may lack or refuse: the app works without it, or says what to do. */
import { describe, expect, it } from 'vitest';

import { createWebHost } from './webHost';
import { createWebPeers } from './webPeers';
import { MODELS_FOLDER, openModelsFolder } from './files/opfsPaths';
import { watchRangeConnections } from './files/rangeConnections';
import { setAsideName } from './files/setAside';
import { usableThreads } from './engine/usableThreads';

const refuse = () => {
  throw new DOMException('refused', 'SecurityError');
};

/** Runs `work` while `owner` says something else of `name`; undefined is nothing. */
async function instead<T>(
  [owner, name]: [object, string],
  described: PropertyDescriptor,
  work: () => T | Promise<T>,
): Promise<T> {
  const own = Object.getOwnPropertyDescriptor(owner, name);
  Object.defineProperty(owner, name, { ...described, configurable: true });
  try {
    return await work();
  } finally {
    if (own) Object.defineProperty(owner, name, own);
    else Reflect.deleteProperty(owner, name);
  }
}

const ABSENT = { value: undefined };
const THROWING = { get: refuse };
const { storage } = navigator;

describe('keeping models from being evicted', () => {
  it.each<[string, [object, string], PropertyDescriptor]>([
    ['storage is missing', [navigator, 'storage'], ABSENT],
    ['persisted() is missing', [storage, 'persisted'], ABSENT],
    ['persisted() throws', [storage, 'persisted'], { value: refuse }],
  ])('is promised by nobody where %s', async (_, place, described) => {
    const withoutPersist = () =>
      instead([storage, 'persist'], ABSENT, () => createWebHost().requestPersistence());
    expect(await instead(place, described, withoutPersist)).toBe(false);
  });

  it('is promised by nobody where asking throws', async () => {
    const rejecting = { value: () => Promise.reject(new TypeError('refused')) };
    const persisted = { value: () => Promise.resolve(false) };
    const ask = () => createWebHost().requestPersistence();
    const asking = () => instead([storage, 'persist'], rejecting, ask);
    expect(await instead([storage, 'persisted'], persisted, asking)).toBe(false);
  });
});

describe('last words', () => {
  it.each([ABSENT, THROWING])('are none where local storage is refused', async (described) => {
    await instead([globalThis, 'localStorage'], described, () => {
      const host = createWebHost();
      expect(host.lastWords).toBeUndefined();
      host.keepLastWords(() => 'words');
      const failures: unknown[] = [];
      const note = (event: ErrorEvent) => failures.push(event.error);
      addEventListener('error', note);
      dispatchEvent(new PageTransitionEvent('pagehide'));
      removeEventListener('error', note);
      expect(failures).toEqual([]);
    });
  });
});

describe('other tabs', () => {
  it.each([ABSENT, { value: refuse }, THROWING])(
    'take turns where there is no channel for news',
    async (described) => {
      const peers = await instead([globalThis, 'BroadcastChannel'], described, () =>
        createWebPeers('missing'),
      );
      peers.subscribe(() => undefined)();
      peers.send({ kind: 'hello' });
      expect(await peers.withLock('model', () => Promise.resolve(5))).toBe(5);
      peers.close();
    },
  );

  it('are a reason to say what to do where there are no locks', async () => {
    const create = instead([navigator, 'locks'], ABSENT, () => createWebPeers('missing'));
    await expect(create).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      details: { feature: 'turns-between-tabs' },
    });
  });
});

it.each([undefined, 0, NaN, -1])('counts at least one thread of %s', async (value) => {
  await instead([navigator, 'hardwareConcurrency'], { value }, () => {
    expect(usableThreads()).toBe(1);
  });
});

it.each([undefined, 0, NaN, -1, 2 ** 60])('leaves out %s GiB of memory', async (value) => {
  await instead([navigator, 'deviceMemory'], { value }, async () => {
    expect((await createWebHost().memory()).totalBytes).toBeUndefined();
  });
});

it('divides transfers where nobody tells the protocols of requests', async () => {
  await instead([globalThis, 'PerformanceObserver'], ABSENT, () => {
    expect(watchRangeConnections()('http://localhost/file')).toBeGreaterThan(0);
  });
});

it.each([
  ['Firefox', 'SecurityError'],
  ['Safari', 'UnknownError'],
])('says of a private window of %s that it keeps no files', async (_, name) => {
  const refused = { value: () => Promise.reject(new DOMException('refused', name)) };
  const opening = instead([storage, 'getDirectory'], refused, openModelsFolder);
  const feature = 'private-storage';
  await expect(opening).rejects.toMatchObject({ code: 'UNSUPPORTED', details: { feature } });
});

it.each([
  [{ quota: 5_000_000, usage: 1_000 }, 5_000_000],
  [{}, undefined],
  [{ quota: 0 }, undefined],
])('tells of the estimate %j a quota of %s', async (estimate, quotaBytes) => {
  const told = { value: () => Promise.resolve(estimate) };
  await instead([storage, 'estimate'], told, async () => {
    expect(await createWebHost().quotaBytes?.()).toBe(quotaBytes);
  });
});

it.each([
  ['estimate() is missing', ABSENT],
  ['estimate() rejects', { value: () => Promise.reject(new TypeError('refused')) }],
])('tells no quota where %s', async (_, described) => {
  await instead([storage, 'estimate'], described, async () => {
    expect(await createWebHost().quotaBytes?.()).toBeUndefined();
  });
});

it('makes room for the models folder where a file has its name', async () => {
  const root = await storage.getDirectory();
  await root.removeEntry(MODELS_FOLDER, { recursive: true }).catch(() => undefined);
  const file = await root.getFileHandle(MODELS_FOLDER, { create: true });
  const writable = await file.createWritable();
  await writable.write('no folder');
  await writable.close();
  expect((await openModelsFolder()).kind).toBe('directory');
  const aside = await root.getFileHandle(setAsideName(MODELS_FOLDER));
  expect(await (await aside.getFile()).text()).toBe('no folder');
  await root.removeEntry(setAsideName(MODELS_FOLDER));
});
