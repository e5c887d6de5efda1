/** Transfers that the system loses without a word, and what it is told of those that it has. Time is the test's. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { createManualClock } from '../../lib/platform/memory/manualClock';
import { startConformanceHub } from '../conformance/conformanceHub';
import { expectCode } from '../conformance/expectFailure';
import {
  endAllTransfers,
  getExistingDownloadTasks,
  loseTransfers,
  swallowStarts,
  transferIds,
  untilTransfersHave,
} from './fakes/backgroundDownloader';
import { phone } from './fakes/phone';
import { tellApp } from './fakes/reactNative';
import { startPhoneDownloader } from './phoneDownloader';

const MINUTE_MS = 60_000;
const PATH = '.staging/a-model/model.pte.part';

let started: Awaited<ReturnType<typeof startConformanceHub>>;
beforeAll(async () => {
  started = await startConformanceHub();
});
beforeEach(() => {
  phone.reset();
});
afterEach(() => {
  phone.killApp();
  endAllTransfers();
  started.hub.reset();
  tellApp('change', 'active');
});
afterAll(async () => {
  phone.dispose();
  await started.close();
});

/** Each run of the app is later than the one before. */
let runs = 0;

async function begin() {
  runs += 1;
  const { endpoint, largeFile } = started.address;
  const clock = createManualClock(runs * MINUTE_MS);
  const { downloader } = await startPhoneDownloader({ hubEndpoint: endpoint, clock });
  const stopping = new AbortController();
  const request = {
    ...{ url: largeFile.url, path: PATH, offsetBytes: 0, endBytes: undefined },
    ...{
      expectedBytes: largeFile.sizeBytes,
      acceptsWhole: true,
      isRest: true,
      versions: undefined,
    },
  };
  let tellBegun: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => {
    tellBegun = resolve;
  });
  const events = { onAnswer: () => undefined, onProgress: () => undefined, onUnderway: tellBegun };
  const done = downloader.fetchFile(request, events, stopping.signal);
  let isSettled = false;
  const settled = () => {
    isSettled = true;
  };
  done.then(settled, settled);
  await begun;
  return { clock, done, isSettled: () => isSettled };
}

/** Until every look at the system has been answered. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe.each(['ios', 'android'] as const)(
  'a transfer of which nothing is told, on %s',
  (system) => {
    beforeEach(() => {
      phone.system = system;
    });

    it('is given up after a minute where the system never began it', async () => {
      swallowStarts(1);
      const { clock, done, isSettled } = await begin();
      clock.advance(MINUTE_MS - 1);
      await turns();
      expect(isSettled()).toBe(false);
      clock.advance(1);
      await expectCode(done, 'NET_INTERRUPTED');
    });

    it('is given up after a minute where the system has lost it', async () => {
      started.hub.faults.push({ match: /weights/, skip: 1, fault: { stallAfter: 100_000 } });
      const { clock, done } = await begin();
      await untilTransfersHave(1);
      await turns();
      loseTransfers();
      clock.advance(MINUTE_MS);
      await expectCode(done, 'NET_INTERRUPTED');
    });

    it('is left alone as long as the system has it', async () => {
      started.hub.faults.push({ match: /weights/, skip: 1, fault: { stallAfter: 100_000 } });
      const { clock, done, isSettled } = await begin();
      await untilTransfersHave(1);
      for (let minutes = 0; minutes < 60; minutes += 1) {
        clock.advance(MINUTE_MS);
        await turns();
      }
      expect(isSettled()).toBe(false);
      expect(transferIds()).toHaveLength(1);
      started.hub.release();
      await done;
    });

    it('is left alone while the app isn’t in front, where no event may come', async () => {
      swallowStarts(1);
      const { clock, done, isSettled } = await begin();
      tellApp('change', 'background');
      clock.advance(60 * MINUTE_MS);
      await turns();
      expect(isSettled()).toBe(false);
      tellApp('change', 'active');
      clock.advance(MINUTE_MS);
      await expectCode(done, 'NET_INTERRUPTED');
    });
  },
);

describe('a transfer that is begun again', () => {
  it('has a name that none had before, so that late events of the first one reach nobody', async () => {
    started.hub.faults.push({ match: /weights/, skip: 1, fault: { stallAfter: 100_000 } });
    await begin();
    const before = transferIds();
    endAllTransfers();
    await begin();
    expect(before).toHaveLength(1);
    expect(transferIds()).toHaveLength(1);
    expect(transferIds()).not.toEqual(before);
  });
});

describe('a notification', () => {
  it('is headed with the folder of the model', async () => {
    phone.system = 'android';
    started.hub.faults.push({ match: /weights/, skip: 1, fault: { stallAfter: 100_000 } });
    await begin();
    const [task] = await getExistingDownloadTasks();
    expect(task?.metadata).toMatchObject({ notificationTitle: 'a-model' });
  });
});
