/** The downloader's suite: what a server does wrong. */
import { expect, it } from 'vitest';

import { expectCode } from './expectFailure';
import { expectWhole, fetchLarge, orderForBody, type Current } from './downloaderSubject';

export function describeWrongAnswers(current: Current): void {
  it.each([
    [{ status: 401, body: 'json' }, 'HTTP_DENIED'],
    [{ status: 403, body: 'html' }, 'HTTP_DENIED'],
    [{ status: 404, body: 'html' }, 'HTTP_NOT_FOUND'],
    [{ status: 429, body: 'html' }, 'HTTP_RATE_LIMITED'],
    [{ status: 500, body: 'html' }, 'HTTP_SERVER'],
    [{ status: 503, body: 'json' }, 'HTTP_SERVER'],
    [{ status: 418, body: 'json' }, 'HTTP_UNEXPECTED'],
    [{ status: 200, body: 'html' }, 'NOT_A_MODEL'],
    [{ status: 200, body: 'json' }, 'NOT_A_MODEL'],
    [{ status: 200, body: 'pointer' }, 'NOT_A_MODEL'],
    [{ status: 416, body: 'html' }, 'RANGE_INVALID'],
  ] as const)('lets no byte of the answer %j into the file', async (fault, code) => {
    await fetchLarge(current());
    await current().hub.order({ fault });
    await expectCode(fetchLarge(current(), { offsetBytes: 1000 }), code);
    await expectWhole(current());
  });

  it('makes no file for an answer that brings none', async () => {
    await current().hub.order({ fault: { status: 404, body: 'html' } });
    await expectCode(fetchLarge(current()), 'HTTP_NOT_FOUND');
    expect(await current().files.list('')).toEqual([]);
  });

  it.each([
    [{ shiftContentRange: { first: 1 } }, 'RANGE_INVALID'],
    [{ shiftContentRange: { last: 1 } }, 'RANGE_INVALID'],
    [{ headers: { 'content-range': null } }, 'RANGE_INVALID'],
    [{ shiftContentRange: { total: 5 } }, 'REMOTE_CHANGED'],
    [{ multipart: true }, 'NOT_A_MODEL'],
  ] as const)('refuses a part that is not the one it asked for: %j', async (fault, code) => {
    await fetchLarge(current());
    await current().hub.order({ times: 1, origin: 'cdn', fault });
    const range = { offsetBytes: 1000, endBytes: 2000 };
    await expectCode(fetchLarge(current(), range), code);
    await expectWhole(current());
  });

  it('refuses a file of another size than the one that was stated', async () => {
    const expectedBytes = current().large.sizeBytes + 1;
    await expectCode(fetchLarge(current(), { expectedBytes }), 'REMOTE_CHANGED');
    expect(await current().files.list('')).toEqual([]);
  });

  it.each(['loop', 'file:///etc/passwd', 'ftp://127.0.0.1/x', 'http://user:pw@127.0.0.1/x'])(
    'does not follow a redirect to %s',
    async (location) => {
      await current().hub.order({ fault: { location } });
      // A browser follows redirects itself and says only that it failed.
      await expectCode(fetchLarge(current()), 'REDIRECT_UNSAFE', 'NET_OFFLINE', 'NET_INTERRUPTED');
      expect(await current().files.list('')).toEqual([]);
    },
  );

  it('says that it is offline when nobody answers', async () => {
    const url = current().deadUrl;
    await expectCode(fetchLarge(current(), { url }), 'NET_OFFLINE');
  });
}

export function describeWrongBodies(current: Current): void {
  it.each([
    { finAfter: 100_000 },
    { finAfter: 100_000, closeDelimited: true },
    { resetAfter: 100_000 },
  ] as const)('never takes an early end for the end: %j', async (fault) => {
    await orderForBody(current(), fault);
    let kept = 0;
    const onProgress = (endBytes: number) => {
      kept = endBytes;
    };
    await expectCode(fetchLarge(current(), { onProgress }), 'NET_INTERRUPTED');
    expect(kept).toBeLessThanOrEqual(100_000);
    await fetchLarge(current(), { offsetBytes: kept });
    await expectWhole(current());
  });

  it('never writes more than the file has', async () => {
    await current().hub.order({ fault: { endless: true } });
    await expectCode(fetchLarge(current()), 'LENGTH_MISMATCH');
    const [entry] = await current().files.list('');
    expect(entry?.sizeBytes ?? 0).toBeLessThanOrEqual(current().large.sizeBytes);
  });

  it('never writes more than the range that it asked for', async () => {
    await fetchLarge(current());
    await current().hub.order({ fault: { endless: true } });
    await expectCode(fetchLarge(current(), { endBytes: 200_000 }), 'RANGE_INVALID');
    await expectWhole(current());
  });

  it('never stores a compressed body as the file', async () => {
    await current().hub.order({ fault: { gzip: 'always' } });
    // A browser may expand it before anybody sees it, and then it has to be right; or it may
    // refuse a compressed range, as it refuses a connection.
    const outcome = await fetchLarge(current()).catch((error: unknown) => error);
    if (outcome instanceof Error) {
      await expectCode(Promise.reject(outcome), 'HTTP_UNEXPECTED', 'NET_OFFLINE');
    } else {
      await expectWhole(current());
    }
  });
}
