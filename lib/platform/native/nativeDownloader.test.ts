/** The downloader of a phone against the hub: in the foreground alone, and with the system's downloads. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach } from 'vitest';

import { startConformanceHub } from '../../../tests/conformance/conformanceHub';
import { describeDownloader } from '../../../tests/conformance/downloader';
import { createHubControl } from '../../../tests/conformance/hubControl';
import { endAllTransfers, unlink } from '../../../tests/native/fakes/backgroundDownloader';
import { phone } from '../../../tests/native/fakes/phone';
import { startPhoneDownloader } from '../../../tests/native/phoneDownloader';

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
    ...(await startPhoneDownloader(address.endpoint)),
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
