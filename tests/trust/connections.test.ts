/** What one connection of several gets wrong, and what the file makes of it. */
import { describe, expect, it } from 'vitest';

import type { Fault } from '../hub/faults';
import type { LogEntry } from '../hub/log';
import { MANY_PIECES } from './nodeScene';
import { sceneForEach } from './sceneForEach';
import { SIZE } from './served';

const stage = sceneForEach();

const failures = () =>
  [...stage.scene.shown.values()]
    .flat()
    .flatMap((state) => ('failure' in state ? [state.failure] : []));

/** A byte in the middle of the file, for a range that is refused wherever it is cut. */
const MIDDLE = SIZE / 2;

function isAboutMiddle({ headers, origin }: LogEntry): boolean {
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(headers['range'] ?? '') ?? [];
  return origin === 'cdn' && Number(first) <= MIDDLE && MIDDLE <= Number(last);
}

const BAD_ANSWERS: readonly [string, Fault][] = [
  ['400', { status: 400, body: 'json' }],
  ['403', { status: 403, body: 'json' }],
  ['404', { status: 404, body: 'html' }],
  ['410', { status: 410, body: 'html' }],
  ['421', { status: 421, body: 'html' }],
  ['425', { status: 425, body: 'html' }],
  ['a page', { status: 200, body: 'html' }],
  ['a pointer', { status: 200, body: 'pointer' }],
  ['garbage', { raw: 'SSH-2.0-OpenSSH_9.6\r\n' }],
  ['a broken chunk', { brokenChunkAfter: 5000 }],
  ['another total', { shiftContentRange: { total: 5 } }],
  ['another range', { shiftContentRange: { first: 1 } }],
  ['the whole file', { range: null }],
  ['a compressed body', { gzip: 'always' }],
  ['several parts', { multipart: true }],
  ['a redirect to an unsafe place', { location: 'http://10.0.0.1/weights' }],
];

describe('while the others are well', () => {
  it.each(BAD_ANSWERS)('%s by single connections costs the file nothing', async (_, fault) => {
    const { hub } = stage;
    await stage.reopen({ sizes: MANY_PIECES });
    for (const skip of [3, 4, 6]) hub.faults.push({ origin: 'cdn', skip, times: 1, fault });
    await stage.scene.ensure();
    expect(failures()).toEqual([]);
  });
});

it.each([
  ['400', { status: 400, body: 'json' }, 'HTTP_UNEXPECTED'],
  ['403', { status: 403, body: 'json' }, 'STORE_REFUSED'],
  ['a page', { status: 200, body: 'html' }, 'NOT_A_MODEL'],
  ['another total', { shiftContentRange: { total: 5 } }, 'REMOTE_CHANGED'],
  ['a compressed body', { gzip: 'always' }, 'HTTP_UNEXPECTED'],
] as const)(
  '%s for one range each time fails in the end, with every other byte here',
  async (_, fault, code) => {
    const { hub } = stage;
    await stage.reopen({ sizes: MANY_PIECES });
    hub.faults.push({ origin: 'cdn', covers: MIDDLE, fault });
    await stage.scene.failure([code]);
    const state = stage.scene.state();
    expect('receivedBytes' in state ? state.receivedBytes : 0).toBeGreaterThan(
      SIZE - 2 * MANY_PIECES.largestPieceBytes,
    );
  },
);

describe('at the end of a file', () => {
  it.each([
    ['never answers', { holdHead: true }],
    ['answers its head letter by letter', { dripHead: true }],
    ['falls silent', { stallAfter: 5000 }],
    ['brings a byte a second', { bytesPerSecond: 1 }],
  ] as const)('another connection takes over from one that %s', async (_, fault) => {
    const { hub } = stage;
    await stage.reopen({ sizes: MANY_PIECES });
    hub.faults.push({ origin: 'cdn', covers: MIDDLE, times: 1, fault });
    const { clock } = stage.scene;
    const held = hub.until(isAboutMiddle).then(async (entry) => {
      const sinceMs = clock.monotonicMs();
      await hub.until((other) => other === entry && entry.state === 'closed');
      return clock.monotonicMs() - sinceMs;
    });
    await stage.scene.ensure();
    expect(await held).toBeLessThan(9_000);
    expect(failures()).toEqual([]);
    // Nothing twice but what was on its way to a connection that was given up.
    expect(stage.scene.sentBytes()).toBeLessThanOrEqual(SIZE + 5000);
  });

  it('a connection that is merely slower than the others goes on, and nothing is sent twice', async () => {
    const { hub } = stage;
    await stage.reopen({ sizes: MANY_PIECES });
    hub.faults.push({
      ...{ origin: 'cdn', covers: MIDDLE, times: 1 },
      fault: { bytesPerSecond: 60_000 },
    });
    hub.faults.push({ origin: 'cdn', fault: { bytesPerSecond: 200_000 } });
    await stage.scene.ensure();
    expect(stage.scene.sentBytes()).toBe(SIZE);
  });
});
