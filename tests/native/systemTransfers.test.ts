/** Downloads that the system makes: what each of the traps that other apps fell into does to this one. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';

import { expectAbort } from '../conformance/expectFailure';
import {
  endAllTransfers,
  forceStop,
  transferIds,
  unlink,
  untilTransfersEnd,
} from './fakes/backgroundDownloader';
import { phone } from './fakes/phone';
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

describe.each(['ios', 'android'] as const)('a download by the system, on %s', (system) => {
  // Android's job dies with the app's process, and is begun again by itself.
  const attempts = system === 'ios' ? 1 : 2;
  beforeEach(() => {
    phone.system = system;
  });

  it('comes in one request without a sign-in, and is installed', async () => {
    const app = await scene.start();
    await app.manager.ensureModelPresent(scene.models[0]);
    expect(app.stateOf(scene.models[0]).kind).toBe('installed');
    expect(scene.bodies().map(({ headers }) => headers['range'])).toEqual([undefined]);
    expect(scene.hub.log.filter(({ headers }) => headers['authorization'])).toEqual([]);
    expect(transferIds()).toEqual([]);
  });

  it('shows what came, never more than there is, before it is in its place', async () => {
    const app = await scene.start();
    const shown: number[] = [];
    app.manager.subscribe(() => {
      const state = app.stateOf(scene.models[0]);
      if (state.kind === 'downloading') shown.push(state.receivedBytes);
    });
    await beginAndStall(scene, app);
    const state = app.stateOf(scene.models[0]);
    expect(state).toMatchObject({ kind: 'downloading' });
    expect(Math.max(...shown)).toBeGreaterThan(0);
    expect(
      existsSync(join(phone.documents(), 'models/.staging-executorch/first/model.pte.part')),
    ).toBe(false);
    scene.hub.release();
    await app.until(scene.models[0], isInstalled);
    expect(Math.max(...shown)).toBeLessThanOrEqual(SIZE + 200);
  });

  it('ends while JavaScript is dead, and is taken in at the next start without another request', async () => {
    await beginAndStall(scene, await scene.start());
    phone.killApp();
    scene.hub.release();
    await untilTransfersEnd();
    const next = await scene.start();
    await next.until(scene.models[0], isInstalled);
    expect(scene.bodies()).toHaveLength(attempts);
    expect(transferIds()).toEqual([]);
  });

  it('is found again while it still runs, although its first listeners are gone', async () => {
    await beginAndStall(scene, await scene.start());
    phone.killApp();
    const next = await scene.start();
    const state = await next.until(scene.models[0], isMoving);
    expect(state).toMatchObject({ kind: 'downloading' });
    scene.hub.release();
    await next.until(scene.models[0], isInstalled);
    expect(scene.bodies()).toHaveLength(attempts);
  });

  it('ends in a container that has moved since it began', async () => {
    await beginAndStall(scene, await scene.start());
    phone.killApp();
    // Android's paths stay; what moves them there is a restore onto another phone, with no transfer.
    if (system === 'ios') phone.updateApp();
    scene.hub.release();
    await untilTransfersEnd();
    const next = await scene.start();
    await next.until(scene.models[0], isInstalled);
    expect(scene.bodies()).toHaveLength(attempts);
  });

  it('keeps what came when it is paused, shows it, and goes on from there', async () => {
    const app = await scene.start();
    await beginAndStall(scene, app);
    app.manager.pauseDownload(scene.models[0]);
    const paused = await app.until(scene.models[0], ({ kind }) => kind === 'paused');
    expect(paused).toMatchObject({ receivedBytes: expect.any(Number) as number });
    expect((paused as { receivedBytes: number }).receivedBytes).toBeGreaterThanOrEqual(HALF);
    await app.manager.ensureModelPresent(scene.models[0]);
    const [, again] = scene.bodies();
    expect(again?.headers['range']).toBe(`bytes=${String(HALF)}-`);
  });

  it('stays paused after a restart when somebody paused it, with what the system has of it', async () => {
    const app = await scene.start();
    await beginAndStall(scene, app);
    app.manager.pauseDownload(scene.models[0]);
    await app.until(scene.models[0], ({ kind }) => kind === 'paused');
    phone.killApp();
    const next = await scene.start();
    const paused = next.stateOf(scene.models[0]) as { kind: string; receivedBytes: number };
    expect(paused.kind).toBe('paused');
    expect(paused.receivedBytes).toBeGreaterThanOrEqual(HALF);
    await next.manager.ensureModelPresent(scene.models[0]);
    expect(scene.bodies().map(({ headers }) => headers['range'])).toEqual([
      undefined,
      `bytes=${String(HALF)}-`,
    ]);
  });

  it('is ended and removed when it is cancelled', async () => {
    const app = await scene.start();
    await beginAndStall(scene, app);
    await app.manager.cancelDownload(scene.models[0]);
    expect(transferIds()).toEqual([]);
    expect(await app.platform.files.list('')).toEqual([]);
    expect(app.stateOf(scene.models[0]).kind).toBe('absent');
  });

  it('takes an address that has expired for a reason to ask again, and never an error page for a model', async () => {
    const app = await scene.start();
    scene.hub.faults.push({
      ...{ match: /model\.pte/, origin: 'cdn', skip: 1, times: 1 },
      fault: { status: 403, body: 'html' },
    });
    await app.manager.ensureModelPresent(scene.models[0]);
    expect(scene.bodies().map(({ status }) => status)).toEqual([403, 200]);
  });

  it('waits for room when the disk is full, and goes on when there is some', async () => {
    const app = await scene.start();
    const done = app.manager.ensureModelPresent(scene.models[0]);
    done.catch(() => undefined);
    scene.hub.faults.push({
      match: /model\.pte/,
      skip: 1,
      times: 1,
      fault: { stallAfter: 10_000 },
    });
    await scene.hub.until(({ state }) => state === 'stalled');
    phone.freeBytes = 50_000;
    scene.hub.release();
    const state = await app.until(scene.models[0], waitsFor('space'));
    expect(state).toMatchObject({ failure: { code: 'NO_SPACE' } });
    phone.freeBytes = undefined;
    // Removing something is what makes it look again at once.
    await app.manager.deleteModel(scene.models[1]);
    await app.until(scene.models[0], isInstalled);
  });

  it('keeps two of them apart', async () => {
    const app = await scene.start();
    const [first, second] = scene.models;
    await beginAndStall(scene, app);
    await app.manager.ensureModelPresent(second);
    expect(app.stateOf(second).kind).toBe('installed');
    expect(app.stateOf(first).kind).toBe('downloading');
    scene.hub.release();
    await app.until(first, isInstalled);
  });
});

describe('a download by the system', () => {
  it('is shown as paused after a force-quit of iOS has ended it, and begins again', async () => {
    phone.system = 'ios';
    await beginAndStall(scene, await scene.start());
    phone.killApp();
    endAllTransfers();
    scene.hub.release();
    const next = await scene.start();
    expect(next.stateOf(scene.models[0])).toMatchObject({ kind: 'paused', receivedBytes: 0 });
    await next.manager.ensureModelPresent(scene.models[0]);
    expect(next.stateOf(scene.models[0]).kind).toBe('installed');
  });

  it('keeps the beginning that Android leaves when the connection breaks, and asks for the rest alone', async () => {
    phone.system = 'android';
    const app = await scene.start();
    scene.hub.faults.push({ match: /model\.pte/, skip: 1, times: 1, fault: { cutAfter: HALF } });
    await app.manager.ensureModelPresent(scene.models[0]);
    const [, ...rest] = scene.bodies();
    expect(rest.map(({ headers }) => headers['range'])).toEqual([
      expect.stringMatching(/^bytes=[1-9]\d*-/),
    ]);
    const sent = scene.bodies().reduce((total, { bodyBytesSent }) => total + bodyBytesSent, 0);
    expect(sent).toBeLessThan(SIZE + HALF);
  });

  it('is not gone on with where Android remembers less of it than there is, and keeps what there is', async () => {
    phone.system = 'android';
    await beginAndStall(scene, await scene.start());
    forceStop();
    scene.hub.release();
    const next = await scene.start();
    // Whoever stops an app by force doesn't want it to go on by itself.
    expect(next.stateOf(scene.models[0]).kind).toBe('paused');
    await next.manager.ensureModelPresent(scene.models[0]);
    expect(scene.bodies().map(({ headers }) => headers['range'])).toEqual([
      undefined,
      expect.stringMatching(`^bytes=${String(HALF)}-`),
    ]);
  });

  it('is refused when it keeps bringing more than there is', async () => {
    const app = await scene.start();
    scene.hub.faults.push({ match: /model\.pte/, skip: 1, fault: { endless: true } });
    const done = app.manager.ensureModelPresent(scene.models[0]);
    await expect(done).rejects.toMatchObject({ code: 'LENGTH_MISMATCH' });
    expect(transferIds()).toEqual([]);
  });

  it('isn’t asked for where the app was built without it: everything comes while the app runs', async () => {
    unlink(true);
    const app = await scene.start();
    await app.manager.ensureModelPresent(scene.models[0]);
    expect(app.stateOf(scene.models[0]).kind).toBe('installed');
    expect(scene.bodies().every(({ headers }) => headers['range'] !== undefined)).toBe(true);
  });

  it('stops when somebody pauses it before the system has answered', async () => {
    const app = await scene.start();
    scene.hub.faults.push({ match: /model\.pte/, times: 1, fault: { holdHead: true } });
    const done = app.manager.ensureModelPresent(scene.models[0]);
    await scene.hub.until(({ state }) => state === 'stalled');
    app.manager.pauseDownload(scene.models[0]);
    await expectAbort(done);
    expect(transferIds()).toEqual([]);
  });
});
