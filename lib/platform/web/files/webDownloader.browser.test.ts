import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { cdp } from 'vitest/browser';

import { describeDownloader } from '../../../../tests/conformance/downloader';
import { createHubControl } from '../../../../tests/conformance/hubControl';
import { expectAbort, expectCode } from '../../../../tests/conformance/expectFailure';
// For what `inject` gives.
import type {} from '../../../../tests/hub/globalSetup';
import type { FileAnswer } from '../../types';
import { isSafeAnswer } from './webFetch';
import { createWebDigester } from './webDigester';
import { openWebFiles } from './webFiles';
import type { WebFiles } from './webFiles';

const address = inject('hub');
const hub = createHubControl(address);
const { largeFile } = address;
const never = new AbortController().signal;

let web: WebFiles;
const digester = createWebDigester();
let bundledBytes = 0;
beforeAll(async () => {
  web = await openWebFiles();
  const bundled = await fetch('/engine/bundled/tiny-demo.gguf');
  bundledBytes = (await bundled.arrayBuffer()).byteLength;
});
afterAll(() => {
  web.close();
  digester.close();
});

async function empty(): Promise<void> {
  for (const { path } of await web.files.list('')) {
    await web.files.remove(path.split('/')[0] ?? path);
  }
}

describeDownloader('web', async () => {
  await hub.forget();
  await empty();
  return {
    downloader: web.downloader,
    files: web.files,
    digester,
    hub,
    large: largeFile,
    small: address.smallFile,
    bundled: { requireId: 'tiny-demo.gguf', sizeBytes: bundledBytes },
    deadUrl: address.deadUrl,
    dispose: empty,
  };
});

interface LoggedRequest {
  file?: string;
  headers: Record<string, string>;
}

async function requestsForFiles(): Promise<LoggedRequest[]> {
  const log = (await (await fetch(`${address.endpoint}/__hub/log`)).json()) as LoggedRequest[];
  return log.filter(({ file }) => file !== undefined);
}

/** The protocol that the browser is driven with; its types know no method. */
interface DevTools {
  send(method: string, parameters: object): Promise<unknown>;
}

describe('downloading in a browser', () => {
  const path = 'part/weights';
  const { sizeBytes } = largeFile;
  const whole = {
    url: largeFile.url,
    path,
    offsetBytes: 0,
    endBytes: undefined,
    expectedBytes: sizeBytes,
    acceptsWhole: true,
    isRest: true,
    versions: undefined,
  };
  const silent = {
    onAnswer: () => undefined,
    onProgress: () => undefined,
    onUnderway: () => undefined,
  };
  const sizeOnDisk = async () => (await web.files.list('part'))[0]?.sizeBytes;

  async function sha256To(endBytes: number): Promise<string | undefined> {
    const digest = await digester.open({ path, algorithm: 'sha256' });
    const [hex] = await digest.readTo([endBytes]);
    await digest.close();
    return hex;
  }

  /** Begins a transfer that stops sending in the middle; resolves when it has told of a first byte. */
  async function beginStalling(stallAfter: number) {
    await hub.order({ times: 1, fault: { stallAfter } });
    const stopping = new AbortController();
    const seen = { bytes: 0 };
    let ended: Promise<void> = Promise.resolve();
    await new Promise<void>((resolve) => {
      const onProgress = (endBytes: number) => {
        seen.bytes = endBytes;
        if (endBytes === stallAfter) resolve();
      };
      ended = web.downloader.fetchFile(whole, { ...silent, onProgress }, stopping.signal);
      // Told by whoever stops it.
      ended.catch(() => undefined);
    });
    const stop = async () => {
      stopping.abort();
      await expectAbort(ended);
    };
    return { seen, stop };
  }

  it('asks for a range from the first byte on, so that nothing is compressed', async () => {
    await hub.forget();
    await web.downloader.fetchFile(whole, silent, never);
    const requests = await requestsForFiles();
    expect(requests).toHaveLength(2);
    for (const { headers } of requests) {
      expect(headers).toMatchObject({ range: 'bytes=0-', 'accept-encoding': 'identity' });
      expect(headers).not.toHaveProperty('authorization');
    }
    await empty();
  });

  it('sets no condition, which would cost a question before each request', async () => {
    await hub.forget();
    const answers: FileAnswer[] = [];
    const onAnswer = (answer: FileAnswer) => answers.push(answer);
    await web.downloader.fetchFile(whole, { ...silent, onAnswer }, never);
    const [{ url, versions } = { url: '', versions: [] }] = answers;
    const rest = { ...whole, url, versions, offsetBytes: 1000 };
    await web.downloader.fetchFile(rest, { ...silent, onAnswer }, never);
    expect(answers[1]?.versions).toEqual(versions);
    for (const { headers } of await requestsForFiles()) {
      expect(headers).not.toHaveProperty('if-range');
    }
    await empty();
  });

  it('knows no version where the server hides its headers from a page', async () => {
    await hub.forget();
    const headers = { 'access-control-expose-headers': 'Content-Range' };
    await hub.order({ origin: 'cdn', fault: { headers } });
    const answers: FileAnswer[] = [];
    const onAnswer = (answer: FileAnswer) => answers.push(answer);
    await web.downloader.fetchFile(whole, { ...silent, onAnswer }, never);
    expect(answers.map(({ versions }) => versions)).toEqual([[]]);
    await empty();
  });

  it('offers as many ranges as a browser has connections over HTTP/1.1', async () => {
    await hub.forget();
    const answers: FileAnswer[] = [];
    const onAnswer = (answer: FileAnswer) => answers.push(answer);
    await web.downloader.fetchFile(whole, { ...silent, onAnswer }, never);
    expect(answers.map(({ maxConnections }) => maxConnections)).toEqual([6]);
    await empty();
  });

  it('tells of every byte that it kept when the connection drops', async () => {
    await hub.forget();
    // Slowly: a browser forgets what it hasn't handed over when a connection breaks.
    await hub.order({ times: 1, fault: { cutAfter: 100_000, bytesPerSecond: 100_000 } });
    let toldBytes = 0;
    const onProgress = (endBytes: number) => (toldBytes = endBytes);
    const attempt = web.downloader.fetchFile(whole, { ...silent, onProgress }, never);
    await expectCode(attempt, 'NET_INTERRUPTED');
    expect(toldBytes).toBeGreaterThan(0);

    await web.downloader.fetchFile({ ...whole, offsetBytes: toldBytes }, silent, never);
    expect(await sha256To(sizeBytes)).toBe(largeFile.sha256);
    await empty();
  });

  it('reserves the whole file, lets it be read and its record be kept while it arrives', async () => {
    await hub.forget();
    await web.downloader.fetchFile(whole, silent, never);
    const halfway = await sha256To(100_000);
    await empty();

    const transfer = await beginStalling(100_000);
    expect(await sizeOnDisk()).toBe(sizeBytes);
    expect(await sha256To(transfer.seen.bytes)).toBe(halfway);
    await web.files.append({ path: 'record', text: 'landed\n', durableAfter: path });
    expect(await web.files.readText('record')).toBe('landed\n');
    // Other ranges come and go while this one has the file.
    const rest = { ...whole, offsetBytes: 100_000 };
    await web.downloader.fetchFile({ ...rest, endBytes: 300_000 }, silent, never);
    await web.downloader.fetchFile({ ...rest, offsetBytes: 300_000 }, silent, never);
    expect(await sha256To(sizeBytes)).toBe(largeFile.sha256);

    await transfer.stop();
    await web.files.move(path, 'weights');
    expect((await web.files.list('')).map((entry) => entry.path)).toContain('weights');
    await empty();
  });

  it('cuts a file of unknown length off where it ends', async () => {
    await hub.forget();
    await web.files.writeText(path, 'x'.repeat(sizeBytes + 1000));
    await hub.order({ times: 1, fault: { range: null, closeDelimited: true } });
    const unknown = { ...whole, expectedBytes: undefined };
    const answers: FileAnswer[] = [];
    const onAnswer = (answer: FileAnswer) => answers.push(answer);
    await web.downloader.fetchFile(unknown, { ...silent, onAnswer }, never);
    expect(answers[0]).toMatchObject({ endBytes: undefined, totalBytes: undefined });
    expect(await sizeOnDisk()).toBe(sizeBytes);
    expect(await sha256To(sizeBytes)).toBe(largeFile.sha256);
    await empty();
  });

  it('never tells of success after it was told to stop', async () => {
    await hub.forget();
    const stopping = new AbortController();
    // Of the last byte: the worker is done, and its answer is on its way.
    const onProgress = (endBytes: number) => {
      if (endBytes === sizeBytes) stopping.abort();
    };
    await expectAbort(web.downloader.fetchFile(whole, { ...silent, onProgress }, stopping.signal));
    await empty();
  });

  it('stops at once while it waits for its share of the rate', async () => {
    await hub.forget();
    web.downloader.setRateLimit(1000);
    const stopping = new AbortController();
    const startedAtMs = performance.now();
    const onAnswer = () => {
      stopping.abort();
    };
    await expectAbort(web.downloader.fetchFile(whole, { ...silent, onAnswer }, stopping.signal));
    web.downloader.setRateLimit(undefined);
    expect(performance.now() - startedAtMs).toBeLessThan(1000);
    await empty();
  });

  it('says that space ran out, and goes on when there is more', async () => {
    await hub.forget();
    const devTools = cdp() as unknown as DevTools;
    const { origin } = location;
    const { usage = 0 } = await navigator.storage.estimate();
    await devTools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: usage + 300_000 });
    await expectCode(web.downloader.fetchFile(whole, silent, never), 'NO_SPACE');
    await devTools.send('Storage.overrideQuotaForOrigin', { origin });

    await web.downloader.fetchFile(whole, silent, never);
    expect(await sha256To(sizeBytes)).toBe(largeFile.sha256);
    await empty();
  });

  it('rejects what is under way when it is closed', async () => {
    await hub.forget();
    const other = await openWebFiles();
    await hub.order({ times: 1, fault: { holdHead: true } });
    const attempt = other.downloader.fetchFile(whole, silent, never);
    await hub.untilHeld();
    other.close();
    await expectCode(attempt, 'INTERNAL');
    await expectCode(other.files.list(''), 'INTERNAL');
  });

  it.each([
    ['https://a.example/x', 'https://b.example/y', true],
    ['https://a.example/x', 'http://b.example/y', false],
    ['https://a.example/x', 'http://a.example/x', false],
    ['https://a.example/x', 'http://127.0.0.1:8090/y', false],
    ['http://127.0.0.1:8090/x', 'http://localhost:9090/y', true],
    ['http://192.0.2.1/x', 'http://192.0.2.1/y', true],
    ['http://192.0.2.1/x', 'http://192.0.2.2/y', false],
    ['https://a.example/x', 'blob:https://a.example/y', false],
  ])('asked %s and answered by %s: trusted is %s', (asked, answered, isTrusted) => {
    expect(isSafeAnswer(asked, answered)).toBe(isTrusted);
  });
});
