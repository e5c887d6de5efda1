/** Transfers that stand still or are lost without a word, and what the system is told of those that it has. Time is the test's. */
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
  trickle,
  untilTransfersHave,
} from './fakes/backgroundDownloader';
import { phone } from './fakes/phone';
import { tellApp } from './fakes/reactNative';
import { startPhoneDownloader } from './phoneDownloader';

const MINUTE_MS = 60_000;
const PATH = '.staging/a-model/model.pte.part';
const HALF = 100_000;

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

interface Begun {
  done: Promise<void>;
  isSettled(): boolean;
}

async function startApp({ iosPieceBytes }: { iosPieceBytes?: number } = {}) {
  runs += 1;
  const { endpoint, largeFile } = started.address;
  const clock = createManualClock(runs * MINUTE_MS);
  const { downloader } = await startPhoneDownloader({
    ...{ hubEndpoint: endpoint, clock },
    ...(iosPieceBytes !== undefined && { iosPieceBytes }),
  });
  let positionBytes = 0;

  /** Resolves when the system has what follows. */
  async function fetch(): Promise<Begun> {
    const request = {
      ...{ url: largeFile.url, path: PATH, offsetBytes: positionBytes, endBytes: undefined },
      ...{ expectedBytes: largeFile.sizeBytes, acceptsWhole: positionBytes === 0 },
      ...{ isRest: true, versions: undefined },
    };
    let tellBegun: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => {
      tellBegun = resolve;
    });
    const events = {
      onAnswer: () => undefined,
      onProgress(endBytes: number) {
        positionBytes = endBytes;
      },
      onUnderway: tellBegun,
    };
    const done = downloader.fetchFile(request, events, new AbortController().signal);
    let isSettled = false;
    const settled = () => {
      isSettled = true;
    };
    done.then(settled, settled);
    await begun;
    return { done, isSettled: () => isSettled };
  }

  /** Every look at the system is answered before time moves on. */
  async function pass(ms: number, meanwhile: () => void = () => undefined): Promise<void> {
    for (let passedMs = 0; passedMs < ms;) {
      const stepMs = Math.min(10_000, ms - passedMs);
      clock.advance(stepMs);
      passedMs += stepMs;
      meanwhile();
      await turns();
    }
  }
  return { fetch, pass, downloader };
}

async function begin() {
  const app = await startApp();
  return { ...app, ...(await app.fetch()) };
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const stallNext = () =>
  started.hub.faults.push({
    ...{ match: /weights/, origin: 'cdn', skip: 1, times: 1 },
    fault: { stallAfter: HALF },
  });

/** As `begin`, and the connection falls silent in the middle. */
async function beginAndStall() {
  stallNext();
  const begun = await begin();
  await untilTransfersHave(HALF);
  await turns();
  return begun;
}

const ranges = () =>
  started.hub.log.filter(({ origin }) => origin === 'cdn').map(({ headers }) => headers.range);

describe.each(['ios', 'android'] as const)(
  'a transfer of which nothing comes for a minute, on %s',
  (system) => {
    beforeEach(() => {
      phone.system = system;
    });

    it('is given up where the system never began it', async () => {
      swallowStarts(1);
      const { pass, done, isSettled } = await begin();
      await pass(MINUTE_MS - 1);
      expect(isSettled()).toBe(false);
      await pass(1);
      await expectCode(done, 'NET_INTERRUPTED');
    });

    it('is given up where the system has lost it', async () => {
      const { pass, done } = await beginAndStall();
      loseTransfers();
      await pass(MINUTE_MS);
      await expectCode(done, 'NET_INTERRUPTED');
    });

    it('is given up where the system has it all the same, and goes on from what came', async () => {
      const { pass, done, isSettled, fetch } = await beginAndStall();
      await pass(MINUTE_MS - 1);
      expect(isSettled()).toBe(false);
      await pass(1);
      await expectCode(done, 'NET_INTERRUPTED');
      const again = await fetch();
      await again.done;
      expect(ranges().at(-1)).toBe(`bytes=${String(HALF)}-`);
      expect(transferIds()).toEqual([]);
    });

    it('is left alone where bytes come that the package doesn’t tell of', async () => {
      const { pass, done, isSettled } = await beginAndStall();
      await pass(10 * MINUTE_MS, trickle);
      expect(isSettled()).toBe(false);
      await pass(MINUTE_MS + MINUTE_MS / 2);
      await expectCode(done, 'NET_INTERRUPTED');
    });

    it('is left alone without a network, and has another minute with one', async () => {
      const { pass, done, isSettled } = await beginAndStall();
      phone.changeNetwork('NONE');
      await pass(60 * MINUTE_MS);
      phone.changeNetwork('WIFI');
      await pass(MINUTE_MS - 1);
      expect(isSettled()).toBe(false);
      expect(transferIds()).toHaveLength(1);
      await pass(1);
      await expectCode(done, 'NET_INTERRUPTED');
    });

    it('is left alone while it waits for Wi-Fi', async () => {
      const { pass, isSettled, downloader } = await beginAndStall();
      downloader.setWifiOnly(true);
      phone.changeNetwork('CELLULAR');
      await pass(60 * MINUTE_MS);
      expect(isSettled()).toBe(false);
    });

    it('is left alone while the app isn’t in front, where no event may come', async () => {
      const { pass, done, isSettled } = await beginAndStall();
      tellApp('change', 'background');
      await pass(60 * MINUTE_MS);
      tellApp('change', 'active');
      await pass(MINUTE_MS - 1);
      expect(isSettled()).toBe(false);
      await pass(1);
      await expectCode(done, 'NET_INTERRUPTED');
    });
  },
);

describe('a transfer of Android’s that the system keeps to networks that cost nothing', () => {
  beforeEach(() => {
    phone.system = 'android';
  });

  async function beginKept() {
    const app = await startApp();
    app.downloader.setWifiOnly(true);
    return { ...app, ...(await app.fetch()) };
  }

  it('is left alone where nothing comes over a Wi-Fi, which may be one that costs', async () => {
    phone.isWifiMetered = true;
    const { pass, done, isSettled } = await beginKept();
    await pass(60 * MINUTE_MS);
    expect(isSettled()).toBe(false);
    phone.isWifiMetered = false;
    phone.changeNetwork('WIFI');
    await done;
  });

  it('is given up after a minute on a network over which bytes of it have come', async () => {
    stallNext();
    const { pass, done } = await beginKept();
    await untilTransfersHave(HALF);
    await turns();
    await pass(MINUTE_MS);
    await expectCode(done, 'NET_INTERRUPTED');
  });
});

describe('a transfer of iOS’s that waits until others leave it a connection', () => {
  it('is left alone as long as bytes of those come, and no longer', async () => {
    const pieces = 5;
    const { sizeBytes } = started.address.largeFile;
    for (let piece = 0; piece < pieces; piece += 1) {
      started.hub.faults.push({ match: /weights/, skip: 1, fault: { stallAfter: 1000 } });
    }
    const app = await startApp({ iosPieceBytes: Math.ceil(sizeBytes / pieces) });
    const { done, isSettled } = await app.fetch();
    await untilTransfersHave(4000);
    expect(transferIds()).toHaveLength(pieces);
    await app.pass(10 * MINUTE_MS, trickle);
    expect(isSettled()).toBe(false);
    await app.pass(MINUTE_MS + MINUTE_MS / 2);
    await expectCode(done, 'NET_INTERRUPTED');
  });
});

describe('a transfer that is begun again', () => {
  it('has a name that none had before, so that late events of the first one reach nobody', async () => {
    await beginAndStall();
    const before = transferIds();
    endAllTransfers();
    await beginAndStall();
    expect(before).toHaveLength(1);
    expect(transferIds()).toHaveLength(1);
    expect(transferIds()).not.toEqual(before);
  });
});

describe('a notification', () => {
  it('is headed with the folder of the model', async () => {
    phone.system = 'android';
    await beginAndStall();
    const [task] = await getExistingDownloadTasks();
    expect(task?.metadata).toMatchObject({ notificationTitle: 'a-model' });
  });
});
