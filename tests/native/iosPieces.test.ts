/** Transfers of iOS's that break off or are let go of: all but a piece of what had come is not fetched again. */
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';

import { endAllTransfers, untilTransfersEnd } from './fakes/backgroundDownloader';
import { appendCutOff } from './fakes/modelFiles';
import { phone } from './fakes/phone';
import { isInstalled, ofBody, openPhoneScene, WEIGHTS, type PhoneScene } from './phoneScene';
import { download, order, pause, untilAppDies, untilShown } from './transferSteps';

const SIZE = WEIGHTS.sizeBytes;
const PIECE = 100_000;

let scene: PhoneScene;
beforeEach(async () => {
  phone.reset();
  scene = await openPhoneScene({ iosPieceBytes: PIECE });
});
afterEach(() => scene.close());
afterAll(() => {
  phone.dispose();
});

describe('a file that iOS brings', () => {
  beforeEach(() => {
    phone.system = 'ios';
  });

  /** A piece of which the first half comes. */
  const stall = (byte: number) =>
    scene.hub.faults.push({
      ...{ match: ofBody, covers: byte, times: 1 },
      fault: { stallAfter: PIECE / 2 },
    });

  it('comes in pieces that the system has all at once, and without the app', async () => {
    stall(50_000);
    void download(scene, await scene.start());
    await scene.untilStalled(1);
    phone.killApp();
    scene.hub.release();
    await untilTransfersEnd();
    const next = await scene.start();
    await next.until(scene.models[0], isInstalled);
    expect(scene.bodies()).toHaveLength(Math.ceil(SIZE / PIECE));
    expect(scene.sentBytes()).toBe(SIZE);
  });

  it('comes again as far as one piece when its address expired in a pause', async () => {
    const app = await scene.start();
    stall(250_000);
    void download(scene, app);
    await untilShown(scene, app, SIZE - PIECE / 2);
    await pause(scene, app);
    order(scene, { status: 403 });
    await download(scene, app);
    expect(scene.bodies().map(({ status }) => status)).toContain(403);
    expect(scene.sentBytes()).toBeLessThan(SIZE + PIECE);
  });

  it('comes again as far as one piece after a force-quit', async () => {
    const app = await scene.start();
    stall(50_000);
    void download(scene, app);
    await untilShown(scene, app, SIZE - PIECE / 2);
    phone.killApp();
    endAllTransfers();
    const next = await scene.start();
    await next.until(scene.models[0], isInstalled);
    expect(scene.sentBytes()).toBe(SIZE + PIECE / 2);
  });

  it('is whole where the app died while a piece was added to it', async () => {
    const app = await scene.start();
    stall(150_000);
    appendCutOff.next = true;
    void download(scene, app);
    await untilShown(scene, app, SIZE - PIECE / 2);
    const died = untilAppDies();
    scene.hub.release();
    await died;
    await untilTransfersEnd();
    const next = await scene.start();
    await next.until(scene.models[0], isInstalled);
    expect(scene.sentBytes()).toBe(SIZE);
  });

  it('is begun again where it was paused before a byte had come, for which iOS keeps nothing', async () => {
    const app = await scene.start();
    order(scene, ...Array.from({ length: 4 }, () => ({ holdHead: true as const })));
    void download(scene, app);
    await scene.hub.until(() => scene.bodies().length === 4);
    await pause(scene, app);
    scene.hub.reset();
    await download(scene, app);
    expect(app.stateOf(scene.models[0]).kind).toBe('installed');
  });

  it('is not taken for cancelled by a look at it in the middle of a pause', async () => {
    const app = await scene.start();
    stall(50_000);
    void download(scene, app);
    await untilShown(scene, app, SIZE - PIECE / 2);
    app.manager.pauseDownload(scene.models[0]);
    await app.platform.downloader.underway();
    await app.until(scene.models[0], ({ kind }) => kind === 'paused');
    await download(scene, app);
    expect(scene.sentBytes()).toBe(SIZE);
  });
});
