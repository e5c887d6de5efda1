import { describe, expect, it } from 'vitest';

import {
  GGUF_URL,
  MODEL,
  WEIGHTS,
  createTab,
  noise,
  sha256,
  skipWaits,
  stateOf,
  untilTicking,
} from '../../../tests/modelFixture';
import {
  SIZES,
  CDN_URL,
  PART,
  FINAL,
  SIZE,
  digestAt,
  sentBytes,
  DIGESTS,
  start,
  leftBehind,
  whole,
} from '../../../tests/transferFixture';
import type { LlmModelConfig } from '../../ai/modelConfig';
import { ModelError } from '../../errors';
import { script } from '../../platform/memory/memoryWeb';
import { parseJournal } from '../journal/journalText';

describe('several connections', () => {
  it('bring each byte once, after one of them has asked where the file lies', async () => {
    const { manager, world } = await start();
    world.web.redirects.set(GGUF_URL, CDN_URL);
    world.web.files.set(CDN_URL, WEIGHTS);
    await manager.ensureModelPresent(MODEL);
    expect(digestAt(world, FINAL)).toBe(sha256(WEIGHTS));
    expect(sentBytes(world)).toBe(SIZE);
    const urls = world.web.log.map(({ url }) => url);
    expect(urls.length).toBeGreaterThan(8);
    expect(urls.filter((url) => url === GGUF_URL)).toHaveLength(1);
  });

  it('ask the hub again, at no cost, when a signed address has expired', async () => {
    const { manager, world } = await start();
    world.web.redirects.set(GGUF_URL, CDN_URL);
    world.web.files.set(CDN_URL, WEIGHTS);
    const denied = new ModelError('HTTP_DENIED', { host: 'cdn.example', status: 403 });
    const expired = Array.from({ length: 4 }, () => ({ kind: 'fail', error: denied }) as const);
    script(world.web, CDN_URL, ...expired);
    const kinds = new Set<string>();
    manager.subscribe(() => kinds.add(JSON.stringify(stateOf(manager)).slice(0, 40)));
    await manager.ensureModelPresent(MODEL);
    expect([...kinds].join()).not.toContain('retrying');
    expect(sentBytes(world)).toBe(SIZE);
  });

  it('become one, and start over, when the server sends the whole file in the middle', async () => {
    const { manager, world } = await start();
    script(world.web, GGUF_URL, { kind: 'cut', afterBytes: 100 }, { kind: 'ignore-range' });
    const seen: number[] = [];
    manager.subscribe(() => {
      const state = stateOf(manager);
      if (state.kind === 'downloading') seen.push(state.receivedBytes);
    });
    const installed = manager.ensureModelPresent(MODEL);
    await installed;
    expect(digestAt(world, FINAL)).toBe(sha256(WEIGHTS));
    expect(Math.max(...seen)).toBeLessThanOrEqual(SIZE);
  });

  it('are as many as the server takes', async () => {
    const { manager, world, clock } = await start();
    world.web.maxConnections = 8;
    const busy = new ModelError('HTTP_SERVER', { host: 'hub.example', status: 503 });
    script(world.web, GGUF_URL, { kind: 'hold', afterBytes: 0, until: Promise.resolve() });
    for (let count = 0; count < 3; count += 1) {
      script(world.web, GGUF_URL, { kind: 'fail', error: busy });
    }
    const ticking = manager.subscribe(() => {
      queueMicrotask(() => {
        clock.advance(1000);
      });
    });
    await manager.ensureModelPresent(MODEL);
    ticking();
    expect(sentBytes(world)).toBe(SIZE);
  });

  it('take a file whose size nobody has stated', async () => {
    const url = 'https://elsewhere.example/tiny.gguf';
    const config: LlmModelConfig = { ...MODEL, ggufSource: { kind: 'remote', url } };
    const tab = await createTab({ models: [config], sizes: SIZES });
    tab.world.web.files.set(url, WEIGHTS);
    await tab.manager.start();
    await tab.manager.ensureModelPresent(config);
    expect(digestAt(tab.world, FINAL)).toBe(sha256(WEIGHTS));
  });

  it('never mix two versions of a file that nobody has published a digest of', async () => {
    const url = 'https://elsewhere.example/tiny.gguf';
    const ggufSource = { kind: 'remote', url, sizeBytes: SIZE } as const;
    const config: LlmModelConfig = { ...MODEL, ggufSource };
    const older = noise(SIZE, 'older').slice(0, 90_000);
    const written = [{ startBytes: 0, endBytes: older.byteLength }];
    const world = leftBehind({ part: older, written }, config);
    world.web.files.set(url, WEIGHTS);
    script(world.web, url, { kind: 'ignore-range' }, { kind: 'ignore-range' });
    let writes = 0;
    world.disk.beforeOperation = (operation, path) => {
      if (operation !== 'write' || path !== PART) return;
      writes += 1;
      // The answer breaks off right after it has begun anew.
      if (writes === 2) throw new ModelError('NET_INTERRUPTED', { host: 'elsewhere.example' });
    };
    const tab = await createTab({ world, models: [config], sizes: SIZES });
    await tab.manager.start();
    const ticking = tab.manager.subscribe(() => {
      queueMicrotask(() => {
        tab.clock.advance(1000);
      });
    });
    await tab.manager.ensureModelPresent(config);
    ticking();
    expect(digestAt(world, FINAL)).toBe(sha256(WEIGHTS));
  });

  it('count no earlier byte of a file that a server sends again from its beginning', async () => {
    const part = WEIGHTS.slice(0, 45_000);
    const world = leftBehind({ part, written: [{ startBytes: 0, endBytes: part.length }] });
    const tab = await start(world);
    const ignored = { kind: 'ignore-range' } as const;
    const until = new Promise<void>(() => undefined);
    script(world.web, GGUF_URL, ignored, ignored, { kind: 'hold', afterBytes: 10_000, until });
    const stopSkipping = skipWaits(tab);
    const ended = tab.manager.ensureModelPresent(MODEL).catch((error: unknown) => error);
    await untilTicking(
      tab,
      (state) => state.kind === 'downloading' && state.receivedBytes === 10_000,
    );
    stopSkipping();
    tab.manager.pauseDownload(MODEL);
    await ended;
    expect(stateOf(tab.manager)).toMatchObject({ kind: 'paused', receivedBytes: 10_000 });
  });

  it('fall back to one request for everything when ranges are wrong twice', async () => {
    const { manager, world, clock } = await start();
    const wrong = new ModelError('RANGE_INVALID', { host: 'hub.example', reason: 'wrong' });
    script(world.web, GGUF_URL, { kind: 'fail', error: wrong }, { kind: 'fail', error: wrong });
    const ticking = manager.subscribe(() => {
      queueMicrotask(() => {
        clock.advance(1000);
      });
    });
    await manager.ensureModelPresent(MODEL);
    ticking();
    expect(world.web.log.at(-1)).toMatchObject({ offsetBytes: 0, endBytes: undefined });
  });
});

describe('after an unclean end', () => {
  it('fetches only the block that a crash tore', async () => {
    const torn = WEIGHTS.slice();
    torn.fill(0, 40_000, 41_000);
    const world = leftBehind({ part: torn, written: [whole], digests: DIGESTS });
    const { manager } = await start(world);
    await manager.ensureModelPresent(MODEL);
    expect(digestAt(world, FINAL)).toBe(sha256(WEIGHTS));
    expect(sentBytes(world)).toBe(SIZES.blockBytes);
  });

  it('fetches two torn blocks, and nothing else', async () => {
    const torn = WEIGHTS.slice();
    torn.fill(0, 40_000, 41_000);
    torn.fill(0, 150_000, 150_001);
    const world = leftBehind({ part: torn, written: [whole], digests: DIGESTS });
    const { manager } = await start(world);
    await manager.ensureModelPresent(MODEL);
    expect(digestAt(world, FINAL)).toBe(sha256(WEIGHTS));
    expect(sentBytes(world)).toBe(2 * SIZES.blockBytes);
  });

  it('trusts after a reboot only what was synced before', async () => {
    const synced = [{ startBytes: 0, endBytes: 50_000 }];
    const torn = WEIGHTS.slice();
    torn.fill(0, 50_000);
    const world = leftBehind({ part: torn, synced, written: [whole], bootId: 'before' });
    const { manager } = await start(world);
    expect(stateOf(manager)).toMatchObject({ kind: 'paused', receivedBytes: 50_000 });
    await manager.ensureModelPresent(MODEL);
    expect(digestAt(world, FINAL)).toBe(sha256(WEIGHTS));
    expect(sentBytes(world)).toBe(SIZE - 50_000);
  });

  it('never takes a file of the right length for a whole one', async () => {
    const world = leftBehind({ part: new Uint8Array(SIZE), written: [] });
    const { manager } = await start(world);
    expect(stateOf(manager)).toMatchObject({ kind: 'paused', receivedBytes: 0 });
    await manager.ensureModelPresent(MODEL);
    expect(digestAt(world, FINAL)).toBe(sha256(WEIGHTS));
  });

  it('believes no more than the file that is really there', async () => {
    const world = leftBehind({ part: WEIGHTS.slice(0, 70_000), written: [whole] });
    const { manager } = await start(world);
    expect(stateOf(manager)).toMatchObject({ kind: 'paused', receivedBytes: 70_000 });
    await manager.ensureModelPresent(MODEL);
    expect(digestAt(world, FINAL)).toBe(sha256(WEIGHTS));
  });

  it('is not misled by a digest that was remembered wrongly', async () => {
    const digests = [...DIGESTS];
    digests[1] = 'f'.repeat(64);
    const world = leftBehind({ part: WEIGHTS, written: [whole], digests });
    const { manager } = await start(world);
    await manager.ensureModelPresent(MODEL);
    expect(sentBytes(world)).toBe(SIZES.blockBytes);
    expect(digestAt(world, FINAL)).toBe(sha256(WEIGHTS));
  });

  it('starts over, once, where nobody remembers which bytes are wrong', async () => {
    const wrong = noise(SIZE, 'other');
    const world = leftBehind({ part: wrong, written: [whole] });
    const { manager } = await start(world);
    await manager.ensureModelPresent(MODEL);
    expect(sentBytes(world)).toBe(SIZE);
    expect(digestAt(world, FINAL)).toBe(sha256(WEIGHTS));
  });
});

it('keeps in its journal what has landed, short of what a kill may cost', async () => {
  const never = new Promise<void>(() => undefined);
  const { manager, world } = await start();
  script(world.web, GGUF_URL, { kind: 'hold', afterBytes: 5000, until: never });
  for (let piece = 0; piece < 7; piece += 1) {
    script(world.web, GGUF_URL, { kind: 'hold', afterBytes: Infinity, until: Promise.resolve() });
  }
  for (let piece = 0; piece < 3; piece += 1) {
    script(world.web, GGUF_URL, { kind: 'hold', afterBytes: 0, until: never });
  }
  void manager.ensureModelPresent(MODEL).catch(() => undefined);
  const landed = () => {
    const bytes = world.disk.files.get(`${PART}.journal`);
    const journal = parseJournal(bytes && new TextDecoder().decode(bytes));
    return (journal?.written ?? []).reduce(
      (sum, range) => sum + range.endBytes - range.startBytes,
      0,
    );
  };
  while (world.web.log.length < 11) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
  expect(sentBytes(world) - landed()).toBeLessThan(SIZES.unwrittenBytes);
  await manager.close();
  expect(landed()).toBe(sentBytes(world));
});
