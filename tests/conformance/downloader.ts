/** What every host's downloader has to do, against a hub that answers wrongly on order. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type {
  Digester,
  Downloader,
  FileAnswer,
  FileRequest,
  FileStore,
} from '../../lib/platform/types';
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
  digester: Digester;
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
    describeRanges(current);
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
  endBytes?: number;
  expectedBytes?: number | undefined;
  path?: string;
  url?: string;
  signal?: AbortSignal;
  onAnswer?: (answer: FileAnswer) => void;
  onProgress?: (endBytes: number) => void;
}

/** One attempt at the large file, its size known, from the start to the end unless told otherwise. */
function fetchLarge({ downloader, large }: DownloaderSubject, attempt: Attempt = {}) {
  const request: FileRequest = {
    url: attempt.url ?? large.url,
    path: attempt.path ?? PATH,
    offsetBytes: attempt.offsetBytes ?? 0,
    endBytes: attempt.endBytes,
    expectedBytes: 'expectedBytes' in attempt ? attempt.expectedBytes : large.sizeBytes,
  };
  const signal = attempt.signal ?? new AbortController().signal;
  const { onAnswer = () => undefined, onProgress = () => undefined } = attempt;
  return downloader.fetchFile(request, { onAnswer, onProgress }, signal);
}

/** The same, and where the bytes that it brought before it ended end. */
async function positionAfter(subject: DownloaderSubject, attempt: Attempt): Promise<number> {
  let position = 0;
  const onProgress = (endBytes: number) => {
    position = endBytes;
  };
  await fetchLarge(subject, { ...attempt, onProgress }).catch(() => undefined);
  return position;
}

async function expectWhole({ files, digester, large }: DownloaderSubject): Promise<void> {
  expect(await files.list('')).toEqual([
    expect.objectContaining({ path: PATH, sizeBytes: large.sizeBytes }),
  ]);
  expect(await sha256Of(digester, large.sizeBytes)).toBe(large.sha256);
}

async function sha256Of(digester: Digester, sizeBytes: number): Promise<string> {
  const digest = await digester.open({ path: PATH, algorithm: 'sha256' });
  const hex = await digest.readTo(sizeBytes);
  await digest.close();
  return hex;
}

/** Leaves the first part of the large file on disk; answers how much of it arrived. */
async function fetchPart(subject: DownloaderSubject): Promise<number> {
  await subject.hub.order({ times: 1, fault: { cutAfter: 100_000, bytesPerSecond: 1_000_000 } });
  return positionAfter(subject, {});
}

function describeWholeFiles(current: Current): void {
  it('brings every byte of a file that lies on another origin', async () => {
    const seen: number[] = [];
    const onProgress = (receivedBytes: number) => seen.push(receivedBytes);
    await fetchLarge(current(), { onProgress });
    await expectWhole(current());
    expect(seen).toEqual([...seen].sort((one, other) => one - other));
    expect(seen.at(-1)).toBe(current().large.sizeBytes);
  });

  it('takes the size from the server where nobody stated one', async () => {
    const answers: FileAnswer[] = [];
    const onAnswer = (answer: FileAnswer) => answers.push(answer);
    await fetchLarge(current(), { expectedBytes: undefined, onAnswer });
    expect(answers).toEqual([
      expect.objectContaining({ offsetBytes: 0, totalBytes: current().large.sizeBytes }),
    ]);
    await expectWhole(current());
  });

  it('follows a relative redirect to a small file', async () => {
    const { digester, small } = current();
    await fetchLarge(current(), { url: small.url, expectedBytes: small.sizeBytes });
    expect(await sha256Of(digester, small.sizeBytes)).toBe(small.sha256);
  });

  it('cuts off what lies past the end of the file', async () => {
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

  it('starts over, and says so, when the server ignores the range', async () => {
    const kept = await fetchPart(current());
    await current().hub.order({ times: 1, fault: { range: null } });
    const offsets: number[] = [];
    const onAnswer = ({ offsetBytes }: FileAnswer) => offsets.push(offsetBytes);
    await fetchLarge(current(), { offsetBytes: kept, onAnswer });
    await expectWhole(current());
    expect(offsets).toEqual([0]);
  });

  it('is done when the server says that nothing is left', async () => {
    await fetchLarge(current());
    const { sizeBytes } = current().large;
    const answers: FileAnswer[] = [];
    const onAnswer = (answer: FileAnswer) => answers.push(answer);
    await fetchLarge(current(), { offsetBytes: sizeBytes, onAnswer });
    expect(answers).toEqual([
      expect.objectContaining({
        offsetBytes: sizeBytes,
        endBytes: sizeBytes,
        totalBytes: sizeBytes,
      }),
    ]);
    await expectWhole(current());
  });
}

function describeRanges(current: Current): void {
  it('brings one range to its place and touches nothing else', async () => {
    const { large, hub } = current();
    await fetchLarge(current());
    await hub.forget();
    const seen: number[] = [];
    const answers: FileAnswer[] = [];
    await fetchLarge(current(), {
      offsetBytes: 1000,
      endBytes: 300_000,
      onAnswer: (answer) => answers.push(answer),
      onProgress: (endBytes) => seen.push(endBytes),
    });
    expect(await hub.bodyBytesSent()).toBe(299_000);
    expect(seen.at(-1)).toBe(300_000);
    expect(answers).toEqual([
      expect.objectContaining({
        offsetBytes: 1000,
        endBytes: 300_000,
        totalBytes: large.sizeBytes,
      }),
    ]);
    await expectWhole(current());
  });

  it('brings ranges of one file side by side, in whatever order they come', async () => {
    const { large } = current();
    const starts = [400_000, 0, 500_000, 200_000];
    const ends = new Map([
      [0, 200_000],
      [200_000, 400_000],
      [400_000, 500_000],
      [500_000, large.sizeBytes],
    ]);
    await Promise.all(
      starts.map((offsetBytes) => {
        const endBytes = ends.get(offsetBytes) ?? large.sizeBytes;
        return fetchLarge(current(), { offsetBytes, endBytes });
      }),
    );
    await expectWhole(current());
  });

  it('says where the file really lies, and can be asked there', async () => {
    const { large, hub } = current();
    const answers: FileAnswer[] = [];
    const onAnswer = (answer: FileAnswer) => answers.push(answer);
    await fetchLarge(current(), { endBytes: 100_000, onAnswer });
    const direct = answers[0]?.url ?? '';
    expect(new URL(direct).origin).not.toBe(new URL(large.url).origin);
    expect(answers[0]?.maxConnections).toBeGreaterThan(0);
    await hub.order({ origin: 'hub', fault: { status: 500 } });
    await fetchLarge(current(), { url: direct, offsetBytes: 100_000 });
    await expectWhole(current());
  });

  it('leaves one range alone when another is stopped', async () => {
    await current().hub.order({ times: 1, fault: { stallAfter: 50_000 } });
    const stopping = new AbortController();
    const stalled = fetchLarge(current(), { endBytes: 300_000, signal: stopping.signal });
    await current().hub.untilHeld();
    const other = fetchLarge(current(), { offsetBytes: 300_000 });
    stopping.abort();
    await expectAbort(stalled);
    await other;
    await fetchLarge(current(), { endBytes: 300_000 });
    await expectWhole(current());
  });

  it('keeps under the rate that it is given', async () => {
    const { downloader } = current();
    downloader.limitRate(300_000);
    const startedAtMs = performance.now();
    try {
      await fetchLarge(current(), { endBytes: 300_000 });
    } finally {
      downloader.limitRate(undefined);
    }
    // Half of what it has to take: what the first reads brought isn't waited for.
    expect(performance.now() - startedAtMs).toBeGreaterThan(500);
    await fetchLarge(current());
    await expectWhole(current());
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

function describeWrongBodies(current: Current): void {
  it.each([
    { finAfter: 100_000 },
    { finAfter: 100_000, closeDelimited: true },
    { resetAfter: 100_000 },
  ] as const)('never takes an early end for the end: %j', async (fault) => {
    await current().hub.order({ times: 1, fault });
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

function describeStopping(current: Current): void {
  it('asks nobody when it was stopped before', async () => {
    await expectAbort(fetchLarge(current(), { signal: AbortSignal.abort() }));
    expect(await current().hub.bodyBytesSent()).toBe(0);
    expect(await current().files.list('')).toEqual([]);
  });

  it('stops in the middle, keeps its bytes and lets the file go at once', async () => {
    await current().hub.order({ times: 1, fault: { stallAfter: 100_000 } });
    const stopping = new AbortController();
    let kept = 0;
    const onProgress = (endBytes: number) => {
      kept = endBytes;
      stopping.abort();
    };
    await expectAbort(fetchLarge(current(), { signal: stopping.signal, onProgress }));
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
    expect(await files.list('')).toEqual([
      expect.objectContaining({ path: PATH, sizeBytes: bundled.sizeBytes }),
    ]);
  });

  it.each(['unknown.gguf', '../package.json', ''])('has no packaged file %j', async (requireId) => {
    const copying = current().downloader.copyBundled(requireId, PATH, new AbortController().signal);
    await expectCode(copying, 'MODEL_MISSING');
  });
}
