/** Transfers that wait for Wi-Fi, and a system that refuses to pause them or to go on. */
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';

import { refusals, transferIds, unlink } from './fakes/backgroundDownloader';
import { phone, type Phone } from './fakes/phone';
import {
  beginAndStall,
  isInstalled,
  isMoving,
  openPhoneScene,
  waitsFor,
  WEIGHTS,
  type PhoneScene,
} from './phoneScene';

const SIZE = WEIGHTS.sizeBytes;
const HALF = 200_000;

let scene: PhoneScene;
beforeEach(async () => {
  phone.reset();
  scene = await openPhoneScene();
});
afterEach(() => scene.close());
afterAll(() => {
  phone.dispose();
});

describe.each(['ios', 'android'] as const)(
  'a call that the system refuses once, on %s',
  (system) => {
    beforeEach(() => {
      phone.system = system;
    });

    it('to go on costs that transfer another beginning, and the next one nothing', async () => {
      const app = await scene.start();
      await beginAndStall(scene, app);
      await app.manager.setWifiOnly(true);
      phone.changeNetwork('CELLULAR');
      await app.until(scene.models[0], waitsFor('wifi'));
      refusals.push({ method: 'resume', code: 'ERR_RESUME_TASK' });
      scene.hub.reset();
      phone.changeNetwork('WIFI');
      await app.until(scene.models[0], isInstalled);
      await app.manager.ensureModelPresent(scene.models[1]);
      expect(app.stateOf(scene.models[1]).kind).toBe('installed');
    });

    it('to pause fetches nothing on mobile data all the same', async () => {
      const app = await scene.start();
      await beginAndStall(scene, app);
      await app.manager.setWifiOnly(true);
      refusals.push({ method: 'pause', code: 'ERR_PAUSE_TASK' });
      phone.changeNetwork('CELLULAR');
      await app.until(scene.models[0], waitsFor('retrying'));
      expect(transferIds()).toEqual([]);
      phone.changeNetwork('WIFI');
      scene.hub.reset();
      await app.until(scene.models[0], isInstalled);
    });
  },
);

describe.each(['ios', 'android'] as const)('Wi-Fi only, on %s', (system: Phone['system']) => {
  beforeEach(() => {
    phone.system = system;
  });

  it('waits on mobile data, says so, and comes with Wi-Fi', async () => {
    const app = await scene.start();
    await app.manager.setWifiOnly(true);
    phone.changeNetwork('CELLULAR');
    const done = app.manager.ensureModelPresent(scene.models[0]);
    await app.until(scene.models[0], waitsFor('wifi'));
    expect(scene.bodies()).toEqual([]);
    phone.changeNetwork('WIFI');
    await done;
    expect(scene.bodies()).toHaveLength(1);
  });

  it('is kept across a restart, and costs no transfer that runs', async () => {
    const app = await scene.start();
    await app.manager.setWifiOnly(true);
    await beginAndStall(scene, app);
    phone.killApp();
    const next = await scene.start();
    expect(next.manager.getSnapshot().wifiOnly).toBe(true);
    await next.until(scene.models[0], isMoving);
    scene.hub.release();
    await next.until(scene.models[0], isInstalled);
    // Android's job died with the app, and was begun again.
    const mostBytes = system === 'ios' ? SIZE : SIZE + HALF;
    expect(scene.sentBytes()).toBeLessThanOrEqual(mostBytes);
  });

  it('lets a transfer that waits for Wi-Fi go on when it is switched off', async () => {
    const app = await scene.start();
    await app.manager.setWifiOnly(true);
    phone.changeNetwork('CELLULAR');
    const done = app.manager.ensureModelPresent(scene.models[0]);
    await app.until(scene.models[0], waitsFor('wifi'));
    await app.manager.setWifiOnly(false);
    await done;
    expect(app.stateOf(scene.models[0]).kind).toBe('installed');
  });

  it('holds back in the foreground, too', async () => {
    unlink(true);
    const app = await scene.start();
    await app.manager.setWifiOnly(true);
    phone.changeNetwork('CELLULAR');
    app.manager.ensureModelPresent(scene.models[0]).catch(() => undefined);
    const state = await app.until(scene.models[0], waitsFor('retrying'));
    expect(state).toMatchObject({ failure: { code: 'NET_METERED' } });
    expect(scene.bodies()).toEqual([]);
    app.manager.pauseDownload(scene.models[0]);
    await app.until(scene.models[0], ({ kind }) => kind === 'paused');
  });
});
