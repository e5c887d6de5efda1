/** The downloader's suite: parts of a file that are read into memory. */
import { expect, it } from 'vitest';

import type { RangeRequest } from '../../lib/platform/types';
import { expectAbort, expectCode } from './expectFailure';
import { expectWhole, fetchLarge, sha256Of, type Current } from './downloaderSubject';

const never = new AbortController().signal;
const MEBIBYTE = 1024 * 1024;

export function describeRangesInMemory(current: Current): void {
  const read = (range: Partial<RangeRequest> = {}, signal = never) => {
    const { downloader, large } = current();
    const request = { url: large.url, startBytes: 0, lengthBytes: 1000, ...range };
    return downloader.fetchRange(request, { onProgress: () => undefined }, signal);
  };

  /** Whether these are the file's first bytes, as they arrive in the store. */
  async function expectFirst(bytes: Uint8Array): Promise<void> {
    await fetchLarge(current());
    const digest = await crypto.subtle.digest('SHA-256', new Uint8Array(bytes));
    const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0'));
    expect(hex.join('')).toBe(await sha256Of(current().digester, bytes.byteLength));
  }

  it('reads exactly the part that it was asked for, and writes nothing', async () => {
    const { files, hub, large } = current();
    await hub.forget();
    const answer = await read({ startBytes: 1000, lengthBytes: 50_000 });
    expect(await files.list('')).toEqual([]);
    expect(await hub.bodyBytesSent()).toBe(50_000);
    expect(answer).toMatchObject({ totalBytes: large.sizeBytes });
    expect(new URL(answer.url).origin).not.toBe(new URL(large.url).origin);
    const { bytes: first } = await read({ lengthBytes: 1000 });
    await expectFirst(new Uint8Array([...first, ...answer.bytes]));
  });

  it('gives fewer bytes where the file ends, and none at its end', async () => {
    const { sizeBytes } = current().large;
    const last = await read({ startBytes: sizeBytes - 10 });
    expect(last.bytes).toHaveLength(10);
    expect((await read({ startBytes: sizeBytes })).bytes).toHaveLength(0);
  });

  it('takes the beginning of a whole file, and reads no more of it', async () => {
    const { hub } = current();
    // What is sent after the requested bytes would never end.
    await hub.order({ fault: { range: null, endless: true } });
    const answer = await read({ lengthBytes: 3000 });
    expect(answer.bytes).toHaveLength(3000);
    await hub.forget();
    await expectFirst(answer.bytes);
  });

  it('refuses the whole file in place of a part of its middle', async () => {
    await current().hub.order({ times: 1, fault: { range: null } });
    await expectCode(read({ startBytes: 1000 }), 'RANGE_INVALID');
  });

  it.each([
    [{ status: 401, body: 'json' }, 'HTTP_DENIED'],
    [{ status: 404, body: 'html' }, 'HTTP_NOT_FOUND'],
    [{ status: 429, body: 'html' }, 'HTTP_RATE_LIMITED'],
    [{ status: 500, body: 'html' }, 'HTTP_SERVER'],
    [{ status: 200, body: 'html' }, 'NOT_A_MODEL'],
  ] as const)('uses no byte of the answer %j', async (fault, code) => {
    await current().hub.order({ fault });
    await expectCode(read(), code);
  });

  it.each([
    [{ shiftContentRange: { first: 1 } }, 'RANGE_INVALID'],
    [{ headers: { 'content-range': null } }, 'RANGE_INVALID'],
    [{ multipart: true }, 'NOT_A_MODEL'],
    [{ cutAfter: 100 }, 'NET_INTERRUPTED'],
  ] as const)('refuses another part, or a cut one: %j', async (fault, code) => {
    await current().hub.order({ times: 1, origin: 'cdn', fault });
    await expectCode(read({ startBytes: 1000, lengthBytes: 2000 }), code);
  });

  it('says that it is offline when no server answers', async () => {
    await expectCode(read({ url: current().deadUrl }), 'NET_OFFLINE');
  });

  it('reads no more than 4 MiB at once', async () => {
    await current().hub.order({ fault: { range: null, endless: true } });
    const { bytes } = await read({ lengthBytes: 1024 * MEBIBYTE });
    expect(bytes.byteLength).toBeLessThanOrEqual(4 * MEBIBYTE);
  });

  it('sends no request when it was stopped before, and stops while it reads', async () => {
    const { hub } = current();
    await expectAbort(read({}, AbortSignal.abort()));
    expect(await hub.bodyBytesSent()).toBe(0);
    await hub.order({ times: 1, fault: { stallAfter: 100 } });
    const stopping = new AbortController();
    const reading = read({ lengthBytes: 10_000 }, stopping.signal);
    await hub.untilHeld();
    stopping.abort();
    await expectAbort(reading);
  });

  it('leaves files of the store alone', async () => {
    await fetchLarge(current());
    await read();
    await expectWhole(current());
  });
}
