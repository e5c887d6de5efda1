/** What every host's downloader has to do, against a hub that answers wrongly on order. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { Downloader, FileRequest, FileStore } from '../../lib/platform/types';
import { expectAbort, expectCode } from './expectFailure';
import type { HubControl } from './hubControl';

export interface ServedFile {
  url: string;
  sizeBytes: number;
  sha256: string;
}

export interface DownloaderSubject {
  downloader: Downloader;
  /** An empty store, the one that `downloader` writes to. */
  files: FileStore;
  hub: HubControl;
  /** At least 200 kB, behind a redirect to another origin. */
  large: ServedFile;
  /** Kept in git: behind a relative redirect on the same origin. */
  small: ServedFile;
  /** A file that is packaged with the app. */
  bundled: { requireId: string; sizeBytes: number };
  /** An address on this computer where nobody listens. */
  deadUrl: string;
  dispose(): Promise<void>;
}

const PATH = '.staging/model/weights.part';

export function describeDownloader(name: string, create: () => Promise<DownloaderSubject>): void {
  describe(`Downloader: ${name}`, () => {
    let subject: DownloaderSubject;
    beforeEach(async () => {
      subject = await create();
    });
    afterEach(async () => {
      await subject.dispose();
    });

    const current = () => subject;
    describeWholeFiles(current);
    describeResuming(current);
    describeWrongAnswers(current);
    describeWrongBodies(current);
    describeStopping(current);
    describeTexts(current);
    describeBundles(current);
  });
}

type Current = () => DownloaderSubject;

interface Attempt {
  offsetBytes?: number;
  expectedBytes?: number | undefined;
  path?: string;
  url?: string;
  signal?: AbortSignal;
  onProgress?: (receivedBytes: number) => void;
}

/** One attempt at the large file, its size known, from the start unless told otherwise. */
function fetchLarge({ downloader, large }: DownloaderSubject, attempt: Attempt = {}) {
  const request: FileRequest = {
    url: attempt.url ?? large.url,
    path: attempt.path ?? PATH,
    offsetBytes: attempt.offsetBytes ?? 0,
    expectedBytes: 'expectedBytes' in attempt ? attempt.expectedBytes : large.sizeBytes,
  };
  const signal = attempt.signal ?? new AbortController().signal;
  return downloader.fetchFile(request, attempt.onProgress ?? (() => undefined), signal);
}

async function storedBytes({ files }: DownloaderSubject): Promise<number | undefined> {
  return (await files.list('')).find(({ path }) => path === PATH)?.sizeBytes;
}

async function expectWhole({ files, large }: DownloaderSubject): Promise<void> {
  expect(await files.list('')).toEqual([{ path: PATH, sizeBytes: large.sizeBytes }]);
  expect(await files.digest({ path: PATH, algorithm: 'sha256' })).toBe(large.sha256);
}

/** Leaves the first part of the large file on disk; answers how much of it arrived. */
async function fetchPart(subject: DownloaderSubject): Promise<number> {
  await subject.hub.order({ times: 1, fault: { cutAfter: 100_000, bytesPerSecond: 1_000_000 } });
  await expectCode(fetchLarge(subject), 'NET_INTERRUPTED');
  return (await storedBytes(subject)) ?? 0;
}

function describeWholeFiles(current: Current): void {
  it('brings every byte of a file that lies on another origin', async () => {
    const seen: number[] = [];
    const onProgress = (receivedBytes: number) => seen.push(receivedBytes);
    const answer = await fetchLarge(current(), { onProgress });
    expect(answer.receivedBytes).toBe(current().large.sizeBytes);
    await expectWhole(current());
    expect(seen).toEqual([...seen].sort((one, other) => one - other));
    expect(seen.at(-1)).toBe(current().large.sizeBytes);
  });

  it('takes the size from the server where nobody stated one', async () => {
    const answer = await fetchLarge(current(), { expectedBytes: undefined });
    expect(answer.receivedBytes).toBe(current().large.sizeBytes);
    await expectWhole(current());
  });

  it('follows a relative redirect to a small file', async () => {
    const { files, small } = current();
    await fetchLarge(current(), { url: small.url, expectedBytes: small.sizeBytes });
    expect(await files.digest({ path: PATH, algorithm: 'sha256' })).toBe(small.sha256);
  });

  it('replaces what was there when it starts over', async () => {
    const { files, large } = current();
    await files.writeText(PATH, 'x'.repeat(large.sizeBytes + 1000));
    await fetchLarge(current());
    await expectWhole(current());
  });

  it('refuses a path outside the store', async () => {
    await expectCode(fetchLarge(current(), { path: '../weights' }), 'NAME_INVALID');
    expect(await current().files.list('')).toEqual([]);
  });
}

function describeResuming(current: Current): void {
  it('keeps its bytes when the connection drops and resumes from them', async () => {
    const kept = await fetchPart(current());
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThanOrEqual(100_000);
    await current().hub.forget();

    await fetchLarge(current(), { offsetBytes: kept });
    await expectWhole(current());
    expect(await current().hub.bodyBytesSent()).toBe(current().large.sizeBytes - kept);
  });

  it('cuts off what lies beyond the bytes that it goes on from', async () => {
    const kept = await fetchPart(current());
    await fetchLarge(current(), { offsetBytes: Math.floor(kept / 2) });
    await expectWhole(current());
  });

  it('starts over, and says so, when the server ignores the range', async () => {
    const kept = await fetchPart(current());
    await current().hub.order({ times: 1, fault: { range: null } });
    const seen: number[] = [];
    const onProgress = (receivedBytes: number) => seen.push(receivedBytes);
    await fetchLarge(current(), { offsetBytes: kept, onProgress });
    await expectWhole(current());
    expect(seen[0]).toBe(0);
  });

  it('is done when the server says that nothing is left', async () => {
    await fetchLarge(current());
    const { sizeBytes } = current().large;
    const answer = await fetchLarge(current(), { offsetBytes: sizeBytes });
    expect(answer.receivedBytes).toBe(sizeBytes);
    await expectWhole(current());
  });

  it('does not make up bytes that are not on disk', async () => {
    const kept = await fetchPart(current());
    await expectCode(fetchLarge(current(), { offsetBytes: kept + 1000 }), 'DISK_IO');
    expect(await storedBytes(current())).toBe(kept);
  });
}

function describeWrongAnswers(current: Current): void {
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
    const kept = await fetchPart(current());
    await current().hub.order({ fault });
    await expectCode(fetchLarge(current(), { offsetBytes: kept }), code);
    expect(await storedBytes(current())).toBe(kept);

    await current().hub.forget();
    await fetchLarge(current(), { offsetBytes: kept });
    await expectWhole(current());
  });

  it('makes no file for an answer that brings none', async () => {
    await current().hub.order({ fault: { status: 404, body: 'html' } });
    await expectCode(fetchLarge(current()), 'HTTP_NOT_FOUND');
    expect(await current().files.list('')).toEqual([]);
  });

  it.each([
    [{ shiftContentRange: { first: 1 } }, 'RANGE_INVALID'],
    [{ headers: { 'content-range': null } }, 'RANGE_INVALID'],
    [{ shiftContentRange: { total: 5 } }, 'REMOTE_CHANGED'],
    [{ multipart: true }, 'NOT_A_MODEL'],
  ] as const)('refuses a part that is not the one it asked for: %j', async (fault, code) => {
    const kept = await fetchPart(current());
    await current().hub.order({ times: 1, origin: 'cdn', fault });
    await expectCode(fetchLarge(current(), { offsetBytes: kept }), code);
    expect(await storedBytes(current())).toBe(kept);
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

function describeWrongBodies(current: Current): void {
  it.each([
    { finAfter: 100_000 },
    { finAfter: 100_000, closeDelimited: true },
    { resetAfter: 100_000 },
  ] as const)('never takes an early end for the end: %j', async (fault) => {
    await current().hub.order({ times: 1, fault });
    await expectCode(fetchLarge(current()), 'NET_INTERRUPTED');
    const kept = (await storedBytes(current())) ?? 0;
    expect(kept).toBeLessThanOrEqual(100_000);
    await fetchLarge(current(), { offsetBytes: kept });
    await expectWhole(current());
  });

  it('never writes more than the file has', async () => {
    await current().hub.order({ fault: { endless: true } });
    await expectCode(fetchLarge(current()), 'LENGTH_MISMATCH');
    expect((await storedBytes(current())) ?? 0).toBeLessThanOrEqual(current().large.sizeBytes);
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

function describeStopping(current: Current): void {
  it('asks nobody when it was stopped before', async () => {
    await expectAbort(fetchLarge(current(), { signal: AbortSignal.abort() }));
    expect(await current().hub.bodyBytesSent()).toBe(0);
    expect(await current().files.list('')).toEqual([]);
  });

  it('stops in the middle, keeps its bytes and lets the file go at once', async () => {
    await current().hub.order({ times: 1, fault: { stallAfter: 100_000 } });
    const stopping = new AbortController();
    const onProgress = (receivedBytes: number) => {
      if (receivedBytes > 0) stopping.abort();
    };
    await expectAbort(fetchLarge(current(), { signal: stopping.signal, onProgress }));
    const kept = (await storedBytes(current())) ?? 0;
    expect(kept).toBeLessThanOrEqual(100_000);
    await fetchLarge(current(), { offsetBytes: kept });
    await expectWhole(current());
  });

  it('stops while it waits for an answer', async () => {
    await current().hub.order({ times: 1, fault: { holdHead: true } });
    const stopping = new AbortController();
    const attempt = fetchLarge(current(), { signal: stopping.signal });
    await current().hub.untilHeld();
    stopping.abort();
    await expectAbort(attempt);
  });
}

function describeTexts(current: Current): void {
  const maxBytes = 10_000;

  it('reads a small answer', async () => {
    const { downloader, small } = current();
    const answer = await downloader.fetchText({ url: small.url, maxBytes: 1_000_000 });
    expect(answer.status).toBe(200);
    expect(new TextEncoder().encode(answer.text)).toHaveLength(small.sizeBytes);
  });

  it('sends a question as JSON', async () => {
    const { downloader, hub } = current();
    const question = hub.questionAboutLarge();
    const answer = await downloader.fetchText({ ...question, maxBytes });
    expect(JSON.parse(answer.text)).toMatchObject([{ size: current().large.sizeBytes }]);
  });

  it('gives an error page back with its status and what it says', async () => {
    const { downloader, small } = current();
    const answer = await downloader.fetchText({ url: `${small.url}.absent`, maxBytes });
    expect(answer.status).toBe(404);
    expect(answer.headers['x-error-code']).toBe('EntryNotFound');
  });

  it('does not swallow an answer without an end', async () => {
    const { downloader, hub, small } = current();
    await hub.order({ fault: { endless: true } });
    await expectCode(downloader.fetchText({ url: small.url, maxBytes }), 'HTTP_UNEXPECTED');
  });

  it('says that it is offline when nobody answers a question', async () => {
    const { downloader, deadUrl } = current();
    await expectCode(downloader.fetchText({ url: deadUrl, maxBytes }), 'NET_OFFLINE');
  });

  it('stops reading when it is told to', async () => {
    const { downloader, small } = current();
    const request = { url: small.url, maxBytes };
    await expectAbort(downloader.fetchText(request, AbortSignal.abort()));
  });
}

function describeBundles(current: Current): void {
  it('copies a packaged file over whatever has the name', async () => {
    const { downloader, files, bundled } = current();
    await files.writeText(PATH, 'x'.repeat(bundled.sizeBytes + 10));
    await downloader.copyBundled(bundled.requireId, PATH, new AbortController().signal);
    expect(await files.list('')).toEqual([{ path: PATH, sizeBytes: bundled.sizeBytes }]);
  });

  it.each(['unknown.gguf', '../package.json', ''])('has no packaged file %j', async (requireId) => {
    const copying = current().downloader.copyBundled(requireId, PATH, new AbortController().signal);
    await expectCode(copying, 'MODEL_MISSING');
  });
}
