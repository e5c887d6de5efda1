/** The downloader of a phone against the hub: in the foreground alone, and with the system's downloads. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { startConformanceHub } from '../../../../tests/conformance/conformanceHub';
import { describeDownloader } from '../../../../tests/conformance/downloader';
import { expectCode } from '../../../../tests/conformance/expectFailure';
import { fetchLarge } from '../../../../tests/conformance/downloaderSubject';
import { createHubControl } from '../../../../tests/conformance/hubControl';
import { endAllTransfers, unlink } from '../../../../tests/native/fakes/backgroundDownloader';
import { phone } from '../../../../tests/native/fakes/phone';
import { startPhoneDownloader } from '../../../../tests/native/phoneDownloader';

let started: Awaited<ReturnType<typeof startConformanceHub>>;
beforeAll(async () => {
  started = await startConformanceHub();
});
beforeEach(() => {
  started.hub.reset();
});
afterAll(async () => {
  endAllTransfers();
  phone.dispose();
  await started.close();
});

async function createSubject(isLinked: boolean) {
  endAllTransfers();
  phone.reset();
  phone.system = 'android';
  unlink(!isLinked);
  const packaged = join(phone.documents(), '..', 'demo.pte');
  writeFileSync(packaged, 'packaged');
  phone.assets.set(7, packaged);
  const { address } = started;
  return {
    ...(await startPhoneDownloader({ hubEndpoint: address.endpoint })),
    hub: createHubControl(address),
    large: address.largeFile,
    small: address.smallFile,
    bundled: { requireId: 'asset-7', sizeBytes: 8 },
    deadUrl: address.deadUrl,
    handsOver: isLinked,
    dispose: () => Promise.resolve(),
  };
}

describeDownloader('phone, while the app runs', () => createSubject(false));
describeDownloader('phone, by the system', () => createSubject(true));

describe.each([
  ['by the system', true],
  ['while the app runs', false],
] as const)('a sign-in, %s', (_how, isLinked) => {
  it('goes to the hub’s own origin alone, and with no request for a whole file', async () => {
    const subject = await createSubject(isLinked);
    const { endpoint } = started.address;
    const { downloader, files } = await startPhoneDownloader({
      hubEndpoint: endpoint,
      token: 'hf_secret',
    });
    await fetchLarge({ ...subject, downloader, files });
    const signedIn = started.hub.log.filter(({ headers }) => headers['authorization']);
    expect(signedIn.map(({ origin }) => origin)).toEqual(['hub']);
    expect(started.hub.log.some(({ origin }) => origin === 'cdn')).toBe(true);
  });
});

describe('a file whose digest nobody published', () => {
  it('is not handed to Android, whose downloads go on with whatever version they find', async () => {
    const subject = await createSubject(true);
    await fetchLarge(subject, { versions: [] });
    const ranges = started.hub.log.map(({ headers }) => headers['range']);
    expect(new Set(ranges)).toEqual(new Set(['bytes=0-']));
  });

  it('gets no byte of another version where a cap divides a request', async () => {
    const subject = await createSubject(false);
    const { downloader, large } = subject;
    started.hub.faults.push({ origin: 'cdn', times: 2, fault: {} });
    started.hub.faults.push({ origin: 'cdn', fault: { upload: 'second' } });
    downloader.setRateLimit(400_000);
    let position = 0;
    const onProgress = (endBytes: number) => {
      position = endBytes;
    };
    const attempt = { versions: [], endBytes: large.sizeBytes, onProgress };
    await expectCode(fetchLarge(subject, attempt), 'NET_INTERRUPTED');
    expect(position).toBe(200_000);
  });

  it('comes in one request under a cap where nothing identifies its version', async () => {
    const subject = await createSubject(false);
    started.hub.faults.push({ origin: 'cdn', fault: { headers: { etag: null } } });
    subject.downloader.setRateLimit(400_000);
    await fetchLarge(subject, { versions: [] });
    expect(started.hub.log.filter(({ origin }) => origin === 'cdn')).toHaveLength(1);
  });
});

describe('a redirect on a phone', () => {
  // The package itself would fetch a file of the phone's, or follow down to http.
  it.each(['file:///etc/passwd', 'ftp://127.0.0.1/x', 'http://hub.example/x'])(
    'never leads to %s',
    async (location) => {
      const subject = await createSubject(true);
      started.hub.faults.push({ fault: { location } });
      await expectCode(fetchLarge(subject), 'REDIRECT_UNSAFE');
    },
  );
});
