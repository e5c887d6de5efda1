import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Fault } from './faults';
import { addressOf, bytesOf, REPO, startSampleHub, WEIGHTS, weightsBytes } from './sample';
import type { Hub } from './server';

const BIN = 'deep/folder/weights.bin';

let hub: Hub;

beforeAll(async () => {
  hub = await startSampleHub();
});
afterEach(() => {
  hub.reset();
});
afterAll(() => hub.close());

const get = (init?: RequestInit) => fetch(addressOf(hub, BIN), init);

/** The answer to a request for the weights with this fault. */
function withFault(fault: Fault, init?: RequestInit): Promise<Response> {
  hub.faults.push({ origin: 'cdn', match: /weights\.bin$/, fault });
  return get(init);
}

/** The bytes of a body that arrive before it ends or the connection breaks. */
async function read(response: Response): Promise<{ bytes: Buffer; broke: boolean }> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of response.body ?? []) chunks.push(chunk);
    return { bytes: Buffer.concat(chunks), broke: false };
  } catch {
    // Some of these tests cause a broken connection on purpose.
    return { bytes: Buffer.concat(chunks), broke: true };
  }
}

describe('a body', () => {
  it('is cut off after so many bytes', async () => {
    const { bytes, broke } = await read(await withFault({ cutAfter: 12_345 }));
    expect(broke).toBe(true);
    expect(Buffer.compare(bytes, weightsBytes().subarray(0, 12_345))).toBe(0);
    const entry = await hub.until(({ state }) => state === 'cut');
    expect(entry).toMatchObject({
      origin: 'cdn',
      file: `${REPO.name}/${BIN}`,
      bodyBytesSent: 12_345,
    });
  });

  it('is cut off before its first byte', async () => {
    const { bytes, broke } = await read(await withFault({ cutAfter: 0 }));
    expect([bytes.length, broke]).toEqual([0, true]);
  });

  it('is reset', async () => {
    await expect(withFault({ resetAfter: 70_000 }).then(bytesOf)).rejects.toThrow();
    expect((await hub.until(({ state }) => state === 'cut')).bodyBytesSent).toBe(70_000);
  });

  it('ends early where a length was stated', async () => {
    const { bytes, broke } = await read(await withFault({ finAfter: 1000 }));
    expect([bytes.length, broke]).toEqual([1000, true]);
  });

  it.each<[string, Fault]>([
    ['in chunks', { finAfter: 1000, headers: { 'content-length': null } }],
    ['by closing', { finAfter: 1000, closeDelimited: true }],
  ])('ends early without a stated length, %s, as if it were whole', async (_, fault) => {
    const response = await withFault(fault);
    expect(response.headers.get('content-length')).toBeNull();
    expect(await read(response)).toEqual({ bytes: weightsBytes().subarray(0, 1000), broke: false });
  });

  it('falls silent until it is released', async () => {
    const response = await withFault({ stallAfter: 5000 });
    const stalled = await hub.until(({ state }) => state === 'stalled');
    expect(stalled.bodyBytesSent).toBe(5000);
    hub.release();
    expect(Buffer.compare(await bytesOf(response), weightsBytes())).toBe(0);
  });

  it('falls silent before its last byte', async () => {
    const response = await withFault({ stallAfter: 199_999 });
    expect((await hub.until(({ state }) => state === 'stalled')).bodyBytesSent).toBe(199_999);
    hub.release();
    expect((await bytesOf(response)).length).toBe(200_000);
  });

  it('is logged as left when the client goes away from the silence', async () => {
    const leaving = new AbortController();
    await withFault({ stallAfter: 5000 }, { signal: leaving.signal });
    await hub.until(({ state }) => state === 'stalled');
    leaving.abort();
    expect((await hub.until(({ state }) => state === 'closed')).bodyBytesSent).toBe(5000);
  });

  it('trickles', async () => {
    const startMs = performance.now();
    await bytesOf(await withFault({ bytesPerSecond: 1_000_000 }));
    expect(performance.now() - startMs).toBeGreaterThan(180);
  });

  it('never ends', async () => {
    const leaving = new AbortController();
    const response = await withFault({ endless: true }, { signal: leaving.signal });
    expect(response.headers.get('content-length')).toBeNull();
    const draining = read(response);
    await hub.until(({ bodyBytesSent }) => bodyBytesSent > 2 * WEIGHTS.sizeBytes);
    leaving.abort();
    expect((await draining).broke).toBe(true);
  });

  it('has one bit wrong, wherever the range begins', async () => {
    const range = 'bytes=100000-';
    const response = await withFault({ flipBitsAt: [150_000] }, { headers: { range } });
    const bytes = await bytesOf(response);
    const right = weightsBytes().subarray(100_000);
    expect((bytes[50_000] ?? 0) ^ (right[50_000] ?? 0)).toBe(1);
    bytes[50_000] = right[50_000] ?? 0;
    expect(Buffer.compare(bytes, right)).toBe(0);
  });

  it('is compressed against the will of the client, and its range forgotten', async () => {
    const headers = { range: 'bytes=10-', 'accept-encoding': 'identity' };
    const response = await withFault({ gzip: 'always' }, { headers });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(response.headers.get('content-length')).toBeNull();
  });
});

describe('a range', () => {
  const headers = { range: 'bytes=1000-' };

  it('is ignored', async () => {
    const response = await withFault({ range: null }, { headers });
    expect(response.status).toBe(200);
    expect((await bytesOf(response)).length).toBe(200_000);
  });

  it('is sent although none was asked for', async () => {
    const response = await withFault({ range: 'bytes=7-' });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe('bytes 7-199999/200000');
    await response.arrayBuffer();
  });

  it('is described wrongly', async () => {
    const response = await withFault({ shiftContentRange: { first: 1, total: -5 } }, { headers });
    expect(response.headers.get('content-range')).toBe('bytes 1001-199999/199995');
    const right = weightsBytes().subarray(1000);
    expect(Buffer.compare(await bytesOf(response), right)).toBe(0);
  });

  it('is not described', async () => {
    const response = await withFault({ headers: { 'content-range': null } }, { headers });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBeNull();
    await response.arrayBuffer();
  });

  it('comes in several parts', async () => {
    const response = await withFault({ multipart: true }, { headers });
    expect(response.headers.get('content-type')).toContain('multipart/byteranges');
    expect((await bytesOf(response)).length).toBeGreaterThan(199_000);
  });

  it('is sent of whatever version there is, although If-Range names another', async () => {
    const init = { headers: { ...headers, 'if-range': '"other"' } };
    const response = await withFault({ ignoreIfRange: true }, init);
    expect(response.status).toBe(206);
    await response.arrayBuffer();
  });
});

describe('an answer', () => {
  it.each(['html', 'json'] as const)('is a page of %s with status 200', async (body) => {
    const response = await withFault({ body });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain(body);
    expect(Number(response.headers.get('content-length'))).toBe((await bytesOf(response)).length);
  });

  it('is the pointer in place of the file', async () => {
    hub.faults.push({ origin: 'cdn', fault: { body: 'pointer' } });
    expect(await (await get()).text()).toContain(`oid sha256:${WEIGHTS.digest('sha256')}`);
  });

  it('has a status and headers of its own, so many times, and a page may still read it', async () => {
    const headers = { ratelimit: '"resolvers";r=0;t=55', 'retry-after': '2' };
    hub.faults.push({ origin: 'hub', times: 2, fault: { status: 429, body: 'html', headers } });
    for (const _ of [1, 2]) {
      const response = await get();
      expect(response.status).toBe(429);
      expect(response.headers.get('ratelimit')).toBe('"resolvers";r=0;t=55');
      expect(response.headers.get('retry-after')).toBe('2');
      expect(response.headers.get('access-control-expose-headers')).toContain('ETag');
      expect(await response.text()).toContain('<!doctype html>');
    }
    expect((await get()).status).toBe(200);
  });

  it('states a length that is longer than the body, and closes', async () => {
    const headers = { 'content-length': '300000', connection: 'close' };
    await expect(withFault({ headers }).then(bytesOf)).rejects.toThrow();
    expect(
      (await hub.until(({ origin, state }) => origin === 'cdn' && state === 'sent')).bodyBytesSent,
    ).toBe(200_000);
  });

  it('states a length that is shorter than the body', async () => {
    const response = await withFault({ headers: { 'content-length': '1000' } });
    expect((await bytesOf(response)).length).toBe(1000);
    await hub.until(({ bodyBytesSent }) => bodyBytesSent > 1000);
  });

  it('has no ETag, or another', async () => {
    const response = await withFault({ headers: { etag: null, 'accept-ranges': null } });
    expect(response.headers.get('etag')).toBeNull();
    expect(response.headers.get('accept-ranges')).toBeNull();
    await response.arrayBuffer();
  });

  it('redirects in a circle, or to a place that nobody should follow', async () => {
    hub.faults.push({ origin: 'hub', times: 1, fault: { location: 'file:///etc/passwd' } });
    const outside = await get({ redirect: 'manual' });
    expect(outside.headers.get('location')).toBe('file:///etc/passwd');
    hub.faults.push({ origin: 'hub', fault: { location: 'loop' } });
    await expect(get()).rejects.toThrow('fetch failed');
    expect(hub.log.length).toBeGreaterThan(10);
  });

  it('does not begin until it is released', async () => {
    hub.faults.push({ origin: 'hub', fault: { holdHead: true } });
    const answer = get();
    expect((await hub.until(({ state }) => state === 'stalled')).status).toBe(0);
    hub.release();
    expect((await answer).status).toBe(200);
  });
});

describe('a rule', () => {
  it('about bytes is not spent on what has none', async () => {
    hub.faults.push({ match: /weights/, times: 1, fault: { cutAfter: 10 } });
    await fetch(addressOf(hub, BIN), { method: 'HEAD' });
    expect((await read(await get())).bytes.length).toBe(10);
    expect((await read(await get())).bytes.length).toBe(200_000);
  });

  it('lets the first ones through, and gives way to the next rule once it is spent', async () => {
    hub.faults.push({ origin: 'cdn', skip: 1, times: 1, fault: { status: 500 } });
    hub.faults.push({ origin: 'cdn', skip: 1, fault: { status: 503 } });
    const statuses: number[] = [];
    for (const _ of [1, 2, 3]) statuses.push((await get()).status);
    expect(statuses).toEqual([200, 500, 503]);
  });

  it('can count the connections that are open', async () => {
    hub.faults.push({ match: ({ openBodies }) => openBodies >= 1, fault: { status: 503 } });
    hub.faults.push({ origin: 'cdn', fault: { stallAfter: 10 } });
    const first = await get();
    await hub.until(({ state }) => state === 'stalled');
    expect((await get()).status).toBe(503);
    hub.release();
    await first.arrayBuffer();
  });
});

describe('the log', () => {
  it('shows that a token stays at the origin that it was sent to', async () => {
    await bytesOf(await get({ headers: { authorization: 'Bearer reader', range: 'bytes=1-2' } }));
    await hub.until(({ origin, state }) => origin === 'cdn' && state === 'sent');
    const [atHub, atCdn] = hub.log;
    expect(atHub).toMatchObject({ origin: 'hub', status: 302, headers: { range: 'bytes=1-2' } });
    expect(atHub?.headers.authorization).toBe('Bearer reader');
    expect(atCdn).toMatchObject({ origin: 'cdn', status: 206, bodyBytesSent: 2 });
    expect(atCdn?.headers).not.toHaveProperty('authorization');
  });

  it('begins anew after a reset, as does what was uploaded', async () => {
    await get();
    hub.repos.delete(REPO.name);
    hub.reset();
    expect(hub.log).toEqual([]);
    expect((await get()).status).toBe(200);
  });
});

describe('over HTTP', () => {
  const order = (command: string, body?: unknown) =>
    fetch(`${hub.endpoint}/__hub/${command}`, { method: 'POST', body: JSON.stringify(body) });

  it('takes the same orders', async () => {
    await order('faults', { match: 'weights', origin: 'cdn', fault: { stallAfter: 3 } });
    const response = await get();
    await hub.until(({ state }) => state === 'stalled');
    await order('release');
    expect((await bytesOf(response)).length).toBe(200_000);
    await hub.until(({ origin, state }) => origin === 'cdn' && state === 'sent');
    const log = await fetch(`${hub.endpoint}/__hub/log`);
    expect(await log.json()).toMatchObject([
      { status: 302 },
      { status: 200, bodyBytesSent: 200_000 },
    ]);
    const signed = response.url;
    await order('reset');
    expect((await fetch(signed)).status).toBe(200);
    await order('expire-signatures');
    expect((await fetch(signed)).status).toBe(403);
  });

  it.each([
    [{ fault: { cutAfterBytes: 3 } }, 'Unknown: cutAfterBytes'],
    [{ path: 'x', fault: {} }, 'Unknown: path'],
    [{ match: '(', fault: {} }, 'Invalid regular expression'],
    [{}, 'Expected an object'],
  ])('refuses an order that it does not understand: %j', async (rule, reason) => {
    const response = await order('faults', rule);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(reason);
    expect((await order('nonsense')).status).toBe(404);
  });
});
