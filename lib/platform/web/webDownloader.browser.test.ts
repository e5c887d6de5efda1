import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { cdp } from 'vitest/browser';

import { describeDownloader } from '../../../tests/conformance/downloader';
import { createHubControl } from '../../../tests/conformance/hubControl';
import { expectCode } from '../../../tests/conformance/expectFailure';
// For what `inject` gives.
import type {} from '../../../tests/hub/globalSetup';
import { isSafeAnswer } from './webFetch';
import { openWebFiles } from './webFiles';
import type { WebFiles } from './webFiles';

const address = inject('hub');
const hub = createHubControl(address);
const { largeFile } = address;
const never = new AbortController().signal;

let web: WebFiles;
let bundledBytes = 0;
beforeAll(async () => {
  web = await openWebFiles();
  const bundled = await fetch('/engine/bundled/tiny-demo.gguf');
  bundledBytes = (await bundled.arrayBuffer()).byteLength;
});
afterAll(() => {
  web.close();
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
  const whole = { url: largeFile.url, path, offsetBytes: 0, expectedBytes: largeFile.sizeBytes };
  const sizeOnDisk = async () => (await web.files.list('part'))[0]?.sizeBytes;

  it('asks for a range from the first byte on, so that nothing is compressed', async () => {
    await hub.forget();
    await web.downloader.fetchFile(whole, () => undefined, never);
    const requests = await requestsForFiles();
    expect(requests).toHaveLength(2);
    for (const { headers } of requests) {
      expect(headers).toMatchObject({ range: 'bytes=0-', 'accept-encoding': 'identity' });
      expect(headers).not.toHaveProperty('authorization');
    }
    await empty();
  });

  it('tells of every byte that it kept when the connection drops', async () => {
    await hub.forget();
    // Slowly: a browser forgets what it hasn't handed over when a connection breaks.
    await hub.order({ times: 1, fault: { cutAfter: 100_000, bytesPerSecond: 400_000 } });
    let toldBytes = 0;
    const attempt = web.downloader.fetchFile(whole, (bytes) => (toldBytes = bytes), never);
    await expectCode(attempt, 'NET_INTERRUPTED');
    expect(toldBytes).toBeGreaterThan(0);
    expect(await sizeOnDisk()).toBe(toldBytes);

    const rest = { ...whole, offsetBytes: toldBytes };
    await web.downloader.fetchFile(rest, () => undefined, never);
    expect(await web.files.digest({ path, algorithm: 'sha256' })).toBe(largeFile.sha256);
    await empty();
  });

  it('says that space ran out, keeps its bytes, and goes on when there is more', async () => {
    await hub.forget();
    const devTools = cdp() as unknown as DevTools;
    const { origin } = location;
    const { usage = 0 } = await navigator.storage.estimate();
    await devTools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: usage + 300_000 });
    const attempt = web.downloader.fetchFile(whole, () => undefined, never);
    await expectCode(attempt, 'NO_SPACE');
    await devTools.send('Storage.overrideQuotaForOrigin', { origin });

    const offsetBytes = (await sizeOnDisk()) ?? 0;
    expect(offsetBytes).toBeLessThan(largeFile.sizeBytes);
    await web.downloader.fetchFile({ ...whole, offsetBytes }, () => undefined, never);
    expect(await web.files.digest({ path, algorithm: 'sha256' })).toBe(largeFile.sha256);
    await empty();
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
