/** Transfers of the system's that break off, are begun again by it, or are lost: what had come is not fetched again. */
import { renameSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  interruptJobs,
  transferIds,
  untilTransfersEnd,
  untilTransfersHave,
} from './fakes/backgroundDownloader';
import { appendCutOff } from './fakes/modelFiles';
import { phone } from './fakes/phone';
import { isInstalled, openPhoneScene, waitsFor, WEIGHTS, type PhoneScene } from './phoneScene';
import { download, order, pause, untilAppDies, untilShown } from './transferSteps';

const SIZE = WEIGHTS.sizeBytes;
const PIECE = 100_000;
/** What a search for where a piece went wrong may leave. */
const CLOSE = 64 * 1024;

let scene: PhoneScene;
beforeEach(async () => {
  phone.reset();
  scene = await openPhoneScene({ iosPieceBytes: PIECE });
});
afterEach(() => scene.close());
afterAll(() => {
  phone.dispose();
});

const ranges = () => scene.bodies().map(({ headers }) => headers['range']);

describe('the rest of a file, on Android', () => {
  beforeEach(() => {
    phone.system = 'android';
  });

  it('is the system’s again after the connection broke, from where it broke', async () => {
    const app = await scene.start();
    order(scene, { cutAfter: PIECE }, { stallAfter: PIECE }, {});
    const done = download(scene, app);
    await scene.untilStalled(1);
    expect(transferIds()).toHaveLength(1);
    scene.hub.release();
    await done;
    expect(ranges()).toEqual([undefined, 'bytes=100000-']);
    expect(scene.sentBytes()).toBe(SIZE);
  });

  it('comes however often the connection breaks, and no byte twice', async () => {
    const app = await scene.start();
    order(scene, { cutAfter: 60_000 }, { cutAfter: 60_000 }, { cutAfter: 60_000 });
    await download(scene, app);
    expect(ranges()).toEqual([undefined, 'bytes=60000-', 'bytes=120000-', 'bytes=180000-']);
    expect(scene.sentBytes()).toBe(SIZE);
  });

  it('is asked for once more after a pause, and kept until then', async () => {
    const app = await scene.start();
    order(scene, { cutAfter: PIECE }, { stallAfter: PIECE });
    void download(scene, app);
    await untilShown(scene, app, 200_000);
    await pause(scene, app);
    phone.killApp();
    const next = await scene.start();
    expect(next.stateOf(scene.models[0])).toMatchObject({ kind: 'paused' });
    await download(scene, next);
    // The package would go on from byte 100,000 of the file, and add that to the piece.
    expect(ranges()).toEqual([undefined, 'bytes=100000-', 'bytes=200000-']);
    expect(scene.sentBytes()).toBe(SIZE);
  });

  it('is whole where the app died while it was added to the file', async () => {
    const app = await scene.start();
    order(scene, { cutAfter: PIECE }, { stallAfter: PIECE });
    appendCutOff.next = true;
    void download(scene, app);
    await untilShown(scene, app, 2 * PIECE);
    const died = untilAppDies();
    scene.hub.release();
    await died;
    const next = await scene.start();
    await next.until(scene.models[0], isInstalled);
    expect(scene.sentBytes()).toBe(SIZE);
  });
});

describe('a transfer whose job Android runs again after the app’s process died', () => {
  beforeEach(() => {
    phone.system = 'android';
  });

  it('goes on behind what had come, also before the app is opened', async () => {
    order(scene, { stallAfter: 200_000 });
    const app = await scene.start();
    void download(scene, app);
    await untilShown(scene, app, 200_000);
    phone.killApp();
    await untilTransfersEnd();
    const next = await scene.start();
    await next.until(scene.models[0], isInstalled);
    expect(ranges()).toEqual([undefined, 'bytes=200000-']);
    expect(scene.sentBytes()).toBe(SIZE);
  });

  it('is followed where it is by then, however often the process died', async () => {
    order(scene, { stallAfter: PIECE }, { stallAfter: PIECE }, { stallAfter: 50_000 });
    void download(scene, await scene.start());
    await untilTransfersHave(PIECE);
    phone.killApp();
    await untilTransfersHave(2 * PIECE);
    phone.killApp();
    await untilTransfersHave(250_000);
    const next = await scene.start();
    await untilShown(scene, next, 250_000);
    scene.hub.release();
    await next.until(scene.models[0], isInstalled);
    expect(ranges()).toEqual([undefined, 'bytes=100000-', 'bytes=200000-']);
    expect(scene.sentBytes()).toBe(SIZE);
  });

  it('goes on in its place where it was the rest of a file, and is shown without what came before', async () => {
    order(scene, { cutAfter: PIECE }, { stallAfter: PIECE }, { stallAfter: 50_000 });
    const app = await scene.start();
    void download(scene, app);
    await untilShown(scene, app, 200_000);
    phone.killApp();
    // By the whole file's count.
    await untilTransfersHave(250_000);
    const next = await scene.start();
    await untilShown(scene, next, 250_000);
    expect(next.stateOf(scene.models[0])).toMatchObject({ receivedBytes: 250_000 });
    scene.hub.release();
    await next.until(scene.models[0], isInstalled);
    expect(ranges()).toEqual([undefined, 'bytes=100000-', 'bytes=200000-']);
    expect(scene.sentBytes()).toBe(SIZE);
  });

  it('goes on behind what had come where it had been paused before', async () => {
    const app = await scene.start();
    order(scene, { stallAfter: 150_000 }, { stallAfter: PIECE });
    void download(scene, app);
    await untilShown(scene, app, 150_000);
    await pause(scene, app);
    void download(scene, app);
    await untilShown(scene, app, 250_000);
    phone.killApp();
    await untilTransfersEnd();
    const next = await scene.start();
    await next.until(scene.models[0], isInstalled);
    expect(ranges()).toEqual([undefined, 'bytes=150000-', 'bytes=250000-']);
    expect(scene.sentBytes()).toBe(SIZE);
  });

  it('has what was kept of it where the app died while it was called off', async () => {
    order(scene, { stallAfter: 200_000 }, { stallAfter: 50_000 });
    const app = await scene.start();
    void download(scene, app);
    await untilShown(scene, app, 200_000);
    const incoming = join(
      phone.documents(),
      `models/.staging-executorch/first/model.pte.part.0-${String(SIZE)}`,
    );
    renameSync(`${incoming}.incoming`, `${incoming}.kept`);
    phone.killApp();
    await untilTransfersHave(50_000);
    const next = await scene.start();
    await next.until(scene.models[0], isInstalled);
    expect(ranges()).toEqual([undefined, undefined, 'bytes=200000-']);
  });
});

describe('a transfer whose job Android stops and runs again in the same process', () => {
  it('keeps what is right of a rest that Android itself stopped and went on with in the wrong place', async () => {
    phone.system = 'android';
    const app = await scene.start();
    order(scene, { cutAfter: PIECE }, { stallAfter: 150_000 }, { cutAfter: 40_000 });
    const done = download(scene, app);
    await untilShown(scene, app, 250_000);
    interruptJobs();
    await done;
    const [, rest, wrong, last] = ranges();
    // By the piece's count, not by the file's.
    expect([rest, wrong]).toEqual(['bytes=100000-', 'bytes=150000-']);
    expectCloseTo(last, 250_000);
  });
});

/** What an open range begins with: no byte too late, and not far ahead of where what came went wrong. */
function expectCloseTo(range: string | undefined, wrongBytes: number): void {
  const [, from = 'NaN'] = /^bytes=(\d+)-$/.exec(range ?? '') ?? [];
  expect(Number(from)).toBeGreaterThan(wrongBytes - CLOSE);
  expect(Number(from)).toBeLessThanOrEqual(wrongBytes);
}

describe('a transfer that waits for Wi-Fi', () => {
  it('is still the system’s when the app has died, and comes with the Wi-Fi', async () => {
    phone.system = 'android';
    const app = await scene.start();
    await app.manager.setWifiOnly(true);
    phone.changeNetwork('CELLULAR');
    void download(scene, app);
    await app.until(scene.models[0], waitsFor('wifi'));
    phone.killApp();
    phone.changeNetwork('WIFI');
    await untilTransfersEnd();
    const next = await scene.start();
    await next.until(scene.models[0], isInstalled);
    expect(scene.sentBytes()).toBe(SIZE);
  });
});
